-- Changes of a cycle after it was opened. Rows are only ever added: the last one says how the cycle is.

CREATE TABLE cycle_changes (
    cycle TEXT COLLATE "C" NOT NULL REFERENCES cycles (name),
    number BIGINT NOT NULL, -- counted from 1 within the cycle
    body BYTEA NOT NULL, -- voortgang.v1.Cycle as it is from then on
    reason TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL,
    PRIMARY KEY (cycle, number)
);
