//! Ingest as its callers see it: over an in-process channel, with a storage of its own behind it.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

mod sandbox;
mod single;
mod stream;
