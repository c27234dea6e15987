-- The record. Rows of these tables are only ever added; what is current is the row with the highest version or position.

CREATE TABLE frameworks (
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    content_hash TEXT NOT NULL,
    body BLOB NOT NULL, -- voortgang.storage.v1.Framework
    PRIMARY KEY (code, version)
);

CREATE TABLE organisations (
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    content_hash TEXT NOT NULL,
    body BLOB NOT NULL, -- voortgang.storage.v1.Organisation
    PRIMARY KEY (code, version)
);

CREATE TABLE cycles (
    name TEXT NOT NULL PRIMARY KEY,
    framework TEXT NOT NULL,
    body BLOB NOT NULL -- voortgang.storage.v1.Cycle
);

CREATE TABLE contributions (
    id TEXT NOT NULL PRIMARY KEY,
    cycle TEXT NOT NULL REFERENCES cycles (name),
    organisation TEXT NOT NULL,
    external_id TEXT NOT NULL -- empty where the sender gave none
);
CREATE UNIQUE INDEX contributions_by_external_id ON contributions (cycle, organisation, external_id) WHERE external_id <> '';
CREATE INDEX contributions_in_order ON contributions (cycle, organisation, external_id, id);

CREATE TABLE revisions (
    contribution TEXT NOT NULL REFERENCES contributions (id),
    version BIGINT NOT NULL,
    state BIGINT NOT NULL,
    content_hash TEXT NOT NULL,
    body BLOB NOT NULL, -- voortgang.storage.v1.Contribution
    PRIMARY KEY (contribution, version)
);
CREATE INDEX revisions_by_hash ON revisions (content_hash);

-- Every passage id that a contribution ever had, so that none is given out twice.
CREATE TABLE passage_ids (
    contribution TEXT NOT NULL REFERENCES contributions (id),
    id TEXT NOT NULL,
    PRIMARY KEY (contribution, id)
);

-- What was answered to a request id.
CREATE TABLE requests (
    id TEXT NOT NULL PRIMARY KEY,
    content_hash TEXT NOT NULL,
    answer BLOB NOT NULL
);

CREATE TABLE editions (
    name TEXT NOT NULL PRIMARY KEY,
    cycle TEXT NOT NULL REFERENCES cycles (name),
    number BIGINT NOT NULL,
    content_key TEXT NOT NULL, -- hash of the manifest without the number: the same again is the same edition
    body BLOB NOT NULL, -- voortgang.storage.v1.Edition without jobs, artefacts and state
    UNIQUE (cycle, number)
);

CREATE TABLE pins (
    edition TEXT NOT NULL REFERENCES editions (name),
    ordinal BIGINT NOT NULL,
    contribution TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (edition, ordinal)
);

CREATE TABLE artefacts (
    edition TEXT NOT NULL REFERENCES editions (name),
    format BIGINT NOT NULL,
    language TEXT NOT NULL,
    body BLOB NOT NULL, -- voortgang.storage.v1.Artefact
    PRIMARY KEY (edition, format, language)
);

CREATE TABLE publications (
    edition TEXT NOT NULL PRIMARY KEY REFERENCES editions (name),
    publish_time BIGINT NOT NULL
);

CREATE TABLE events (
    insert_order INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    position BIGINT NOT NULL DEFAULT 0, -- 0 until sealed
    id TEXT NOT NULL UNIQUE,
    topic TEXT NOT NULL,
    subject TEXT NOT NULL,
    time BIGINT NOT NULL,
    traceparent TEXT NOT NULL,
    payload BLOB NOT NULL
);
CREATE UNIQUE INDEX events_by_position ON events (position) WHERE position > 0;
CREATE INDEX events_unsealed ON events (insert_order) WHERE position = 0;

CREATE TABLE audit (
    insert_order INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    position BIGINT NOT NULL DEFAULT 0, -- 0 until sealed
    time BIGINT NOT NULL,
    actor TEXT NOT NULL,
    origin TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    result TEXT NOT NULL,
    payload_hash TEXT NOT NULL,
    chain_hash TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX audit_by_position ON audit (position) WHERE position > 0;
CREATE INDEX audit_unsealed ON audit (insert_order) WHERE position = 0;

-- From here on: work in progress, not record. These rows change in place.

CREATE TABLE jobs (
    name TEXT NOT NULL PRIMARY KEY,
    edition TEXT NOT NULL REFERENCES editions (name),
    format BIGINT NOT NULL,
    language TEXT NOT NULL,
    state BIGINT NOT NULL,
    lease BIGINT NOT NULL DEFAULT 0,
    leased_until BIGINT NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX jobs_by_edition ON jobs (edition);

CREATE TABLE relay (
    name TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);

CREATE TABLE dead_letters (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    event_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    attributes TEXT NOT NULL, -- JSON object of CloudEvents attributes
    payload BLOB NOT NULL,
    park_time BIGINT NOT NULL,
    replay_time BIGINT NOT NULL DEFAULT 0 -- 0 until replayed
);
CREATE UNIQUE INDEX dead_letters_parked ON dead_letters (queue, event_id) WHERE replay_time = 0;
