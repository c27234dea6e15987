//! A folder of backups. Every file in it is named after the SHA-256 of its bytes, and what an earlier backup has is not stored again.
//!
//! Owns the folder's format and knows nothing of what the files mean.
//! Invariant: the manifest of a backup is written last, so that all it lists was stored before.

mod encryption;
mod error;
mod folder;
mod hashing;
mod manifest;
#[cfg(test)]
mod tests;
mod writer;

pub use crate::{
    encryption::{Identities, Recipients},
    error::Error,
    folder::Folder,
    manifest::{Entry, FilePath, Manifest},
    writer::{Check, Writer},
};
