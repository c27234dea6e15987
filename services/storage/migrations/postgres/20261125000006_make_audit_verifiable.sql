-- The salt stands beside the entry and is no part of the chain, so that it can be removed with the payload that it hides.
-- Entries of before have none.
ALTER TABLE audit ADD COLUMN salt TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE INDEX audit_by_object ON audit (object, position);
CREATE INDEX audit_by_actor ON audit (actor, position);
-- What checkpoints are due for.
CREATE INDEX audit_of_publications ON audit (position) WHERE action = 'edition.published';

-- Heads of the chain, signed. Rows are only ever added, but for the mark that one is kept outside too.
CREATE TABLE checkpoints (
    position BIGINT NOT NULL PRIMARY KEY,
    chain_hash TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL,
    cause TEXT COLLATE "C" NOT NULL,
    signing_key TEXT COLLATE "C" NOT NULL,
    signature BYTEA NOT NULL,
    is_anchored BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX checkpoints_to_anchor ON checkpoints (position) WHERE is_anchored = 0;
