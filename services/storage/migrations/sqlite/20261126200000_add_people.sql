-- People: the only place that holds names and addresses. These rows change in place, so that what the law says must be
-- forgotten can be; everything else knows a person by the opaque id.

CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL UNIQUE, -- of the person's tokens; the id where none was given, and once erased
    name TEXT NOT NULL, -- empty once erased
    email TEXT NOT NULL, -- empty once erased
    language TEXT NOT NULL, -- nl or en
    create_time BIGINT NOT NULL,
    erase_time BIGINT NOT NULL DEFAULT 0 -- 0 until erased
);

CREATE TABLE memberships (
    person TEXT NOT NULL REFERENCES people (id),
    number BIGINT NOT NULL, -- counted from 1 for each person
    organisation TEXT NOT NULL, -- empty: all organisations
    first_day TEXT NOT NULL, -- ISO 8601; empty: at once
    last_day TEXT NOT NULL, -- ISO 8601; empty: until it is ended
    body BLOB NOT NULL, -- voortgang.storage.v1.Grant
    PRIMARY KEY (person, number)
);
CREATE INDEX memberships_by_organisation ON memberships (organisation, person);
