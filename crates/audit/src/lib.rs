//! Verifies an exported audit log offline: the chain, the signatures on it, the checkpoints kept elsewhere, and the rows of
//! the record against the entries that name them.
//!
//! Owns nothing and shares no code with what writes the log: both follow `docs/AUDIT.md`, whose test vectors bind them.
//! Invariant: a log is called sound only if every entry, checkpoint, anchor and row was checked.

mod anchors;
mod canonical;
mod export;
mod key;
mod report;
mod rows;
mod verify;

pub use crate::{
    anchors::{Anchor, AnchorError, read_anchors},
    export::{Checkpoint, Entry, Line, Row},
    key::{InvalidKey, PublicKey},
    report::{Finding, Reason, Report},
    verify::verify,
};
