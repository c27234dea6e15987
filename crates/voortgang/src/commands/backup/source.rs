//! What is backed up: the files of an embedded installation.

use std::{
    collections::BTreeSet,
    fs::{self, File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use backup::{FilePath, Writer};
use model::Hash;

use crate::{commands::backup::failed, config::Config, error::Error};

/// Name of the database in a data folder.
pub(crate) const DATABASE: &str = "storage.sqlite";
/// Rendered files, each named after its SHA-256: they never change.
const ARTEFACTS: &str = "objects/artefacts";

/// An embedded installation.
#[derive(Debug)]
pub(crate) struct Source {
    data: PathBuf,
    database: String,
    /// Single files, by their names in a data folder.
    singles: Vec<(&'static str, PathBuf)>,
    mail: PathBuf,
}

/// A file to be backed up.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// What it is restored as.
    pub(crate) path: FilePath,
    /// Where it is.
    pub(crate) file: PathBuf,
    /// Its SHA-256, where it is named after it.
    pub(crate) name: Option<Hash>,
}

impl Source {
    /// The installation of a configuration; one that is not embedded is refused.
    pub(crate) fn of(config: &Config) -> Result<Self, Error> {
        let database = config.storage.database.clone();
        let Some(file) = database.strip_prefix("sqlite:") else {
            return Err(not_embedded("PostgreSQL"));
        };
        if !config.objects.bucket.is_empty() {
            return Err(not_embedded("a bucket"));
        }
        if !Path::new(file).is_file() {
            return Err(Error::failed(format!(
                "there is no database `{file}`: name the server's data folder with --data or its configuration with --config"
            )));
        }
        let data = config.data.clone();
        let singles = vec![
            ("format", data.join("format")),
            ("audit.key", config.storage.audit.key.clone()),
            ("issuer.key", config.identity.local_key.clone()),
        ];
        Ok(Self { database, singles, mail: config.storage.reminders.folder.clone(), data })
    }

    /// Keys, and all in the object store. Of the anchors none may be newer than the database, or the audit log would look cut.
    pub(crate) fn files_before(&self) -> Result<Vec<SourceFile>, Error> {
        let mut files = Vec::new();
        for (name, file) in self.singles.iter().filter(|(_, file)| file.is_file()) {
            files.push(source_file(name, file.clone())?);
        }
        walk(&self.data.join("objects"), "objects", &mut files)?;
        Ok(files)
    }

    /// Mails, and the rendered files that came since.
    pub(crate) fn files_since(&self, before: &[SourceFile]) -> Result<Vec<SourceFile>, Error> {
        let known: BTreeSet<_> = before.iter().map(|file| &file.path).collect();
        let mut files = Vec::new();
        walk(&self.data.join(ARTEFACTS), ARTEFACTS, &mut files)?;
        files.retain(|file| !known.contains(&file.path));
        walk(&self.mail, "mail", &mut files)?;
        Ok(files)
    }

    /// Adds the database as it is at one moment.
    pub(crate) async fn add_database(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let _lock = self.lock()?;
        let copy = self.data.join("backup.sqlite");
        remove(&copy)?;
        let copied = storage::copy_database(&self.database, &copy).await;
        let added = copied.map_err(|error| anyhow::Error::from(error).into()).and_then(|()| {
            let path = FilePath::new(DATABASE).expect("a name is a path below a folder");
            writer.add(path, &copy).map_err(failed)
        });
        remove(&copy)?;
        added
    }

    /// One backup at a time makes a copy beside the database.
    fn lock(&self) -> Result<File, Error> {
        let path = self.data.join("backup.lock");
        let lock = File::options().write(true).create(true).truncate(true).open(&path)?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => {
                let data = self.data.display();
                Err(Error::failed(format!("another backup of `{data}` is running")))
            }
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

fn not_embedded(what: &str) -> Error {
    Error::failed(format!(
        "the configuration names {what}, which this command cannot copy; docs/OPERATIONS.md describes the backup of a split system"
    ))
}

fn remove(file: &Path) -> Result<(), Error> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Adds all files below a folder, but for those that are still being written: the object store marks these by a `#`.
fn walk(folder: &Path, name: &str, files: &mut Vec<SourceFile>) -> Result<(), Error> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &name, files)?;
        } else if !name.contains('#') {
            files.push(source_file(&name, entry.path())?);
        }
    }
    Ok(())
}

fn source_file(path: &str, file: PathBuf) -> Result<SourceFile, Error> {
    let is_artefact = path.starts_with(ARTEFACTS);
    let name = path.rsplit('/').next().filter(|_| is_artefact).and_then(|name| name.parse().ok());
    let path = FilePath::new(path)
        .ok_or_else(|| Error::failed(format!("`{}` cannot be backed up", file.display())))?;
    Ok(SourceFile { path, file, name })
}
