-- Reminders: what was decided to be sent to whom, and whether it went out. Once decided a reminder stays; only the fields
-- that tell how sending went change, and subject and text go when the recipient is erased.

CREATE TABLE reminders (
    id TEXT NOT NULL PRIMARY KEY,
    recipient TEXT NOT NULL, -- id of a person
    cycle TEXT NOT NULL REFERENCES cycles (name),
    step BIGINT NOT NULL, -- days after the deadline; negative before it
    escalation BIGINT NOT NULL, -- 1 where it tells a coordinator what organisations did not answer
    day TEXT NOT NULL, -- the day it was decided on, ISO 8601
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    create_time BIGINT NOT NULL,
    send_time BIGINT NOT NULL, -- 0 until it went out
    tries BIGINT NOT NULL, -- how often sending failed
    try_time BIGINT NOT NULL, -- not tried before this moment
    error TEXT NOT NULL -- why it failed last; empty otherwise
);
CREATE INDEX reminders_by_time ON reminders (create_time, id);
CREATE INDEX reminders_by_recipient ON reminders (recipient);
CREATE INDEX reminders_by_cycle ON reminders (cycle);
CREATE INDEX reminders_unsent ON reminders (try_time) WHERE send_time = 0;

-- What each is about. The key is the promise: nobody is told of the same thing twice at one step.
CREATE TABLE reminder_items (
    recipient TEXT NOT NULL,
    cycle TEXT NOT NULL,
    organisation TEXT NOT NULL,
    goal TEXT NOT NULL,
    indicator TEXT NOT NULL, -- empty where the goal as a whole is owed
    step BIGINT NOT NULL,
    reminder TEXT NOT NULL REFERENCES reminders (id),
    number BIGINT NOT NULL, -- place in the reminder, counted from 0
    PRIMARY KEY (recipient, cycle, organisation, goal, indicator, step)
);
CREATE INDEX reminder_items_by_reminder ON reminder_items (reminder);
