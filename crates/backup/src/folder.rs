//! The folder: which backups it has, whether they are whole, and what is removed from it.

use std::{
    collections::HashSet,
    ffi::OsStr,
    fs::{self, DirBuilder, File, TryLockError},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use model::{Hash, Instant};

use crate::{
    encryption::Identities,
    error::{Error, Result, at},
    hashing::Hashing,
    manifest::{Entry, Manifest},
};

/// A folder of backups.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder at a path. It is made by the first backup.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// All backups, oldest first. A damaged manifest is an error: its backup would silently be missing.
    pub fn list(&self) -> Result<Vec<Manifest>> {
        self.read_all()?.into_iter().collect()
    }

    /// The backups whose manifests are whole, oldest first.
    pub(crate) fn sound(&self) -> Result<Vec<Manifest>> {
        Ok(self.read_all()?.into_iter().flatten().collect())
    }

    fn read_all(&self) -> Result<Vec<Result<Manifest>>> {
        let mut manifests: Vec<_> = self.manifests()?.iter().map(|path| read(path)).collect();
        manifests.sort_by_key(|manifest| manifest.as_ref().ok().map(|manifest| manifest.time));
        Ok(manifests)
    }

    /// The latest backup, or the latest that is not later than a moment, of those whose manifests are whole.
    pub fn choose(&self, at: Option<Instant>) -> Result<Manifest> {
        let is_early = |manifest: &Manifest| at.is_none_or(|at| manifest.time <= at);
        let found = self.sound()?.into_iter().rev().find(is_early);
        found.ok_or_else(|| Error::NoBackup {
            folder: self.path.clone(),
            asked: at.map_or_else(String::new, |at| format!(" of {at} or before")),
        })
    }

    /// Checks that what is stored of a file is what was written; needs no key.
    pub fn verify(&self, entry: &Entry) -> Result<()> {
        let part = self.part(entry.part);
        let bad = |problem: &str| damaged(entry, &part, problem);
        let file = match File::open(&part) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(bad("is missing")),
            file => file.map_err(at(&part))?,
        };
        let mut file = Hashing::new(file);
        io::copy(&mut file, &mut io::sink()).map_err(at(&part))?;
        let (_, hash, _) = file.finish();
        if hash == entry.part { Ok(()) } else { Err(bad("has other bytes than were written")) }
    }

    /// Checks that what is stored of a file is there and has its size, without reading it.
    pub(crate) fn is_stored(&self, entry: &Entry) -> bool {
        let found = fs::metadata(self.part(entry.part));
        found.is_ok_and(|found| entry.stored != 0 && found.len() == entry.stored)
    }

    /// Writes a file of a backup below a folder.
    pub fn extract(
        &self,
        manifest: &Manifest,
        entry: &Entry,
        keys: &Identities,
        below: &Path,
    ) -> Result<()> {
        let (part, target) = (self.part(entry.part), below.join(entry.path.as_str()));
        make(target.parent().unwrap_or(below))?;
        let mut to = Hashing::new(create(&target)?);
        let from = File::open(&part).map_err(at(&part))?;
        if manifest.recipients.is_empty() {
            io::copy(&mut &from, &mut to).map_err(at(&part))?;
        } else {
            let undecipherable = |problem| Error::Undecipherable {
                recipients: manifest.recipients.join(", "),
                problem,
            };
            if keys.is_empty() {
                return Err(undecipherable("no private key was given".to_owned()));
            }
            let mut from = keys.decrypt(from).map_err(undecipherable)?;
            io::copy(&mut from, &mut to).map_err(at(&part))?;
        }
        let (file, hash, _) = to.finish();
        if hash != entry.sha256 {
            return Err(damaged(entry, &part, "holds another file than the manifest says"));
        }
        file.sync_all().map_err(at(&target))
    }

    /// Removes all but the latest backups, and what only those stored. Returns how many were removed.
    pub fn prune(&self, keep: usize) -> Result<usize> {
        let _lock = self.lock()?;
        let mut known = Vec::new();
        for path in self.manifests()? {
            known.push((read(&path)?, path));
        }
        known.sort_by_key(|(manifest, _)| manifest.time);
        let removed = known.drain(..known.len().saturating_sub(keep)).collect::<Vec<_>>();
        for (_, path) in &removed {
            fs::remove_file(path).map_err(at(path))?;
        }
        let parts = known.iter().flat_map(|(manifest, _)| &manifest.files).map(|entry| entry.part);
        self.remove_parts_but(&parts.collect())?;
        Ok(removed.len())
    }

    fn remove_parts_but(&self, needed: &HashSet<Hash>) -> Result<()> {
        for folder in files(&self.path.join("parts"))? {
            for part in files(&folder)? {
                let name = part.file_name().and_then(OsStr::to_str).unwrap_or_default();
                if name.parse::<Hash>().is_ok_and(|hash| !needed.contains(&hash)) {
                    fs::remove_file(&part).map_err(at(&part))?;
                }
            }
        }
        Ok(())
    }

    /// Keeps other writers out while the file is open, and makes the folder.
    pub(crate) fn lock(&self) -> Result<File> {
        make(&self.path)?;
        let path = self.path.join("lock");
        let lock = create(&path)?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => Err(Error::Busy(self.path.clone())),
            Err(TryLockError::Error(error)) => Err(at(&path)(error)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the holder of the lock writes a file that has no name yet.
    pub(crate) fn incomplete(&self) -> PathBuf {
        self.path.join("incomplete")
    }

    pub(crate) fn part(&self, hash: Hash) -> PathBuf {
        let name = hash.to_string();
        self.path.join("parts").join(&name[..2]).join(name)
    }

    pub(crate) fn manifest(&self, time: Instant, hash: Hash) -> PathBuf {
        let time = time.to_string().replace(['-', ':'], "");
        self.path.join("backups").join(format!("{time}-{hash}.json"))
    }

    pub(crate) fn manifests(&self) -> Result<Vec<PathBuf>> {
        files(&self.path.join("backups"))
    }
}

/// Reads a manifest whose name has the hash of its bytes.
fn read(path: &Path) -> Result<Manifest> {
    let bad = |problem: String| Error::DamagedManifest { path: path.to_owned(), problem };
    let json = fs::read(path).map_err(at(path))?;
    let name = path.file_stem().and_then(OsStr::to_str).unwrap_or_default();
    let hash = name.rsplit_once('-').and_then(|(_, hash)| hash.parse::<Hash>().ok());
    if hash != Some(Hash::of(&json)) {
        return Err(bad("its name is not the SHA-256 of its bytes".to_owned()));
    }
    Manifest::from_json(&json).map_err(bad)
}

fn damaged(entry: &Entry, part: &Path, problem: &str) -> Error {
    let file = entry.path.as_str().to_owned();
    Error::DamagedPart { file, part: part.to_owned(), problem: problem.to_owned() }
}

/// What is in a folder, in order; nothing where there is none.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let found = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        found => found.map_err(at(folder))?,
    };
    let paths = found.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<io::Result<Vec<_>>>().map_err(at(folder))?;
    paths.sort();
    Ok(paths)
}

/// A new file for its owner alone.
pub(crate) fn create(path: &Path) -> Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true).mode(0o600).open(path).map_err(at(path))
}

/// Makes a folder for its owner alone.
pub(crate) fn make(folder: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(at(folder))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))
}
