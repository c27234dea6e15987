-- The record. Rows of these tables are only ever added; what is current is the row with the highest version or position.
-- Texts compare by bytes, as they do in SQLite, so that every kind of database lists in the same order.

CREATE TABLE frameworks (
    code TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    content_hash TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL, -- voortgang.storage.v1.Framework
    PRIMARY KEY (code, version)
);

CREATE TABLE organisations (
    code TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    content_hash TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL, -- voortgang.storage.v1.Organisation
    PRIMARY KEY (code, version)
);

CREATE TABLE cycles (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    framework TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL -- voortgang.storage.v1.Cycle
);

CREATE TABLE contributions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    cycle TEXT COLLATE "C" NOT NULL REFERENCES cycles (name),
    organisation TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL -- empty where the sender gave none
);
CREATE UNIQUE INDEX contributions_by_external_id ON contributions (cycle, organisation, external_id) WHERE external_id <> '';
CREATE INDEX contributions_in_order ON contributions (cycle, organisation, external_id, id);

CREATE TABLE revisions (
    contribution TEXT COLLATE "C" NOT NULL REFERENCES contributions (id),
    version BIGINT NOT NULL,
    state BIGINT NOT NULL,
    content_hash TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL, -- voortgang.storage.v1.Contribution
    PRIMARY KEY (contribution, version)
);
CREATE INDEX revisions_by_hash ON revisions (content_hash);

-- Every passage id that a contribution ever had, so that none is given out twice.
CREATE TABLE passage_ids (
    contribution TEXT COLLATE "C" NOT NULL REFERENCES contributions (id),
    id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (contribution, id)
);

-- What was answered to a request id.
CREATE TABLE requests (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    content_hash TEXT COLLATE "C" NOT NULL,
    answer BYTEA NOT NULL
);

CREATE TABLE editions (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    cycle TEXT COLLATE "C" NOT NULL REFERENCES cycles (name),
    number BIGINT NOT NULL,
    content_key TEXT COLLATE "C" NOT NULL, -- hash of the manifest without the number: the same again is the same edition
    body BYTEA NOT NULL, -- voortgang.storage.v1.Edition without jobs, artefacts and state
    UNIQUE (cycle, number)
);

CREATE TABLE pins (
    edition TEXT COLLATE "C" NOT NULL REFERENCES editions (name),
    ordinal BIGINT NOT NULL,
    contribution TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (edition, ordinal)
);

CREATE TABLE artefacts (
    edition TEXT COLLATE "C" NOT NULL REFERENCES editions (name),
    format BIGINT NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL, -- voortgang.storage.v1.Artefact
    PRIMARY KEY (edition, format, language)
);

CREATE TABLE publications (
    edition TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES editions (name),
    publish_time BIGINT NOT NULL
);

CREATE TABLE events (
    insert_order BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    position BIGINT NOT NULL DEFAULT 0, -- 0 until sealed
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    topic TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL,
    traceparent TEXT COLLATE "C" NOT NULL,
    payload BYTEA NOT NULL
);
CREATE UNIQUE INDEX events_by_position ON events (position) WHERE position > 0;
CREATE INDEX events_unsealed ON events (insert_order) WHERE position = 0;

CREATE TABLE audit (
    insert_order BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    position BIGINT NOT NULL DEFAULT 0, -- 0 until sealed
    time BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    origin TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    result TEXT COLLATE "C" NOT NULL,
    payload_hash TEXT COLLATE "C" NOT NULL,
    chain_hash TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX audit_by_position ON audit (position) WHERE position > 0;
CREATE INDEX audit_unsealed ON audit (insert_order) WHERE position = 0;

-- From here on: work in progress, not record. These rows change in place.

CREATE TABLE jobs (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    edition TEXT COLLATE "C" NOT NULL REFERENCES editions (name),
    format BIGINT NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    state BIGINT NOT NULL,
    lease BIGINT NOT NULL DEFAULT 0,
    leased_until BIGINT NOT NULL DEFAULT 0,
    error TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX jobs_by_edition ON jobs (edition);

CREATE TABLE relay (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);

CREATE TABLE dead_letters (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue TEXT COLLATE "C" NOT NULL,
    event_id TEXT COLLATE "C" NOT NULL,
    topic TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    attributes TEXT COLLATE "C" NOT NULL, -- JSON object of CloudEvents attributes
    payload BYTEA NOT NULL,
    park_time BIGINT NOT NULL,
    replay_time BIGINT NOT NULL DEFAULT 0 -- 0 until replayed
);
CREATE UNIQUE INDEX dead_letters_parked ON dead_letters (queue, event_id) WHERE replay_time = 0;
