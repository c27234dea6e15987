-- What is owed. Rows are only ever added: what holds at a moment is what the rows up to it say, in order of their number.

CREATE TABLE obligation_changes (
    cycle TEXT NOT NULL REFERENCES cycles (name),
    number BIGINT NOT NULL, -- counted from 1 within the cycle
    organisation TEXT NOT NULL,
    goal TEXT NOT NULL,
    indicator TEXT NOT NULL, -- empty where the goal as a whole is owed
    kind TEXT NOT NULL, -- required, optional, removed or accepted
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (cycle, number)
);

CREATE TABLE deadline_changes (
    cycle TEXT NOT NULL REFERENCES cycles (name),
    number BIGINT NOT NULL, -- counted from 1 within the cycle
    organisation TEXT NOT NULL,
    deadline TEXT NOT NULL, -- empty: the cycle's again
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (cycle, number)
);

-- Which contribution of an earlier cycle was taken over, so that none is taken over twice.
CREATE TABLE rolled_forward (
    cycle TEXT NOT NULL REFERENCES cycles (name),
    source TEXT NOT NULL REFERENCES contributions (id),
    contribution TEXT NOT NULL REFERENCES contributions (id),
    time BIGINT NOT NULL,
    PRIMARY KEY (cycle, source)
);
