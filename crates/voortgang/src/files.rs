//! Files that people write: frameworks, obligations and contributions, in YAML or JSON.
//!
//! Owns the file formats and their faults. Invariant: every fault names its line and column, a file is read to its end
//! however many faults it has, and no file makes the reader panic or grow without limit.

pub(crate) mod contributions;
mod faults;
mod fields;
pub(crate) mod framework;
#[cfg(test)]
mod fuzz;
mod json;
mod node;
pub(crate) mod obligations;
mod places;
mod shapes;
#[cfg(test)]
mod tests;
mod yaml;

use std::path::Path;

pub(crate) use crate::files::{
    faults::{Fault, Faults},
    node::{Node, Place},
};

/// Largest file that is read, in bytes.
pub(crate) const MAX_BYTES: usize = 64 * 1024 * 1024;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// YAML 1.2, one document, without anchors, aliases and tags.
    Yaml,
    /// JSON.
    Json,
}

impl Syntax {
    /// Returns the syntax of a file by its extension: JSON where that is `json`, else YAML.
    pub(crate) fn of(path: &Path) -> Self {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("json") => Self::Json,
            _ => Self::Yaml,
        }
    }
}

/// Reads a file into a tree. Faults that leave a tree, such as a duplicate key, are added to `faults`;
/// where there is no tree the fault says why.
fn parse(bytes: &[u8], syntax: Syntax, faults: &mut Faults) -> Option<Node> {
    if bytes.len() > MAX_BYTES {
        let message = format!("the file is {} bytes, at most {MAX_BYTES} are read", bytes.len());
        faults.add(Place::START, "", "FILE_TOO_LARGE", message);
        return None;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let message =
                format!("byte {} is no UTF-8; save the file as UTF-8", error.valid_up_to());
            faults.add(places::end_of(&before), "", "NOT_UTF_8", message);
            return None;
        }
    };
    match syntax {
        Syntax::Yaml => yaml::parse(text, faults),
        Syntax::Json => json::parse(text, faults),
    }
}
