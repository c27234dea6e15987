-- Epochs of the record: one begins with the database, and one whenever it was restored. Rows are only ever added.
CREATE TABLE epochs (
    number BIGINT NOT NULL PRIMARY KEY, -- counted from 1
    id TEXT COLLATE "C" NOT NULL,
    begin_time BIGINT NOT NULL,
    history TEXT COLLATE "C" NOT NULL -- the server's identifier and timeline
);
