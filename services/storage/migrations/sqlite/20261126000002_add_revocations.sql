-- Tokens that hold no longer, by their id, and with all of their subject's that were issued until a moment.

CREATE TABLE revoked_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    time BIGINT NOT NULL
);

CREATE TABLE revoked_subjects (
    subject TEXT NOT NULL PRIMARY KEY,
    time BIGINT NOT NULL
);
