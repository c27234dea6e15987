//! Results of `backup` and `restore`.

use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

/// Result of `backup`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BackupMade {
    /// The moment before which all that was acknowledged is in it.
    pub(crate) time: String,
    /// How many files it has.
    pub(crate) files: u64,
    /// Size of all files in bytes.
    pub(crate) bytes: u64,
    /// Bytes that no earlier backup had, as they are stored.
    pub(crate) stored_bytes: u64,
    /// Whether it is encrypted.
    pub(crate) encrypted: bool,
    /// How many older backups were removed.
    pub(crate) removed: u64,
}

/// Result of `backup list`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BackupList {
    /// Backups, oldest first.
    pub(crate) backups: Vec<BackupShown>,
}

/// A backup.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BackupShown {
    /// The moment before which all that was acknowledged is in it.
    pub(crate) time: String,
    /// Version of the program that made it.
    pub(crate) program: String,
    /// How many files it has.
    pub(crate) files: u64,
    /// Size of all files in bytes.
    pub(crate) bytes: u64,
    /// Public keys that it is encrypted for.
    pub(crate) recipients: Vec<String>,
}

/// Result of `backup verify`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BackupsVerified {
    /// How many backups are whole.
    pub(crate) backups: u64,
    /// How many stored files were checked.
    pub(crate) stored_files: u64,
}

/// Result of `restore`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Restored {
    /// The data folder that was made.
    pub(crate) data: String,
    /// The moment of the backup.
    pub(crate) time: String,
    /// How many files were restored.
    pub(crate) files: u64,
    /// Their size in bytes.
    pub(crate) bytes: u64,
}

/// The schemas by name.
pub(crate) fn schemas() -> [(&'static str, Schema); 4] {
    [
        ("backup", schema_for!(BackupMade)),
        ("backup-list", schema_for!(BackupList)),
        ("backup-verify", schema_for!(BackupsVerified)),
        ("restore", schema_for!(Restored)),
    ]
}
