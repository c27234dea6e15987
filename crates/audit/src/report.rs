//! What a verification found.

use std::fmt;

/// What was checked, and the first fault that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Entries whose chain holds.
    pub entries: u64,
    /// Checkpoints in the export.
    pub checkpoints: u64,
    /// Anchors.
    pub anchors: u64,
    /// Rows of the record that are as an entry has them.
    pub rows: u64,
    /// Highest position that a sound checkpoint or anchor stands on. What comes after it only the chain holds.
    pub anchored_until: u64,
    /// Chain hash of the last entry; empty where there is none.
    pub head: String,
    /// What is wrong; absent from a sound log.
    pub finding: Option<Finding>,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Position of the first bad entry; of a log that was cut, the first that is missing.
    pub position: u64,
    /// What kind of thing.
    pub reason: Reason,
    /// In words.
    pub message: String,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A line or an anchor is not what an export or an anchor consists of.
    NotReadable,
    /// Another position is due: an entry is missing, came in between, or stands elsewhere.
    PositionGap,
    /// The entry is not the one that was hashed.
    ChainBroken,
    /// A checkpoint names a key that was not given.
    UnknownKey,
    /// A checkpoint is not signed by its key.
    SignatureInvalid,
    /// The entry that was signed is not there: the end was cut off.
    Truncated,
    /// Other entries were signed than those that are there.
    Rewritten,
    /// An anchor's checkpoint is gone from the log.
    CheckpointMissing,
    /// A row of the record is not what was written.
    RowAltered,
    /// A row of the record is gone.
    RowMissing,
    /// A row of the record has no entry.
    RowUnrecorded,
}

impl Reason {
    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotReadable => "NOT_READABLE",
            Self::PositionGap => "POSITION_GAP",
            Self::ChainBroken => "CHAIN_BROKEN",
            Self::UnknownKey => "UNKNOWN_KEY",
            Self::SignatureInvalid => "SIGNATURE_INVALID",
            Self::Truncated => "TRUNCATED",
            Self::Rewritten => "REWRITTEN",
            Self::CheckpointMissing => "CHECKPOINT_MISSING",
            Self::RowAltered => "ROW_ALTERED",
            Self::RowMissing => "ROW_MISSING",
            Self::RowUnrecorded => "ROW_UNRECORDED",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {}: {} ({})", self.position, self.message, self.reason.name())
    }
}
