//! One of the two indexes: its files, its writer and its reader.

use std::{
    fs,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term,
    index::SegmentComponent,
};

use crate::{
    Error,
    index::{
        payload::{Payload, seal, unseal},
        schema::{Fields, register, schema},
    },
};

/// Files that every segment has, since every document has fields of all kinds.
const COMPONENTS: [SegmentComponent; 6] = [
    SegmentComponent::Postings,
    SegmentComponent::Positions,
    SegmentComponent::Terms,
    SegmentComponent::Store,
    SegmentComponent::FastFields,
    SegmentComponent::FieldNorms,
];

/// One of the two indexes.
pub(crate) struct DocumentIndex {
    pub(crate) fields: Fields,
    pub(crate) reader: IndexReader,
    index: Index,
    memory: usize,
    /// Absent after a failure, until it is needed again.
    writer: Mutex<Option<IndexWriter>>,
}

impl DocumentIndex {
    /// Makes an empty index in a folder.
    pub(crate) fn create(folder: &Path, memory: usize) -> Result<Self, Error> {
        fs::create_dir_all(folder)?;
        let index = Index::create_in_dir(folder, schema().0)?;
        let writer = writer(&index, memory)?;
        Self::with(index, memory, writer)
    }

    /// Makes an empty index in memory.
    pub(crate) fn in_memory(memory: usize) -> Result<Self, Error> {
        let index = Index::create_in_ram(schema().0);
        let writer = writer(&index, memory)?;
        Self::with(index, memory, writer)
    }

    /// Opens an index and checks that nothing of it was changed since its last commit.
    pub(crate) fn open<P: Payload>(folder: &Path, memory: usize) -> Result<(Self, P), Error> {
        let index = Index::open_in_dir(folder)?;
        // Holding the writer's lock, no check meets half-written files of another process.
        let writer = writer(&index, memory)?;
        check_schema(&index)?;
        check_files(&index, folder, Depth::Bytes)?;
        let index = Self::with(index, memory, writer)?;
        let payload: P = index.payload()?;
        let (found, expected) = (index.count(), payload.documents());
        if found != expected {
            return Err(Error::Damaged(format!("it has {found} documents instead of {expected}")));
        }
        Ok((index, payload))
    }

    fn with(index: Index, memory: usize, writer: IndexWriter) -> Result<Self, Error> {
        register(&index);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { fields: schema().1, reader, index, memory, writer: Mutex::new(Some(writer)) })
    }

    /// Checks that nothing of its last commit was changed.
    pub(crate) fn check(&self, folder: &Path) -> Result<(), Error> {
        check_files(&self.index, folder, Depth::Bytes)
    }

    /// Fails where a file of the last commit is gone.
    pub(crate) fn probe(&self, folder: &Path) -> Result<(), Error> {
        let look = || check_files(&self.index, folder, Depth::Names);
        // A commit in between may have removed files of the one before.
        look().or_else(|_| look())
    }

    /// Returns the payload of the last commit.
    pub(crate) fn payload<P: Payload>(&self) -> Result<P, Error> {
        unseal(self.index.load_metas()?.payload.as_deref())
    }

    fn writer(&self) -> MutexGuard<'_, Option<IndexWriter>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write<T>(&self, act: impl FnOnce(&mut IndexWriter) -> Result<T, Error>) -> Result<T, Error> {
        let mut held = self.writer();
        if held.is_none() {
            *held = Some(writer(&self.index, self.memory)?);
        }
        held.as_mut().map_or_else(|| Err(TantivyError::Poisoned.into()), act)
    }

    /// Drops all that was not committed. A writer that failed accepts nothing more, so that a new one replaces it.
    pub(crate) fn roll_back(&self) -> Result<(), Error> {
        *self.writer() = None;
        Ok(self.reader.reload()?)
    }

    /// Deletes what has this value.
    pub(crate) fn delete(&self, term: Term) -> Result<(), Error> {
        self.write(|writer| {
            writer.delete_term(term);
            Ok(())
        })
    }

    /// Adds a document.
    pub(crate) fn add(&self, document: TantivyDocument) -> Result<(), Error> {
        self.write(|writer| Ok(writer.add_document(document).map(drop)?))
    }

    /// Commits all changes, together with the payload, and reloads the readers.
    pub(crate) fn commit(&self, payload: &impl Payload) -> Result<(), Error> {
        let payload = seal(payload)?;
        self.write(|writer| {
            let mut commit = writer.prepare_commit()?;
            commit.set_payload(&payload);
            commit.commit()?;
            Ok(())
        })?;
        Ok(self.reader.reload()?)
    }

    /// How many documents it has.
    pub(crate) fn count(&self) -> u64 {
        self.reader.searcher().num_docs()
    }
}

fn writer(index: &Index, memory: usize) -> Result<IndexWriter, Error> {
    index.writer_with_num_threads(1, memory).map_err(|error| match error {
        TantivyError::LockFailure(..) => Error::InUse,
        error => error.into(),
    })
}

fn check_schema(index: &Index) -> Result<(), Error> {
    if index.schema() == schema().0 {
        Ok(())
    } else {
        Err(Error::Damaged("it has another schema".to_owned()))
    }
}

/// What is looked at of each file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Whether it is there.
    Names,
    /// Its bytes, against their checksum.
    Bytes,
}

/// Checks every file of the last commit. Tantivy's own check passes over files that its list does not name, and its
/// reader takes a segment without some of its files for one that has nothing there.
fn check_files(index: &Index, folder: &Path, depth: Depth) -> Result<(), Error> {
    for segment in index.searchable_segment_metas()? {
        let deletes = segment.has_deletes().then_some(SegmentComponent::Delete);
        for component in COMPONENTS.into_iter().chain(deletes) {
            let file = segment.relative_path(component);
            if !folder.join(&file).is_file() {
                return Err(Error::Damaged(format!("{} is missing", file.display())));
            }
            let is_read = depth == Depth::Bytes;
            if is_read && !index.directory().validate_checksum(&file).map_err(TantivyError::from)? {
                return Err(Error::Damaged(format!("{} was changed", file.display())));
            }
        }
    }
    Ok(())
}
