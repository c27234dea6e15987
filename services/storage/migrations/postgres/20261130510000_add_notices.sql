-- Notices: mails about what happened, decided from the audit log, which has every act once and in order. A mail about them is
-- a reminder of no step, sent as the others are.

ALTER TABLE people ADD COLUMN notices TEXT COLLATE "C" NOT NULL DEFAULT 'at_once'; -- or daily, or off
ALTER TABLE reminders ADD COLUMN is_notice BIGINT NOT NULL DEFAULT 0; -- 1 where it is about what happened

-- Who is to hear of what. The key is the promise: nobody is mailed about the same act twice.
CREATE TABLE notice_items (
    recipient TEXT COLLATE "C" NOT NULL, -- id of a person
    position BIGINT NOT NULL, -- of the entry of the audit log
    kind TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C" NOT NULL, -- id or name of what it is about
    cycle TEXT COLLATE "C" NOT NULL REFERENCES cycles (name),
    contribution TEXT COLLATE "C" NOT NULL, -- id; empty where it is about none
    day TEXT COLLATE "C" NOT NULL, -- the day it was found on, ISO 8601
    reminder TEXT COLLATE "C" NOT NULL, -- the mail that it is in; empty while it waits for one
    PRIMARY KEY (recipient, position)
);
CREATE INDEX notice_items_waiting ON notice_items (recipient, cycle, position) WHERE reminder = '';
CREATE INDEX notice_items_by_reminder ON notice_items (reminder);
CREATE INDEX notice_items_by_contribution ON notice_items (contribution);

-- One row: up to which position the audit log was looked through. Nobody is mailed about what happened before this migration.
CREATE TABLE notice_cursor (
    position BIGINT NOT NULL
);
INSERT INTO notice_cursor (position) SELECT COALESCE(MAX(position), 0) FROM audit;
