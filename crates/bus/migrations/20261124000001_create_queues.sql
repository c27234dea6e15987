CREATE TABLE queues (
    name TEXT NOT NULL PRIMARY KEY
);

CREATE TABLE bindings (
    queue TEXT NOT NULL REFERENCES queues (name),
    pattern TEXT NOT NULL,
    PRIMARY KEY (queue, pattern)
);

CREATE TABLE messages (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL REFERENCES queues (name),
    attempt INTEGER NOT NULL,
    visible_at INTEGER NOT NULL, -- milliseconds since the epoch
    topic TEXT NOT NULL,
    attributes TEXT NOT NULL, -- CloudEvents attributes, one `name=value` a line, escaped
    payload BLOB NOT NULL,
    origin_queue TEXT NOT NULL DEFAULT '', -- of a dead letter: whose consumer gave up
    origin_reason TEXT NOT NULL DEFAULT '',
    origin_attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX messages_in_order ON messages (queue, id);
