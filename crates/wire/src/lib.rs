//! Messages on the wire, and every conversion between them and the model.
//!
//! Owns the generated code (written by `proto/tests/generated`) and the conversions, which take messages apart in full,
//! so that a new field fails to compile until it is handled.

mod clients;
mod codec;
mod convert;
mod dimension;
mod event;
mod generated;
mod hits;
mod method;
mod retry;

pub use crate::{
    clients::Clients,
    convert::{date, date_or_none, findings_from, instant, list, timestamp},
    event::{EventBody, topics},
    generated::{DESCRIPTORS, Method, PUBLIC_DESCRIPTORS, Service, events, internal, v1},
    hits::{HITS_PER_PAGE, HitFormat, HitPages, HitWriter, Incomplete, Unwritable, neutralised},
    method::UnknownService,
    retry::retryable,
};
pub use prost_types::Timestamp;

/// Largest message between services of the installation, in bytes: a dry run of many contributions is one message.
pub const MAX_MESSAGE: usize = 128 * 1024 * 1024;
