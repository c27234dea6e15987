-- People: the only place that holds names and addresses. These rows change in place, so that what the law says must be
-- forgotten can be; everything else knows a person by the opaque id.

CREATE TABLE people (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    subject TEXT COLLATE "C" NOT NULL UNIQUE, -- of the person's tokens; the id where none was given, and once erased
    name TEXT COLLATE "C" NOT NULL, -- empty once erased
    email TEXT COLLATE "C" NOT NULL, -- empty once erased
    language TEXT COLLATE "C" NOT NULL, -- nl or en
    create_time BIGINT NOT NULL,
    erase_time BIGINT NOT NULL DEFAULT 0 -- 0 until erased
);

CREATE TABLE memberships (
    person TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    number BIGINT NOT NULL, -- counted from 1 for each person
    organisation TEXT COLLATE "C" NOT NULL, -- empty: all organisations
    first_day TEXT COLLATE "C" NOT NULL, -- ISO 8601; empty: at once
    last_day TEXT COLLATE "C" NOT NULL, -- ISO 8601; empty: until it is ended
    body BYTEA NOT NULL, -- voortgang.storage.v1.Grant
    PRIMARY KEY (person, number)
);
CREATE INDEX memberships_by_organisation ON memberships (organisation, person);
