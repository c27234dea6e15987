//! Settings of ingest.

use serde::{Deserialize, Serialize};

/// Settings of ingest; plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Seconds that storage has to answer a call.
    pub storage_seconds: u64,
    /// Maximum number of dry runs at the same time: each holds its items in memory.
    pub dry_runs: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { storage_seconds: 30, dry_runs: 4 }
    }
}
