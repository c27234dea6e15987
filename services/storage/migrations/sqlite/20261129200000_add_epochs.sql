-- Epochs of the record: one begins with the database, and one whenever it was restored. Rows are only ever added.
CREATE TABLE epochs (
    number BIGINT NOT NULL PRIMARY KEY, -- counted from 1
    id TEXT NOT NULL,
    begin_time BIGINT NOT NULL,
    history TEXT NOT NULL -- what the server says of its own history; empty where it says nothing
);
