//! Results of `audit`.

use schemars::JsonSchema;
use serde::Serialize;

/// Result of `audit export`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AuditExported {
    /// The file.
    pub(crate) file: String,
    /// How many entries it holds.
    pub(crate) entries: u64,
    /// How many checkpoints it holds.
    pub(crate) checkpoints: u64,
    /// How many rows of the record it holds the hash of.
    pub(crate) rows: u64,
}

/// Result of `audit verify`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AuditVerified {
    /// Whether nothing is wrong.
    pub(crate) sound: bool,
    /// Entries whose chain holds.
    pub(crate) entries: u64,
    /// Checkpoints in the export.
    pub(crate) checkpoints: u64,
    /// Anchors.
    pub(crate) anchors: u64,
    /// Rows of the record that are as an entry has them.
    pub(crate) rows: u64,
    /// Highest position that a sound checkpoint or anchor stands on.
    pub(crate) anchored_until: u64,
    /// Chain hash of the last entry.
    pub(crate) head: Option<String>,
    /// The first thing that is wrong.
    pub(crate) finding: Option<AuditFinding>,
}

/// Something that is wrong with the audit log.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AuditFinding {
    /// Position of the first bad entry; of a log that was cut, the first that is missing.
    pub(crate) position: u64,
    /// Stable name of what is wrong.
    pub(crate) reason: String,
    /// In words.
    pub(crate) message: String,
}

/// Result of `audit key`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AuditKey {
    /// Ed25519 public key in hexadecimal.
    pub(crate) public_key: String,
    /// Its id, as checkpoints name it.
    pub(crate) id: String,
}
