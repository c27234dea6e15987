//! The audit log beyond its rows: signed checkpoints, their copies outside the database, and entries of reads.

pub(crate) mod anchors;
pub(crate) mod checkpoints;
pub(crate) mod key;
pub(crate) mod reads;
