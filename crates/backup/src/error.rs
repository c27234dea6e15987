//! What can be wrong with a folder of backups.

use std::{
    io,
    path::{Path, PathBuf},
};

/// A backup cannot be made, read or restored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read or written.
    #[error("`{}` cannot be read or written", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another process writes to the folder.
    #[error("another backup to `{}` is running", .0.display())]
    Busy(PathBuf),
    /// The folder holds no backup, or none that is old enough.
    #[error("`{}` holds no backup{asked}", folder.display())]
    NoBackup {
        /// The folder.
        folder: PathBuf,
        /// What was asked for.
        asked: String,
    },
    /// A manifest is not what was written.
    #[error("the manifest `{}` is damaged: {problem}; the other backups can be restored, and are listed once it is moved away", path.display())]
    DamagedManifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A stored file is not what was written.
    #[error("`{file}` is damaged in the backup: `{}` {problem}", part.display())]
    DamagedPart {
        /// What it is restored as.
        file: String,
        /// The file in the folder of backups.
        part: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A file to be backed up is not what its name says.
    #[error("`{}` is damaged: its name is not the SHA-256 of its bytes; `voortgang repair EDITION` makes a published file again", .0.display())]
    DamagedSource(PathBuf),
    /// Something is no public key of age.
    #[error("`{0}` is no public key of age; it begins with `age1`")]
    BadRecipient(String),
    /// A file holds no private key of age.
    #[error("`{}` holds no private key of age: {problem}", path.display())]
    BadIdentities {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The backup cannot be decrypted.
    #[error("the backup is encrypted for {recipients}, and {problem}")]
    Undecipherable {
        /// The public keys.
        recipients: String,
        /// Why not.
        problem: String,
    },
}

/// A result of this crate.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// What failed at a path.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Error + '_ {
    |source| Error::File { path: path.to_owned(), source }
}
