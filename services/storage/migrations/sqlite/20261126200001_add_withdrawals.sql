-- Editions that were withdrawn. A row is added with the withdrawal; only the mark that the files are gone changes.
CREATE TABLE withdrawals (
    edition TEXT NOT NULL PRIMARY KEY REFERENCES editions (name),
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    time BIGINT NOT NULL,
    are_files_gone BIGINT NOT NULL DEFAULT 0
);

-- Which editions pin a contribution.
CREATE INDEX pins_by_contribution ON pins (contribution);
