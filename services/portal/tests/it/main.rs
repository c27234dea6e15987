//! The portal's pages, driven over an object store in memory and a search service in the process.

mod files;
mod fixture;
mod limits;
mod reports;
mod sandbox;
mod search;
