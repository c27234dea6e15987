//! Takes contributions in: checks them against the framework and hands them to storage.
//!
//! Owns no data. Invariant: it answers that a save was taken only after storage has answered so, and a save that breaks
//! a limit or a rule of its framework is refused with every fault named.

mod bulk;
mod check;
mod config;
mod cycle_cache;
mod error;
mod grpc;
mod run;
mod service;
mod storage;

pub use crate::{
    config::Config,
    error::Error,
    run::{Parts, run},
    service::Ingest,
};
