//! Adds a backup to a folder.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File},
    io::Write as _,
    path::Path,
};

use model::{Hash, Instant};

use crate::{
    encryption::Recipients,
    error::{Error, Result, at},
    folder::{Folder, create, sync_folder},
    hashing::Hashing,
    manifest::{Entry, FilePath, Manifest},
};

/// A backup that is being made. Dropped without [`Writer::finish`] it is none; the next one reuses what it stored only where
/// an earlier backup lists it.
#[derive(Debug)]
pub struct Writer<'a> {
    folder: &'a Folder,
    recipients: Recipients,
    /// What earlier backups for the same recipients have, by the hash of its bytes.
    known: HashMap<Hash, Stored>,
    files: Vec<Entry>,
    stored: u64,
    /// Held open: closing it lets others write.
    _lock: File,
}

/// How it is found out whether what earlier backups stored is still whole. What is not is stored again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// It is there and has its size.
    Size,
    /// Each byte is read.
    Bytes,
}

/// A file that is stored.
#[derive(Debug, Clone, Copy)]
struct Stored {
    /// Number of its bytes.
    size: u64,
    /// The hash of what is stored of it.
    part: Hash,
    /// Number of bytes of that.
    bytes: u64,
}

impl Stored {
    fn entry(self, path: FilePath, sha256: Hash) -> Entry {
        let Self { size, part, bytes } = self;
        Entry { path, size, sha256, part, stored: bytes }
    }
}

impl<'a> Writer<'a> {
    /// Begins a backup for these recipients; one at a time.
    pub fn begin(folder: &'a Folder, recipients: Recipients, check: Check) -> Result<Self> {
        let lock = folder.lock()?;
        let names = recipients.names();
        let mut known = HashMap::new();
        let mut checked = HashSet::new();
        for manifest in folder.sound()?.iter().filter(|manifest| manifest.recipients == names) {
            for entry in &manifest.files {
                let is_whole = || match check {
                    Check::Size => folder.is_stored(entry),
                    Check::Bytes => folder.verify(entry).is_ok(),
                };
                if checked.insert(entry.part) && is_whole() {
                    let Entry { size, part, stored: bytes, .. } = *entry;
                    known.insert(entry.sha256, Stored { size, part, bytes });
                }
            }
        }
        Ok(Self { folder, recipients, known, files: Vec::new(), stored: 0, _lock: lock })
    }

    /// Adds a file, and stores it unless its bytes are there.
    pub fn add(&mut self, path: FilePath, source: &Path) -> Result<()> {
        let (sha256, stored) = self.store(source)?;
        self.files.push(stored.entry(path, sha256));
        Ok(())
    }

    /// Adds a file that never changes, since it is named after its SHA-256: one that is there and whole is not read.
    pub fn add_named(&mut self, path: FilePath, source: &Path, name: Hash) -> Result<()> {
        let (sha256, stored) = match self.known.get(&name) {
            Some(stored) => (name, *stored),
            None => self.store(source)?,
        };
        if sha256 != name {
            return Err(Error::DamagedSource(source.to_owned()));
        }
        self.files.push(stored.entry(path, sha256));
        Ok(())
    }

    /// How many bytes were stored by now: those that no earlier backup has.
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// Ends the backup, and returns its manifest.
    pub fn finish(mut self, time: Instant, program: &str) -> Result<Manifest> {
        self.files.sort_by(|one, other| one.path.cmp(&other.path));
        let manifest = Manifest {
            time,
            program: program.to_owned(),
            recipients: self.recipients.names(),
            files: self.files,
        };
        let json = manifest.to_json();
        let fresh = self.folder.incomplete();
        let mut file = create(&fresh)?;
        file.write_all(&json).and_then(|()| file.sync_all()).map_err(at(&fresh))?;
        self.folder.keep(&fresh, &self.folder.manifest(time, Hash::of(&json)))?;
        Ok(manifest)
    }

    /// Stores the bytes of a file unless they are there; returns their hash, and what is stored.
    fn store(&mut self, source: &Path) -> Result<(Hash, Stored)> {
        let fresh = self.folder.incomplete();
        let mut from = Hashing::new(File::open(source).map_err(at(source))?);
        let mut to = Hashing::new(create(&fresh)?);
        self.recipients.copy(&mut from, &mut to).map_err(at(source))?;
        let (_, sha256, size) = from.finish();
        let (file, part, bytes) = to.finish();
        if let Some(known) = self.known.get(&sha256) {
            fs::remove_file(&fresh).map_err(at(&fresh))?;
            return Ok((sha256, *known));
        }
        file.sync_all().map_err(at(&fresh))?;
        self.folder.keep(&fresh, &self.folder.part(part))?;
        let new = Stored { size, part, bytes };
        self.known.insert(sha256, new);
        self.stored += bytes;
        Ok((sha256, new))
    }
}

impl Folder {
    /// Gives a file that was written its name, for good.
    fn keep(&self, fresh: &Path, name: &Path) -> Result<()> {
        let folder = name.parent().unwrap_or(self.path());
        crate::folder::make(folder)?;
        fs::rename(fresh, name).map_err(at(name))?;
        sync_folder(folder)
    }
}
