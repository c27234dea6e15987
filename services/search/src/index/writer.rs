//! Writing: changes are applied in batches, each one commit with the watermark inside.
//!
//! The folder holds generations and a file that names the one in use, so that a rebuilt one takes over at once.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use model::{Contribution, ContributionKind, Cycle, EditionName, Framework, Organisation};
use serde::{Deserialize, Serialize};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Term};

use crate::{
    Config, Error,
    index::{
        document::Source,
        schema::{FORMAT, Fields, register, schema},
    },
};

/// A change to be applied.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// A contribution at a revision.
    Working {
        /// The contribution.
        contribution: Box<Contribution>,
        /// Its cycle.
        cycle: Arc<Cycle>,
        /// The cycle's framework version.
        framework: Arc<Framework>,
        /// The organisation, where the framework knows it.
        organisation: Option<Arc<Organisation>>,
    },
    /// An edition that became public.
    Edition {
        /// Its name.
        name: EditionName,
        /// Its cycle.
        cycle: Arc<Cycle>,
        /// The cycle's framework version.
        framework: Arc<Framework>,
        /// The cycle's organisations.
        organisations: Vec<Organisation>,
        /// What it pins.
        contributions: Vec<Contribution>,
    },
}

/// What a commit of the public index carries.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct PublishedPayload {
    format: u32,
    /// Number of each cycle's current edition.
    current: BTreeMap<String, u32>,
    labels: BTreeMap<String, String>,
}

/// What a commit of the working index carries. It is committed last, so that its watermark holds for both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct WorkingPayload {
    format: u32,
    /// Highest position with all lower ones applied.
    watermark: u64,
    /// Positions applied above it.
    applied: BTreeSet<u64>,
    labels: BTreeMap<String, String>,
}

/// One of the two indexes.
pub(crate) struct Half {
    pub(crate) fields: Fields,
    pub(crate) reader: IndexReader,
    index: Index,
    writer: Mutex<IndexWriter>,
}

/// What is known of a generation besides its documents.
#[derive(Debug, Default)]
struct State {
    published: PublishedPayload,
    working: WorkingPayload,
    versions: HashMap<String, u64>,
}

/// Both indexes, built together.
pub(crate) struct Generation {
    folder: PathBuf,
    pub(crate) published: Half,
    pub(crate) working: Half,
    state: Mutex<State>,
}

/// The generation in use, and the folder of all.
pub(crate) struct Indexes {
    folder: PathBuf,
    writer_memory: usize,
    in_use: RwLock<Arc<Generation>>,
}

impl std::fmt::Debug for Indexes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Indexes").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Indexes {
    /// Opens the generation in use. One that is damaged or of another format is put aside, and an empty one begun.
    pub(crate) fn open(config: &Config) -> Result<Self, Error> {
        let folder = config.index.clone();
        fs::create_dir_all(&folder)?;
        let named = fs::read_to_string(folder.join("current")).ok();
        let opened = named.and_then(|name| {
            let path = folder.join(name.trim());
            Generation::open(&path, config.writer_memory_bytes)
                .inspect_err(|error| tracing::warn!(path = %path.display(), error = format!("{error:#}"), "the index cannot be used and is built anew"))
                .ok()
        });
        let generation = match opened {
            Some(generation) => generation,
            None => begin(&folder, config.writer_memory_bytes)?,
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

    /// Begins a generation beside the one in use.
    pub(crate) fn begin(&self) -> Result<Generation, Error> {
        begin(&self.folder, self.writer_memory)
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
        let fresh = self.folder.join("current.new");
        fs::write(&fresh, name.as_encoded_bytes())?;
        fs::rename(fresh, self.folder.join("current"))?;
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() && entry.file_name() != name {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }
}

fn begin(folder: &Path, writer_memory: usize) -> Result<Generation, Error> {
    let number =
        (1..).find(|number| !folder.join(format!("generation-{number}")).exists()).unwrap_or(1_u32);
    Generation::create(&folder.join(format!("generation-{number}")), writer_memory)
}

impl Half {
    fn create(folder: &Path, memory: usize) -> Result<Self, Error> {
        fs::create_dir_all(folder)?;
        Self::with(Index::create_in_dir(folder, schema().0)?, memory)
    }

    fn open(folder: &Path, memory: usize) -> Result<Self, Error> {
        let index = Index::open_in_dir(folder)?;
        let damaged = index.validate_checksum()?;
        if !damaged.is_empty() {
            return Err(std::io::Error::other(format!("damaged: {damaged:?}")).into());
        }
        Self::with(index, memory)
    }

    fn with(index: Index, memory: usize) -> Result<Self, Error> {
        register(&index);
        let writer = index.writer_with_num_threads(1, memory)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { fields: schema().1, reader, index, writer: Mutex::new(writer) })
    }

    fn payload<P: for<'a> Deserialize<'a> + Default>(&self) -> Result<P, Error> {
        let payload = self.index.load_metas()?.payload;
        Ok(payload.map(|payload| serde_json::from_str(&payload)).transpose()?.unwrap_or_default())
    }

    fn writer(&self) -> MutexGuard<'_, IndexWriter> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Deletes what has this key, then adds the document.
    fn put(&self, source: &Source<'_>) -> Result<(), Error> {
        let writer = self.writer();
        writer.delete_term(Term::from_field_text(self.fields.key, &source.key()));
        if source.contribution.content.kind != ContributionKind::Unanswered {
            writer.add_document(source.document(&self.fields)?)?;
        }
        Ok(())
    }

    fn commit(&self, payload: &impl Serialize) -> Result<(), Error> {
        let mut writer = self.writer();
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&serde_json::to_string(payload)?);
        commit.commit()?;
        drop(writer);
        Ok(self.reader.reload()?)
    }

    /// How many documents it has.
    pub(crate) fn count(&self) -> u64 {
        self.reader.searcher().num_docs()
    }
}

impl Generation {
    fn create(folder: &Path, memory: usize) -> Result<Self, Error> {
        let published = Half::create(&folder.join("published"), memory)?;
        let working = Half::create(&folder.join("working"), memory)?;
        let mut state = State::default();
        (state.published.format, state.working.format) = (FORMAT, FORMAT);
        Ok(Self { folder: folder.to_owned(), published, working, state: Mutex::new(state) })
    }

    fn open(folder: &Path, memory: usize) -> Result<Self, Error> {
        let published = Half::open(&folder.join("published"), memory)?;
        let working = Half::open(&folder.join("working"), memory)?;
        let mut state = State {
            published: published.payload()?,
            working: working.payload()?,
            versions: versions(&working)?,
        };
        // An index that was never committed carries no payload, and so no format.
        let is_ours = |format: u32| format == FORMAT || format == 0;
        if !is_ours(state.published.format) || !is_ours(state.working.format) {
            return Err(std::io::Error::other("it has another format").into());
        }
        (state.published.format, state.working.format) = (FORMAT, FORMAT);
        Ok(Self { folder: folder.to_owned(), published, working, state: Mutex::new(state) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Highest position with all lower ones applied.
    pub(crate) fn watermark(&self) -> u64 {
        self.state().working.watermark
    }

    /// Names of the current editions.
    pub(crate) fn current_editions(&self) -> Vec<String> {
        self.state()
            .published
            .current
            .iter()
            .map(|(cycle, number)| format!("{cycle}/{number}"))
            .collect()
    }

    /// Names to show for facet values.
    pub(crate) fn labels(&self, is_published: bool) -> BTreeMap<String, String> {
        let state = self.state();
        if is_published { state.published.labels.clone() } else { state.working.labels.clone() }
    }

    /// Applies changes and positions with one commit of each index. An older revision never replaces a newer one.
    pub(crate) fn apply(&self, changes: &[Change], positions: &[u64]) -> Result<(), Error> {
        let mut state = self.state();
        let mut is_public_changed = false;
        for change in changes {
            match change {
                Change::Working { contribution, cycle, framework, organisation } => {
                    let key = contribution.id.to_string();
                    if state.versions.get(&key).is_none_or(|known| *known < contribution.version) {
                        let source = Source {
                            contribution,
                            cycle,
                            framework,
                            organisation: organisation.as_deref(),
                            edition: "",
                        };
                        self.working.put(&source)?;
                        state.working.labels.extend(source.labels());
                        state.versions.insert(key, contribution.version);
                    }
                }
                Change::Edition { name, cycle, framework, organisations, contributions } => {
                    self.put_edition(
                        &mut state,
                        &EditionSource { name, cycle, framework, organisations, contributions },
                    )?;
                    is_public_changed = true;
                }
            }
        }
        if is_public_changed {
            self.published.commit(&state.published)?;
        }
        state.working.advance(positions);
        self.working.commit(&state.working)
    }

    fn put_edition(&self, state: &mut State, edition: &EditionSource<'_>) -> Result<(), Error> {
        let EditionSource { name, cycle, framework, organisations, contributions } = edition;
        let half = &self.published;
        half.writer().delete_term(Term::from_field_text(half.fields.edition, name.as_str()));
        for contribution in *contributions {
            let organisation = organisations
                .iter()
                .find(|organisation| organisation.code == contribution.organisation);
            let source =
                Source { contribution, cycle, framework, organisation, edition: name.as_str() };
            half.put(&source)?;
            state.published.labels.extend(source.labels());
        }
        let current = state.published.current.entry(cycle.name.to_string()).or_default();
        *current = (*current).max(name.number());
        Ok(())
    }

    /// Begins counting at a position: a rebuild has all up to it.
    pub(crate) fn begin_at(&self, position: u64) -> Result<(), Error> {
        let mut state = self.state();
        state.working.watermark = position;
        state.working.applied.clear();
        self.published.commit(&state.published)?;
        self.working.commit(&state.working)
    }
}

struct EditionSource<'a> {
    name: &'a EditionName,
    cycle: &'a Cycle,
    framework: &'a Framework,
    organisations: &'a [Organisation],
    contributions: &'a [Contribution],
}

impl WorkingPayload {
    /// Moves the watermark over every position that is now without a gap.
    fn advance(&mut self, positions: &[u64]) {
        self.applied.extend(positions.iter().filter(|position| self.watermark < **position));
        while self.applied.remove(&(self.watermark + 1)) {
            self.watermark += 1;
        }
    }
}

/// The revision of each contribution in the working index.
fn versions(working: &Half) -> Result<HashMap<String, u64>, Error> {
    let mut versions = HashMap::new();
    for segment in working.reader.searcher().segment_readers() {
        let numbers = segment.fast_fields().u64("version")?;
        let Some(keys) = segment.fast_fields().str("key")? else { continue };
        let mut key = String::new();
        for document in segment.doc_ids_alive() {
            for ord in keys.term_ords(document) {
                key.clear();
                keys.ord_to_str(ord, &mut key)?;
            }
            versions.insert(key.clone(), numbers.first(document).unwrap_or(0));
        }
    }
    Ok(versions)
}
