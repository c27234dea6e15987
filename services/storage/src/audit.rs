//! What keeps the audit log whole and provable: the sequencer, signed checkpoints, anchors, and entries of reads.

pub(crate) mod anchors;
pub(crate) mod checkpoints;
pub(crate) mod key;
pub(crate) mod reads;
