-- Review. Rows are only ever added: what a contribution's state is at a moment is what its latest revision and the latest
-- decision up to then say.

CREATE TABLE decisions (
    contribution TEXT COLLATE "C" NOT NULL REFERENCES contributions (id),
    number BIGINT NOT NULL, -- counted from 1 for each contribution
    version BIGINT NOT NULL, -- the revision that it is about
    content_hash TEXT COLLATE "C" NOT NULL, -- of that revision
    kind BIGINT NOT NULL, -- voortgang.storage.v1.DecisionKind
    approved_version BIGINT NOT NULL, -- the revision that was approved last, this decision included; 0 where none was
    time BIGINT NOT NULL,
    body BYTEA NOT NULL, -- voortgang.storage.v1.Decision
    PRIMARY KEY (contribution, number)
);

CREATE TABLE overrides (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    cycle TEXT COLLATE "C" NOT NULL REFERENCES cycles (name),
    number BIGINT NOT NULL, -- counted from 1 within the cycle
    body BYTEA NOT NULL, -- voortgang.storage.v1.Override without its confirmation
    UNIQUE (cycle, number)
);

CREATE TABLE override_confirmations (
    override_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES overrides (id),
    actor TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL
);

CREATE TABLE remarks (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    contribution TEXT COLLATE "C" NOT NULL REFERENCES contributions (id),
    number BIGINT NOT NULL, -- counted from 1 for each contribution
    body BYTEA NOT NULL, -- voortgang.storage.v1.Remark without answers and resolution
    UNIQUE (contribution, number)
);

CREATE TABLE remark_answers (
    remark TEXT COLLATE "C" NOT NULL REFERENCES remarks (id),
    number BIGINT NOT NULL, -- counted from 1 for each remark
    body BYTEA NOT NULL, -- voortgang.storage.v1.RemarkAnswer
    PRIMARY KEY (remark, number)
);

CREATE TABLE remark_resolutions (
    remark TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES remarks (id),
    actor TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL
);
