-- Subjects that a person's tokens had before: what was done under them was done by that person.
CREATE TABLE former_subjects (
    person TEXT NOT NULL REFERENCES people (id),
    subject TEXT NOT NULL,
    PRIMARY KEY (person, subject)
);

-- What a text was taken over from.
CREATE INDEX rolled_forward_by_contribution ON rolled_forward (contribution);
