//! Messages on the wire, and every conversion between them and the model.
//!
//! Owns the generated code (written by `tests/generated.rs`) and the conversions, which take messages apart in full,
//! so that a new field fails to compile until it is handled.

mod codec;
mod convert;
mod event;
mod generated;
mod method;

pub use crate::{
    convert::{date, date_or_none, findings_from, instant, timestamp},
    event::{EventBody, topics},
    generated::{DESCRIPTORS, Method, events, ingest, rendering, search, storage},
};
pub use prost_types::Timestamp;
