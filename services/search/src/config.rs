//! Settings of search.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Settings of search; plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folder of the indexes. Empty: `index` in the data folder.
    pub index: PathBuf,
    /// Name of this replica; its queue carries it.
    pub replica: String,
    /// Memory for documents that are being indexed, in bytes; at least 15,000,000.
    pub writer_memory_bytes: usize,
    /// The largest number of drafts and submissions that a search as of a moment reads; it indexes them for that one question.
    pub max_past_texts: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            index: PathBuf::new(),
            replica: "one".to_owned(),
            writer_memory_bytes: 20_000_000,
            max_past_texts: 10_000,
        }
    }
}
