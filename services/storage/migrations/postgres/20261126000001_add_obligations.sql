-- What is owed. Rows are only ever added: what holds at a moment is what the rows up to it say, in order of their number.

CREATE TABLE obligation_changes (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES cycles (name),
    number BIGINT NOT NULL, -- counted from 1 within the cycle
    organisation TEXT COLLATE "C" NOT NULL,
    goal TEXT COLLATE "C" NOT NULL,
    indicator TEXT COLLATE "C" NOT NULL, -- empty where the goal as a whole is owed
    kind TEXT COLLATE "C" NOT NULL, -- required, optional, removed or accepted
    reason TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (cycle, number)
);

CREATE TABLE deadline_changes (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES cycles (name),
    number BIGINT NOT NULL, -- counted from 1 within the cycle
    organisation TEXT COLLATE "C" NOT NULL,
    deadline TEXT COLLATE "C" NOT NULL, -- empty: the cycle's again
    reason TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (cycle, number)
);

-- Which contribution of an earlier cycle was taken over, so that none is taken over twice.
CREATE TABLE rolled_forward (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES cycles (name),
    source TEXT COLLATE "C" NOT NULL REFERENCES contributions (id),
    contribution TEXT COLLATE "C" NOT NULL REFERENCES contributions (id),
    time BIGINT NOT NULL,
    PRIMARY KEY (cycle, source)
);
