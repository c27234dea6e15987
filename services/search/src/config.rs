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
    /// A file with terms that stand for one another, or a folder with one for each plan; empty: none. It is read at the start.
    pub synonyms: PathBuf,
    /// Seconds between two checks of the indexes against their checksums and storage, each of which reads all contributions.
    pub check_seconds: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            index: PathBuf::new(),
            replica: "one".to_owned(),
            writer_memory_bytes: 20_000_000,
            max_past_texts: 10_000,
            synonyms: PathBuf::new(),
            check_seconds: 86_400,
        }
    }
}
