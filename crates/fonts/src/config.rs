//! Settings of fonts.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where fonts are; plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folders, with all that is in them.
    pub folders: Vec<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        let folders = ["/usr/share/fonts", "/usr/local/share/fonts"];
        Self { folders: folders.map(PathBuf::from).to_vec() }
    }
}
