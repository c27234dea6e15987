//! Full-text search over contributions of all cycles.
//!
//! Owns the indexes and nothing else: they can always be rebuilt from storage.
//! Two indexes that never mix: *published*, keyed by edition and contribution, and *working*, keyed by contribution,
//! so that no draft leaks through a score, a count or a snippet of what is public.

mod check;
mod completeness;
mod config;
mod consumer;
mod dimension;
mod error;
mod grammar;
mod grpc;
mod index;
mod metrics;
mod request;
mod run;
mod service;
mod source;
mod synonyms;

pub use crate::{
    config::Config,
    error::Error,
    run::{Parts, run},
    service::Search,
    synonyms::read as read_synonyms,
};
