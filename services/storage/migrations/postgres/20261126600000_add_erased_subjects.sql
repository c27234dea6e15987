-- Subjects of people who were erased, as salted hashes: tokens that were issued to them until then hold no longer.
CREATE TABLE erased_subjects (
    salt TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    time BIGINT NOT NULL
);
