//! Rendering through its real processes, each a child with limits.

mod determinism;
mod jobs;
mod limits;
mod sandbox;
mod templates;
