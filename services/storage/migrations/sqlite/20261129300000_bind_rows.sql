-- The rows that a change wrote, a line for each: its name and the hash of salt and row. The chain covers it. Entries of before
-- have none; a row that was there before is named by an entry that is made at the next start.
ALTER TABLE audit ADD COLUMN written_rows TEXT NOT NULL DEFAULT '';
