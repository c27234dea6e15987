//! Scopes: what one writer has to itself at a time. Writers that need the same scope go one after the other.
//!
//! All of them stand here, so that no two mean different things by the same name.

use model::{CycleName, Hash, Slug};

/// The scope in which contributions of an organisation in a cycle are written.
pub(crate) fn contributions_of(cycle: &CycleName, organisation: &Slug) -> String {
    format!("contributions of {cycle}/{organisation}")
}

/// The scope in which editions of a cycle are written, with their jobs and files.
pub(crate) fn editions_of(cycle: &CycleName) -> String {
    format!("editions of {cycle}")
}

/// The scope in which obligations of a cycle are written.
pub(crate) fn obligations_of(cycle: &CycleName) -> String {
    format!("obligations of {cycle}")
}

/// The scope in which overrides of a cycle are written.
pub(crate) fn overrides_of(cycle: &CycleName) -> String {
    format!("overrides of {cycle}")
}

/// The scope in which a file comes and goes.
pub(crate) fn file_of(hash: Hash) -> String {
    format!("file {hash}")
}
