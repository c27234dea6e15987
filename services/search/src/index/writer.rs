//! Writing: changes are applied in batches, each one commit of each index with the watermark inside the last.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use model::{
    Contribution, ContributionKind, ContributionState, Cycle, EditionName, Framework, Instant,
    Organisation,
};
use tantivy::Term;

use crate::{
    Error,
    index::{
        document::Source,
        half::Half,
        payload::{Editions, PublishedPayload, WorkingPayload},
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
        /// When it became public.
        published: Instant,
        /// Its cycle.
        cycle: Arc<Cycle>,
        /// The cycle's framework version.
        framework: Arc<Framework>,
        /// The cycle's organisations.
        organisations: Vec<Organisation>,
        /// What it pins.
        contributions: Vec<Contribution>,
    },
    /// An edition that was withdrawn.
    Withdrawn {
        /// Its name.
        name: EditionName,
        /// When it became public, where that is told; never for one that failed.
        published: Option<Instant>,
        /// When it was withdrawn.
        withdrawn: Instant,
    },
}

/// What is known of a generation besides its documents.
#[derive(Debug, Default)]
struct State {
    published: PublishedPayload,
    working: WorkingPayload,
    revisions: HashMap<String, Revision>,
    /// Whether something was written and not committed: a failed batch leaves the writers ahead of the commits.
    is_in_doubt: bool,
    /// Whether the batch has an edition.
    is_public_changed: bool,
}

/// The revision of a contribution in the working index.
#[derive(Debug, Clone, Copy)]
struct Revision {
    version: u64,
    /// When its state changed: a decision is about a revision that is there already. Not kept with the document: what is
    /// applied first after a start is taken.
    state_time: Instant,
    /// An open cell has none, nor has what was withdrawn.
    has_document: bool,
}

impl Revision {
    /// Whether it stays when a contribution is told: as it stood before this, or as it was before it was erased, since a
    /// tombstone takes the place of its revision.
    fn outlives(self, contribution: &Contribution) -> bool {
        let told = (contribution.version, contribution.state_time);
        let own = (self.version, self.state_time);
        told < own || (told == own && !self.has_document && !contribution.is_erased())
    }
}

/// What readers see of the state: never what is not committed, and never behind a commit that is under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown {
    /// Highest position with all lower ones applied.
    pub(crate) watermark: u64,
    /// How many positions above it are applied.
    pub(crate) ahead: usize,
    editions: Editions,
    published_labels: BTreeMap<String, String>,
    working_labels: BTreeMap<String, String>,
}

impl Shown {
    /// Names of the current editions: now, or as it was at a moment.
    pub(crate) fn current(&self, as_of: Option<Instant>) -> Vec<String> {
        self.editions.current(as_of)
    }

    /// Names to show for facet values.
    pub(crate) fn labels(&self, is_published: bool) -> &BTreeMap<String, String> {
        if is_published { &self.published_labels } else { &self.working_labels }
    }
}

/// Both indexes, built together.
pub(crate) struct Generation {
    pub(crate) folder: PathBuf,
    pub(crate) published: Half,
    pub(crate) working: Half,
    state: Mutex<State>,
    shown: RwLock<Arc<Shown>>,
}

impl Generation {
    /// Makes an empty generation in a folder.
    pub(crate) fn create(folder: &Path, memory: usize) -> Result<Self, Error> {
        let published = Half::create(&folder.join("published"), memory)?;
        let working = Half::create(&folder.join("working"), memory)?;
        Ok(Self::with(folder, published, working, State::default()))
    }

    /// Makes an empty generation in memory.
    pub(crate) fn in_memory(memory: usize) -> Result<Self, Error> {
        let (published, working) = (Half::in_memory(memory)?, Half::in_memory(memory)?);
        Ok(Self::with(Path::new(""), published, working, State::default()))
    }

    /// Opens a generation; fails when anything of it is damaged.
    pub(crate) fn open(folder: &Path, memory: usize) -> Result<Self, Error> {
        let (published, published_payload) = Half::open(&folder.join("published"), memory)?;
        let (working, working_payload) = Half::open(&folder.join("working"), memory)?;
        let state = State {
            published: published_payload,
            working: working_payload,
            revisions: revisions(&working)?,
            ..State::default()
        };
        Ok(Self::with(folder, published, working, state))
    }

    fn with(folder: &Path, published: Half, working: Half, state: State) -> Self {
        let shown = RwLock::new(Arc::new(state.shown()));
        Self { folder: folder.to_owned(), published, working, state: Mutex::new(state), shown }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What readers see of the state.
    pub(crate) fn shown(&self) -> Arc<Shown> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Applies changes and positions with one commit of each index. An older revision never replaces a newer one, nor an
    /// older state of a revision a newer one.
    /// After a failure nothing of the batch is applied, and it can be tried again.
    pub(crate) fn apply(&self, changes: &[Change], positions: &[u64]) -> Result<(), Error> {
        if changes.is_empty() && positions.is_empty() {
            return Ok(());
        }
        self.write(|state| {
            for change in changes {
                self.put(state, change)?;
            }
            state.working.advance(positions);
            Ok(())
        })
    }

    /// Begins counting at a position: a rebuild has all up to it.
    pub(crate) fn begin_at(&self, position: u64) -> Result<(), Error> {
        self.write(|state| {
            state.working.watermark = position;
            state.working.applied.clear();
            Ok(())
        })
    }

    /// Writes and commits; what failed before is taken back first.
    fn write(&self, act: impl FnOnce(&mut State) -> Result<(), Error>) -> Result<(), Error> {
        let mut state = self.state();
        if state.is_in_doubt {
            self.published.take_back()?;
            self.working.take_back()?;
            *state = State {
                published: self.published.payload()?,
                working: self.working.payload()?,
                revisions: revisions(&self.working)?,
                ..State::default()
            };
        }
        state.is_in_doubt = true;
        act(&mut state)?;
        if state.is_public_changed {
            self.published.commit(&state.published)?;
        }
        self.working.commit(&state.working)?;
        (state.is_in_doubt, state.is_public_changed) = (false, false);
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(state.shown());
        Ok(())
    }

    fn put(&self, state: &mut State, change: &Change) -> Result<(), Error> {
        match change {
            Change::Working { contribution, cycle, framework, organisation } => {
                let organisation = organisation.as_deref();
                self.put_working(
                    state,
                    &Source { contribution, cycle, framework, organisation, edition: "" },
                )
            }
            Change::Edition { name, published, cycle, framework, organisations, contributions } => {
                state.published.editions.entry(name).publish(*published);
                self.put_edition(
                    state,
                    &EditionSource { name, cycle, framework, organisations, contributions },
                )
            }
            Change::Withdrawn { name, published, withdrawn } => {
                let standing = state.published.editions.entry(name);
                if let Some(published) = published {
                    standing.publish(*published);
                }
                standing.withdraw(*withdrawn);
                self.remove_edition(state, name)
            }
        }
    }

    fn put_working(&self, state: &mut State, source: &Source<'_>) -> Result<(), Error> {
        let key = source.key();
        let known = state.revisions.get(&key).copied();
        let is_stale = |known: Revision| known.outlives(source.contribution);
        if known.is_some_and(is_stale) {
            return Ok(());
        }
        let has_document = put(&self.working, source)?;
        if known.is_some_and(|known| known.has_document) {
            state.working.documents -= 1;
        }
        state.working.documents += u64::from(has_document);
        state.working.labels.extend(source.labels());
        let Contribution { version, state_time, .. } = *source.contribution;
        state.revisions.insert(key, Revision { version, state_time, has_document });
        Ok(())
    }

    fn put_edition(&self, state: &mut State, edition: &EditionSource<'_>) -> Result<(), Error> {
        let EditionSource { name, cycle, framework, organisations, contributions } = edition;
        self.remove_edition(state, name)?;
        if state.published.editions.entry(name).is_withdrawn() {
            return Ok(());
        }
        let half = &self.published;
        let mut keys = HashSet::new();
        for contribution in *contributions {
            let organisation = organisations
                .iter()
                .find(|organisation| organisation.code == contribution.organisation);
            let source =
                Source { contribution, cycle, framework, organisation, edition: name.as_str() };
            if put(half, &source)? {
                keys.insert(source.key());
            }
            state.published.labels.extend(source.labels());
        }
        state.published.editions.entry(name).documents = keys.len() as u64;
        Ok(())
    }

    /// Removes the documents of an edition.
    fn remove_edition(&self, state: &mut State, name: &EditionName) -> Result<(), Error> {
        state.is_public_changed = true;
        let half = &self.published;
        half.delete(Term::from_field_text(half.fields.edition, name.as_str()))
    }
}

impl State {
    fn shown(&self) -> Shown {
        let Self { published, working, revisions: _, is_in_doubt: _, is_public_changed: _ } = self;
        Shown {
            watermark: working.watermark,
            ahead: working.applied.len(),
            editions: published.editions.clone(),
            published_labels: published.labels.clone(),
            working_labels: working.labels.clone(),
        }
    }
}

struct EditionSource<'a> {
    name: &'a EditionName,
    cycle: &'a Cycle,
    framework: &'a Framework,
    organisations: &'a [Organisation],
    contributions: &'a [Contribution],
}

/// Replaces the document with this key, and tells whether there is one now: an open cell and a tombstone have none, and
/// what was withdrawn stands only in the editions that pinned it before.
fn put(half: &Half, source: &Source<'_>) -> Result<bool, Error> {
    half.delete(Term::from_field_text(half.fields.key, &source.key()))?;
    let contribution = source.contribution;
    let is_gone = contribution.is_erased() || contribution.state == ContributionState::Withdrawn;
    if is_gone || contribution.content.kind == ContributionKind::Unanswered {
        return Ok(false);
    }
    half.add(source.document(&half.fields)?)?;
    Ok(true)
}

/// The revision of each contribution in the working index.
fn revisions(working: &Half) -> Result<HashMap<String, Revision>, Error> {
    let mut revisions = HashMap::new();
    for segment in working.reader.searcher().segment_readers() {
        let numbers = segment.fast_fields().u64("version")?;
        let Some(keys) = segment.fast_fields().str("key")? else { continue };
        let mut key = String::new();
        for document in segment.doc_ids_alive() {
            for ord in keys.term_ords(document) {
                key.clear();
                keys.ord_to_str(ord, &mut key)?;
            }
            let version = numbers.first(document).unwrap_or(0);
            let revision = Revision { version, state_time: Instant(i64::MIN), has_document: true };
            revisions.insert(key.clone(), revision);
        }
    }
    Ok(revisions)
}

#[cfg(test)]
mod moments;
#[cfg(test)]
mod tests;
