//! Bad input: each gives a precise error with field and reason, changes nothing, and leaves everything running.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

mod calls;
mod contributions;
mod disk;
mod events;
mod folders;
mod frameworks;
mod prepared;
mod queries;
mod synonyms;
mod templates;
