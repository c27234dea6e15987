//! Rendering through its real processes, each a child with limits.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

mod cause;
mod determinism;
mod draw;
mod jobs;
mod limits;
mod positions;
mod sandbox;
mod templates;
mod worst;
