//! The portal's pages, driven over an object store in memory and a search service in the process.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod api;
mod files;
mod fixture;
mod limits;
mod plans;
mod policies;
mod reports;
mod sandbox;
mod search;
mod withdrawn;
