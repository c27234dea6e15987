//! Published files in the object store, each under its hash.
//!
//! Owns what is known of whether a file is whole.
//! Invariant: no byte of a file is given out before all of it was hashed, once for each change of it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use catalogue::path_of;
use futures::TryStreamExt as _;
use metrics::{Counter, counter, describe_counter};
use model::Hash;
use object_store::{GetOptions, GetResult, ObjectMeta, ObjectStore, ObjectStoreExt as _};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

const BROKEN: &str = "voortgang_broken_files_total";
/// Files that are hashed at the same time.
const AT_ONCE: usize = 2;
/// How often a file is looked at again that is replaced while it is read.
const TRIES: usize = 3;

/// Why a file is not given out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not there.
    #[error("file `{0}` is lost")]
    Lost(Hash),
    /// It is not what was published.
    #[error("file `{0}` is damaged: its bytes have another hash")]
    Damaged(Hash),
    /// The object store failed.
    #[error("the object store failed")]
    Objects(#[source] object_store::Error),
}

impl Error {
    /// Whether the file itself has to be made again.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Damaged(_))
    }
}

/// The files.
#[derive(Debug, Clone)]
pub struct Artefacts {
    objects: Arc<dyn ObjectStore>,
    seen: Arc<Mutex<HashMap<Hash, Seen>>>,
    hashing: Arc<Semaphore>,
    broken: Counter,
}

/// What was last seen of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Lost,
    /// As it is until this changes.
    There {
        version: Version,
        is_whole: bool,
    },
}

/// What changes with a file: tag, time of the last change in milliseconds, and size.
type Version = (Option<String>, i64, u64);

fn version(meta: &ObjectMeta) -> Version {
    (meta.e_tag.clone(), meta.last_modified.timestamp_millis(), meta.size)
}

impl Artefacts {
    /// The files of an object store.
    #[must_use]
    pub fn new(objects: Arc<dyn ObjectStore>) -> Self {
        describe_counter!(BROKEN, "Published files that were found lost or damaged.");
        Self {
            objects,
            seen: Arc::default(),
            hashing: Arc::new(Semaphore::new(AT_ONCE)),
            broken: counter!(BROKEN),
        }
    }

    /// Opens a file, or the part of it that the options name, once it is known to be whole.
    pub async fn get(&self, hash: Hash, options: GetOptions) -> Result<GetResult, Error> {
        let mut tries = 1;
        loop {
            let meta = self.meta(hash).await?;
            self.read_once(hash, &meta).await?;
            let options = GetOptions { if_match: meta.e_tag.clone(), ..options.clone() };
            match self.objects.get_opts(&path_of(hash), options).await {
                Err(object_store::Error::Precondition { .. }) if tries < TRIES => tries += 1,
                found => return found.map_err(|error| self.failed(hash, error)),
            }
        }
    }

    /// Says what is wrong with a file; it is read only where it changed since it was read last.
    pub async fn look(&self, hash: Hash) -> Result<(), Error> {
        let meta = self.meta(hash).await?;
        self.read_once(hash, &meta).await
    }

    /// Fails where the file as it is now is not whole.
    async fn read_once(&self, hash: Hash, meta: &ObjectMeta) -> Result<(), Error> {
        match self.known(hash, meta) {
            Some(true) => Ok(()),
            Some(false) => Err(Error::Damaged(hash)),
            None => self.read(hash).await,
        }
    }

    /// Reads a file in full, whatever was known of it, and says what is wrong with it.
    pub async fn check(&self, hash: Hash) -> Result<(), Error> {
        self.meta(hash).await?;
        self.read(hash).await
    }

    async fn meta(&self, hash: Hash) -> Result<ObjectMeta, Error> {
        self.objects.head(&path_of(hash)).await.map_err(|error| self.failed(hash, error))
    }

    async fn read(&self, hash: Hash) -> Result<(), Error> {
        // The semaphore is never closed.
        let _place = self.hashing.acquire().await;
        let found = self.objects.get(&path_of(hash)).await;
        let found = found.map_err(|error| self.failed(hash, error))?;
        let version = version(&found.meta);
        let mut digest = Sha256::new();
        let mut bytes = found.into_stream();
        while let Some(bytes) = bytes.try_next().await.map_err(|error| self.failed(hash, error))? {
            digest.update(&bytes);
        }
        let is_whole = Hash(digest.finalize().into()) == hash;
        self.note(hash, &Seen::There { version, is_whole });
        if is_whole { Ok(()) } else { Err(Error::Damaged(hash)) }
    }

    /// Whether a file as it is now is whole; unknown where it was not read since it changed.
    fn known(&self, hash: Hash, meta: &ObjectMeta) -> Option<bool> {
        match self.seen().get(&hash) {
            Some(Seen::There { version, is_whole }) if *version == self::version(meta) => {
                Some(*is_whole)
            }
            _ => None,
        }
    }

    fn failed(&self, hash: Hash, error: object_store::Error) -> Error {
        if !matches!(error, object_store::Error::NotFound { .. }) {
            return Error::Objects(error);
        }
        self.note(hash, &Seen::Lost);
        Error::Lost(hash)
    }

    /// Remembers what was seen; a file that broke is counted, and somebody has to look.
    fn note(&self, hash: Hash, seen: &Seen) {
        let before = self.seen().insert(hash, seen.clone());
        if before.as_ref() == Some(seen) {
            return;
        }
        let what = match seen {
            Seen::Lost => "lost",
            Seen::There { is_whole: false, .. } => "damaged",
            Seen::There { is_whole: true, .. } => return,
        };
        self.broken.increment(1);
        tracing::error!(artefact.sha256 = %hash, "a published file is {what}; `voortgang repair EDITION` makes it again");
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<Hash, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use object_store::{PutPayload, local::LocalFileSystem};

    use super::*;

    const TEXT: &[u8] = b"as it was published";

    /// A file in a folder, and where it is there.
    async fn stored() -> (tempfile::TempDir, Artefacts, Hash, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let objects = Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap());
        let hash = Hash::of(TEXT);
        objects.put(&path_of(hash), PutPayload::from_static(TEXT)).await.unwrap();
        let file = folder.path().join(path_of(hash).as_ref());
        (folder, Artefacts::new(objects), hash, file)
    }

    async fn read(artefacts: &Artefacts, hash: Hash) -> Result<Vec<u8>, Error> {
        let found = artefacts.get(hash, GetOptions::default()).await?;
        Ok(found.bytes().await.map_err(Error::Objects)?.to_vec())
    }

    #[tokio::test]
    async fn a_whole_file_is_given_out_and_a_changed_one_is_not() {
        let (_folder, artefacts, hash, file) = stored().await;
        assert_eq!(read(&artefacts, hash).await.unwrap(), TEXT);
        fs::write(&file, b"as it was pvblished!").unwrap();
        assert!(matches!(read(&artefacts, hash).await, Err(Error::Damaged(_))));
        assert!(matches!(read(&artefacts, hash).await, Err(Error::Damaged(_))), "nor again");
        fs::write(&file, TEXT).unwrap();
        assert_eq!(read(&artefacts, hash).await.unwrap(), TEXT, "once it is whole again");
        fs::remove_file(&file).unwrap();
        assert!(matches!(read(&artefacts, hash).await, Err(Error::Lost(_))));
    }

    #[tokio::test]
    async fn a_look_finds_what_changed_or_is_gone_and_what_was_mended() {
        let (_folder, artefacts, hash, file) = stored().await;
        artefacts.look(hash).await.unwrap();
        fs::write(&file, b"as it was pvblished!").unwrap();
        assert!(matches!(artefacts.look(hash).await, Err(Error::Damaged(_))));
        assert!(matches!(artefacts.look(hash).await, Err(Error::Damaged(_))), "nor at the next");
        fs::remove_file(&file).unwrap();
        assert!(matches!(artefacts.look(hash).await, Err(Error::Lost(_))));
        fs::write(&file, TEXT).unwrap();
        artefacts.look(hash).await.unwrap();
    }

    #[tokio::test]
    async fn a_check_reads_what_was_read_before() {
        let (_folder, artefacts, hash, file) = stored().await;
        read(&artefacts, hash).await.unwrap();
        let written = fs::metadata(&file).unwrap().modified().unwrap();
        // A bit that flips by itself leaves size and time as they were.
        let mut flipped = TEXT.to_vec();
        flipped[3] ^= 1;
        fs::write(&file, flipped).unwrap();
        fs::File::options().write(true).open(&file).unwrap().set_modified(written).unwrap();
        assert!(read(&artefacts, hash).await.is_ok(), "it is not hashed for each reader");
        assert!(matches!(artefacts.check(hash).await, Err(Error::Damaged(_))));
        assert!(matches!(read(&artefacts, hash).await, Err(Error::Damaged(_))), "from then on");
    }
}
