//! The data folder: held by one process, of a known format, writable.

use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io::{ErrorKind, Read as _, Seek as _, Write as _},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{error::Error, server::reserve};

/// Format of the folder that this program writes.
const FORMAT: u32 = 1;

/// A data folder that this process holds until it is dropped.
#[derive(Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
    /// Held open: closing it frees the folder.
    _lock: File,
}

/// Where a running server is found.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Endpoints {
    /// Address for gRPC.
    pub(crate) grpc: String,
    /// Address for pages.
    pub(crate) http: String,
    /// Address for the operator: health and counts.
    pub(crate) health: String,
    /// Id of the process.
    pub(crate) pid: u32,
    /// Version of the program.
    pub(crate) version: String,
}

impl DataFolder {
    /// Takes the folder for this process; makes it, for its owner alone, where it is not there.
    pub(crate) fn take(path: &Path) -> Result<Self, Error> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(|error| unwritable(path, &error))?;
        let lock = lock(path)?;
        check_format(path)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// A folder or file in it.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes down for clients on this machine where the server is.
    pub(crate) fn announce(&self, endpoints: &Endpoints) -> Result<(), Error> {
        let json = serde_json::to_string_pretty(endpoints)
            .map_err(|error| Error::failed(error.to_string()))?;
        write_whole(&self.join("endpoints.json"), &json)
            .map_err(|error| unwritable(&self.path, &error))
    }

    /// Takes the announcement back.
    pub(crate) fn withdraw(&self) {
        let _ = fs::remove_file(self.join("endpoints.json"));
    }
}

fn lock(path: &Path) -> Result<File, Error> {
    let file = path.join("lock");
    let opened = File::options().read(true).write(true).create(true).truncate(false).open(&file);
    let mut lock = opened.map_err(|error| unwritable(path, &error))?;
    match lock.try_lock() {
        Ok(()) => {
            reserve::release(path);
            let written = lock
                .set_len(0)
                .and_then(|()| lock.rewind())
                .and_then(|()| write!(lock, "{}", std::process::id()));
            written.map_err(|error| unwritable(path, &error))?;
            Ok(lock)
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let _ = lock.read_to_string(&mut holder);
            Err(Error::failed(format!(
                "data folder `{}` is held by process {holder}: stop that one, or name another folder with --data",
                path.display()
            )))
        }
        Err(TryLockError::Error(error)) => Err(unwritable(path, &error)),
    }
}

fn check_format(path: &Path) -> Result<(), Error> {
    let file = path.join("format");
    match fs::read_to_string(&file) {
        Ok(text) => match text.trim().parse::<u32>() {
            Ok(format) if format <= FORMAT => Ok(()),
            Ok(format) => {
                let what = format!(
                    "data folder `{}` has format {format}, made by a newer version of voortgang",
                    path.display()
                );
                Err(Error::failed(format!(
                    "{what}; this one reads up to {FORMAT}: use that version, or another folder"
                )))
            }
            Err(_) => Err(Error::failed(format!(
                "`{}` does not hold a number; is `{}` a data folder of voortgang?",
                file.display(),
                path.display()
            ))),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            write_whole(&file, &FORMAT.to_string()).map_err(|error| unwritable(path, &error))
        }
        Err(error) => Err(unwritable(path, &error)),
    }
}

/// Writes a file so that it is there whole or not at all.
fn write_whole(file: &Path, text: &str) -> std::io::Result<()> {
    let fresh = file.with_extension("new");
    fs::write(&fresh, text)?;
    fs::rename(&fresh, file)
}

fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    let hint = match error.kind() {
        ErrorKind::StorageFull => "the disk is full: make room",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "give this user the right to write there, or name another folder with --data"
        }
        _ => "name another folder with --data",
    };
    Error::failed(format!("data folder `{}` cannot be used: {error}; {hint}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_by_one_process() {
        let folder = tempfile::tempdir().unwrap();
        let held = DataFolder::take(folder.path()).unwrap();
        let refusal = DataFolder::take(folder.path()).unwrap_err().message;
        assert!(refusal.contains(&format!("process {}", std::process::id())), "{refusal}");
        drop(held);
        DataFolder::take(folder.path()).unwrap();
    }

    #[test]
    fn a_folder_of_a_newer_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("format"), "99").unwrap();
        let refusal = DataFolder::take(folder.path()).unwrap_err().message;
        assert!(refusal.contains("newer version"), "{refusal}");
    }
}
