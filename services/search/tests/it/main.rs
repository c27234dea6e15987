//! Tests of search through its port: an embedded bus, and a storage that is no more than a record in memory.

#![expect(clippy::unwrap_used, reason = "a test fails where it panics")]

mod access;
mod damage;
mod epochs;
mod events;
mod hostile;
mod judged;
mod places;
mod sandbox;
mod service;
mod storage;
