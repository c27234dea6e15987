//! The generations of the indexes, each in a folder, and a file that names the one in use, so that a rebuilt one takes over at
//! once.

use std::{
    fs,
    io::{self, Write as _},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use crate::{Config, Error, index::writer::Generation};

/// The generation in use, and the folder of all.
pub(crate) struct Generations {
    folder: PathBuf,
    writer_memory: usize,
    in_use: RwLock<Arc<Generation>>,
}

impl std::fmt::Debug for Generations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Generations").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Generations {
    /// Opens the generation in use. One that is damaged or of another format is removed, and an empty one created;
    /// one that another process writes is refused.
    pub(crate) fn open(config: &Config) -> Result<Self, Error> {
        let folder = config.index.clone();
        fs::create_dir_all(&folder)?;
        let generation = match open_in_use(&folder, config.writer_memory_bytes)? {
            Some(generation) => generation,
            None => begin(&folder, config.writer_memory_bytes, None)?,
        };
        let indexes = Self {
            folder,
            writer_memory: config.writer_memory_bytes,
            in_use: RwLock::new(Arc::new(generation)),
        };
        indexes.name_generation_in_use()?;
        Ok(indexes)
    }

    /// The generation in use.
    pub(crate) fn in_use(&self) -> Arc<Generation> {
        self.in_use.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fails where the files of the generation in use are gone.
    pub(crate) fn probe(&self) -> Result<(), Error> {
        let generation = self.in_use();
        generation.published.probe(&generation.folder.join("published"))?;
        generation.working.probe(&generation.folder.join("working"))
    }

    /// Begins a generation beside the one in use, in a folder that may have to be made again.
    pub(crate) fn begin(&self) -> Result<Generation, Error> {
        fs::create_dir_all(&self.folder)?;
        // The files of the one in use may be gone, and its name is taken all the same.
        begin(&self.folder, self.writer_memory, Some(&self.in_use().folder))
    }

    /// Takes a generation into use; the one before goes when its last reader has finished.
    pub(crate) fn switch(&self, generation: Arc<Generation>) -> Result<(), Error> {
        *self.in_use.write().unwrap_or_else(PoisonError::into_inner) = generation;
        self.name_generation_in_use()
    }

    /// Names the generation in use in the file `current`, and removes the others.
    fn name_generation_in_use(&self) -> Result<(), Error> {
        let in_use = self.in_use();
        let name = in_use.folder.file_name().unwrap_or_default().to_owned();
        let current = self.folder.join("current");
        // Written where it says something else alone: a full disk takes nothing.
        if fs::read(&current).ok().as_deref() != Some(name.as_encoded_bytes()) {
            let fresh = self.folder.join("current.new");
            let mut file = fs::File::create(&fresh)?;
            file.write_all(name.as_encoded_bytes())?;
            file.sync_all()?;
            fs::rename(fresh, current)?;
        }
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() && entry.file_name() != name {
                remove(&entry.path());
            }
        }
        Ok(())
    }
}

/// Removes a generation. One whose last merge is still writing stays until the next time.
fn remove(generation: &Path) {
    if let Err(error) = fs::remove_dir_all(generation) {
        tracing::info!(path = %generation.display(), %error, "an old index could not be removed and is removed later");
    }
}

/// The generation that `current` names, if it can be used.
fn open_in_use(folder: &Path, writer_memory: usize) -> Result<Option<Generation>, Error> {
    let Ok(name) = fs::read_to_string(folder.join("current")) else { return Ok(None) };
    let path = folder.join(name.trim());
    // The engine panics on some damage that no checksum covers.
    let opened = catch_unwind(AssertUnwindSafe(|| Generation::open(&path, writer_memory)))
        .unwrap_or_else(|_| Err(Error::Damaged("the engine panicked on it".to_owned())));
    match opened {
        Ok(generation) => Ok(Some(generation)),
        Err(Error::InUse) => Err(Error::InUse),
        Err(error) => {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::warn!(path = %path.display(), error, "the index cannot be used and is built anew");
            Ok(None)
        }
    }
}

fn begin(folder: &Path, writer_memory: usize, in_use: Option<&Path>) -> Result<Generation, Error> {
    for number in 1_u32.. {
        let path = folder.join(format!("generation-{number}"));
        if in_use == Some(&path) {
            continue;
        }
        match fs::create_dir(&path) {
            Ok(()) => return Generation::create(&path, writer_memory),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(io::Error::other("no number is left for an index").into())
}
