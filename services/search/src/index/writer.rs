//! Writing: changes are applied in batches, each one commit of each index with the watermark inside the last.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
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
        abbreviations::{self, Pair},
        concepts::Concepts,
        document::{Source, known_of},
        document_index::DocumentIndex,
        payload::{PublishedPayload, WorkingPayload},
        question::{Question, Scope},
        recent::{Recent, Snapshot},
        shown::Shown,
        suggestions::Suggestions,
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
        /// Of its organisations those that the framework knows.
        organisations: Vec<Organisation>,
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
    /// All versions of a framework.
    Framework {
        /// Its code.
        code: String,
        /// In order.
        versions: Vec<Framework>,
    },
    /// An edition that was withdrawn.
    Withdrawn {
        /// Its name.
        name: EditionName,
        /// When it became public, where that is known; never for one that failed.
        published: Option<Instant>,
        /// When it was withdrawn.
        withdrawn: Instant,
    },
}

impl Change {
    /// The documents that an edition has, by their keys with the hashes of their content; none of another change.
    pub(crate) fn documents(&self) -> BTreeMap<String, String> {
        let Self::Edition { name, contributions, .. } = self else { return BTreeMap::new() };
        let own = contributions.iter().filter(|one| has_document(one)).map(|one| {
            let key = format!("{name}/{}/{}", one.organisation, one.public_id());
            (key, one.content_hash.to_string())
        });
        own.collect()
    }

    /// Whether it is a contribution that has a document in the working index.
    pub(crate) fn has_document(&self) -> bool {
        match self {
            Self::Working { contribution, .. } => has_document(contribution),
            Self::Edition { .. } | Self::Framework { .. } | Self::Withdrawn { .. } => false,
        }
    }
}

/// What is known of a generation besides its documents.
#[derive(Debug, Default)]
struct State {
    published: PublishedPayload,
    working: WorkingPayload,
    revisions: HashMap<String, Revision>,
    /// The abbreviations of each public edition, as they are looked up.
    concepts: BTreeMap<String, Arc<Concepts>>,
    /// Whether something was written and not committed: a failed batch leaves the writers ahead of the commits.
    is_uncommitted: bool,
    /// Whether the batch has an edition.
    is_public_changed: bool,
    /// Whether the batch takes away text that nobody is to find any more.
    is_text_gone: bool,
}

/// The revision of a contribution in the working index.
#[derive(Debug, Clone, Copy)]
struct Revision {
    version: u64,
    /// When its state changed: a decision changes the state of an existing revision. It is not stored with the document, so
    /// that after a start the first change is applied.
    state_time: Instant,
    /// Open cells and withdrawn contributions have none.
    has_document: bool,
}

impl Revision {
    /// Whether it stays when a change with a contribution arrives: one with an earlier state, or one from before an erasure,
    /// since a tombstone takes the place of its revision.
    fn outlives(self, contribution: &Contribution) -> bool {
        let arriving = (contribution.version, contribution.state_time);
        let indexed = (self.version, self.state_time);
        arriving < indexed
            || (arriving == indexed && !self.has_document && !contribution.is_erased())
    }
}

/// Both indexes, built together.
pub(crate) struct Generation {
    pub(crate) folder: PathBuf,
    pub(crate) published: DocumentIndex,
    pub(crate) working: DocumentIndex,
    /// What recent answers were made from.
    pub(crate) recent: Recent,
    /// What may be suggested, with the publications that it was made from.
    suggestions: Mutex<Option<(u64, Arc<Suggestions>)>>,
    state: Mutex<State>,
    shown: RwLock<Arc<Shown>>,
}

impl Generation {
    /// Makes an empty generation in a folder.
    pub(crate) fn create(folder: &Path, memory: usize) -> Result<Self, Error> {
        let published = DocumentIndex::create(&folder.join("published"), memory)?;
        let working = DocumentIndex::create(&folder.join("working"), memory)?;
        Ok(Self::with(folder, published, working, State::default()))
    }

    /// Makes an empty generation in memory.
    pub(crate) fn in_memory(memory: usize) -> Result<Self, Error> {
        let (published, working) =
            (DocumentIndex::in_memory(memory)?, DocumentIndex::in_memory(memory)?);
        Ok(Self::with(Path::new(""), published, working, State::default()))
    }

    /// Opens a generation; fails when anything of it is damaged.
    pub(crate) fn open(folder: &Path, memory: usize) -> Result<Self, Error> {
        let (published, published_payload) =
            DocumentIndex::open(&folder.join("published"), memory)?;
        let (working, working_payload) = DocumentIndex::open(&folder.join("working"), memory)?;
        let state = State::of(published_payload, working_payload, revisions(&working)?);
        Ok(Self::with(folder, published, working, state))
    }

    fn with(folder: &Path, published: DocumentIndex, working: DocumentIndex, state: State) -> Self {
        let shown = RwLock::new(Arc::new(state.shown()));
        Self {
            folder: folder.to_owned(),
            published,
            working,
            recent: Recent::default(),
            suggestions: Mutex::default(),
            state: Mutex::new(state),
            shown,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What readers see of the state.
    pub(crate) fn shown(&self) -> Arc<Shown> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The index of a scope.
    pub(crate) fn index(&self, scope: Scope) -> &DocumentIndex {
        match scope {
            Scope::Published => &self.published,
            Scope::Working => &self.working,
        }
    }

    /// What a question is answered from: what is there now, or for a further page what the page before was answered from.
    pub(crate) fn snapshot(&self, question: &Question) -> Result<Snapshot, Error> {
        let scope = question.scope;
        let kept = question.at_position.and_then(|position| self.recent.at(scope, position));
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let forgotten = self.recent.forgotten();
        // Read before the documents: these may be newer than the watermark says, never older.
        let shown = self.shown();
        if question.at_position.is_some_and(|position| position != shown.position(scope)) {
            return Err(Error::PageExpired);
        }
        Ok(Snapshot { shown, searcher: self.index(scope).reader.searcher(), forgotten })
    }

    /// What may be suggested, made anew after each publication and withdrawal.
    pub(crate) fn suggestions(&self) -> Result<Arc<Suggestions>, Error> {
        // Held while they are made: others wait for them.
        let mut known = self.suggestions.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = self.shown();
        let position = shown.position(Scope::Published);
        if let Some((_, made)) = known.as_ref().filter(|(at, _)| *at == position) {
            return Ok(made.clone());
        }
        let index = &self.published;
        let made = Arc::new(Suggestions::of(&index.reader.searcher(), &index.fields, &shown)?);
        *known = Some((position, made.clone()));
        Ok(made)
    }

    /// What is wrong with its files. Nothing is written meanwhile.
    pub(crate) fn faults(&self) -> Vec<String> {
        let _state = self.state();
        let checks = [("published", &self.published), ("working", &self.working)];
        let fault = |(name, index): (&str, &DocumentIndex)| {
            let error = index.check(&self.folder.join(name)).err()?;
            Some(format!("{name}: {:#}", anyhow::Error::from(error)))
        };
        checks.into_iter().filter_map(fault).collect()
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

    /// Begins counting at a position of an epoch: a rebuild has all up to it.
    pub(crate) fn begin_at(&self, position: u64, epoch: &str) -> Result<(), Error> {
        self.write(|state| {
            epoch.clone_into(&mut state.working.epoch);
            state.working.watermark = position;
            state.working.applied.clear();
            Ok(())
        })
    }

    /// Writes and commits; what a failed batch left is rolled back first.
    fn write(&self, act: impl FnOnce(&mut State) -> Result<(), Error>) -> Result<(), Error> {
        let mut state = self.state();
        if state.is_uncommitted {
            self.published.roll_back()?;
            self.working.roll_back()?;
            let revisions = revisions(&self.working)?;
            *state = State::of(self.published.payload()?, self.working.payload()?, revisions);
        }
        state.is_uncommitted = true;
        act(&mut state)?;
        if state.is_public_changed {
            self.published.commit(&state.published)?;
        }
        self.working.commit(&state.working)?;
        (state.is_uncommitted, state.is_public_changed) = (false, false);
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(state.shown());
        if std::mem::take(&mut state.is_text_gone) {
            self.recent.forget();
        }
        Ok(())
    }

    fn put(&self, state: &mut State, change: &Change) -> Result<(), Error> {
        match change {
            Change::Working { contribution, cycle, framework, organisations } => {
                let organisations = organisations.iter().collect();
                state.is_text_gone |= is_gone(contribution);
                self.put_working(
                    state,
                    &Source { contribution, cycle, framework, organisations, edition: "" },
                )
            }
            Change::Edition { name, published, cycle, framework, organisations, contributions } => {
                state.published.editions.entry(name).publish(*published);
                self.put_edition(
                    state,
                    &EditionSource { name, cycle, framework, organisations, contributions },
                )
            }
            Change::Framework { code, versions } => {
                state.working.lineages.set(code, versions);
                Ok(())
            }
            Change::Withdrawn { name, published, withdrawn } => {
                let known = state.published.editions.entry(name);
                if let Some(published) = published {
                    known.publish(*published);
                }
                known.withdraw(*withdrawn);
                state.is_text_gone = true;
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
        source.add_labels(&mut state.working.labels);
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
        let index = &self.published;
        let mut keys = HashSet::new();
        for contribution in *contributions {
            let organisations = known_of(contribution, organisations);
            let source =
                Source { contribution, cycle, framework, organisations, edition: name.as_str() };
            if put(index, &source)? {
                keys.insert(source.key());
            }
            source.add_labels(&mut state.published.labels);
        }
        state.published.editions.entry(name).documents = keys.len() as u64;
        state.add_abbreviations(name, abbreviations::of_edition(framework, contributions));
        Ok(())
    }

    /// Removes the documents of an edition.
    fn remove_edition(&self, state: &mut State, name: &EditionName) -> Result<(), Error> {
        state.is_public_changed = true;
        state.remove_abbreviations(name);
        let index = &self.published;
        index.delete(Term::from_field_text(index.fields.edition, name.as_str()))
    }
}

impl State {
    /// The state of indexes that were opened.
    fn of(
        published: PublishedPayload,
        working: WorkingPayload,
        revisions: HashMap<String, Revision>,
    ) -> Self {
        let concepts = published.abbreviations.iter();
        let concepts = concepts
            .map(|(edition, pairs)| (edition.clone(), Arc::new(abbreviations::concepts(pairs))));
        Self { concepts: concepts.collect(), published, working, revisions, ..Self::default() }
    }

    fn add_abbreviations(&mut self, edition: &EditionName, pairs: BTreeSet<Pair>) {
        if !pairs.is_empty() {
            self.concepts.insert(edition.to_string(), Arc::new(abbreviations::concepts(&pairs)));
            self.published.abbreviations.insert(edition.to_string(), pairs);
        }
    }

    fn remove_abbreviations(&mut self, edition: &EditionName) {
        self.concepts.remove(edition.as_str());
        self.published.abbreviations.remove(edition.as_str());
    }

    fn shown(&self) -> Shown {
        let Self { published, working, concepts, .. } = self;
        Shown {
            epoch: working.epoch.clone(),
            watermark: working.watermark,
            ahead: working.applied.len(),
            highest: working.applied.last().copied().unwrap_or(working.watermark),
            editions: published.editions.clone(),
            concepts: concepts.clone(),
            lineages: working.lineages.clone(),
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

/// Replaces the document with this key, and returns whether there is one now: open cells and tombstones have none, and a
/// withdrawn contribution is only in the editions that pinned it before.
fn put(index: &DocumentIndex, source: &Source<'_>) -> Result<bool, Error> {
    index.delete(Term::from_field_text(index.fields.key, &source.key()))?;
    if !has_document(source.contribution) {
        return Ok(false);
    }
    index.add(source.document(&index.fields)?)?;
    Ok(true)
}

/// Whether a contribution has a document.
fn has_document(contribution: &Contribution) -> bool {
    !is_gone(contribution) && contribution.content.kind != ContributionKind::Unanswered
}

/// Whether nobody is to find the text of a contribution any more.
fn is_gone(contribution: &Contribution) -> bool {
    contribution.is_erased() || contribution.state == ContributionState::Withdrawn
}

/// The revision of each contribution in the working index.
fn revisions(working: &DocumentIndex) -> Result<HashMap<String, Revision>, Error> {
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
mod one_pass;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod suggesting;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod unseen;
