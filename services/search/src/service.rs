//! The verbs of search.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bus::Event;
use model::Clock;
use rpc::{Kind, Problem, Problems};
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    task::spawn_blocking,
};
use wire::{EventBody, internal, v1::Suggestion};

use crate::{
    Config, Error,
    dimension::Dimension,
    index::{Answer, Change, Concepts, Generation, Generations, Question, Scope, Shown, Visible},
    metrics::Metrics,
    source::{Head, Source},
    synonyms,
};

/// The largest number of applied positions above a missing one, before that one is fetched: its delivery was given up.
const MAX_AHEAD: usize = 1_000;
/// How long a further page waits for an index that is behind the one that answered the page before.
const CATCH_UP_TIMEOUT: Duration = Duration::from_secs(2);
/// How often a new generation follows the one in use before that one waits for it. Each time there is less to follow.
const ROUNDS: usize = 3;
/// The problem that there is no index to answer from yet.
const BUILDING: &str = "building";
/// Pause between two checks of the watermark.
const PAUSE: Duration = Duration::from_millis(20);

/// Full-text search.
#[derive(Debug)]
pub struct Search {
    indexes: Arc<Generations>,
    source: Source,
    /// Held while changes are applied, so that a rebuilt generation takes over between two batches.
    /// The guard goes with the work: a caller that hangs up does not let others in before it is done.
    applying: Arc<Mutex<()>>,
    /// Held by a rebuild: the one that ends first would remove the files of the other.
    rebuilding: Mutex<()>,
    /// Held by a search of drafts and submissions as of a moment: each builds an index of its own.
    past_reads: Mutex<()>,
    /// Terms of this installation that stand for one another.
    synonyms: Arc<Concepts>,
    writer_memory: usize,
    max_past_texts: usize,
    /// Whether the indexes may answer: those of a new or damaged folder are empty until storage was asked.
    can_answer: AtomicBool,
    /// Whether the last look found changes that storage had at the look before and that are not applied.
    pub(crate) is_behind: AtomicBool,
    pub(crate) replica: String,
    pub(crate) check_seconds: u64,
    pub(crate) clock: Arc<dyn Clock>,
    /// What is wrong at the moment.
    pub(crate) problems: Problems,
    pub(crate) metrics: Metrics,
}

/// How far the indexes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    /// Highest position with all lower ones applied.
    pub(crate) watermark: u64,
    /// Documents in the public index.
    pub(crate) published: u64,
    /// Documents in the working index.
    pub(crate) working: u64,
    /// Name of this replica.
    pub(crate) replica: String,
    /// What is wrong with it.
    pub(crate) problems: Vec<Problem>,
}

impl Search {
    pub(crate) async fn open(
        config: Config,
        source: Source,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let Config { writer_memory_bytes: writer_memory, max_past_texts, check_seconds, .. } =
            config;
        let synonyms = Arc::new(Concepts::of_installation(synonyms::read(&config.synonyms)?));
        let replica = config.replica.clone();
        let indexes = spawn_blocking(move || Generations::open(&config)).await??;
        let mut can_answer = AtomicBool::new(indexes.in_use().shown().watermark != 0);
        let problems = Problems::default();
        if !*can_answer.get_mut() {
            problems.set(BUILDING, Some(Error::Building.to_string()), clock.now());
        }
        Ok(Self {
            indexes: Arc::new(indexes),
            source,
            applying: Arc::default(),
            rebuilding: Mutex::default(),
            past_reads: Mutex::default(),
            synonyms,
            writer_memory,
            max_past_texts,
            can_answer,
            is_behind: AtomicBool::new(false),
            replica,
            check_seconds,
            clock,
            problems,
            metrics: Metrics::new(),
        })
    }

    pub(crate) async fn search(&self, question: Question) -> Result<Answer, Error> {
        if !self.can_answer.load(Ordering::Acquire) {
            return Err(Error::Building);
        }
        if let (Some(moment), Scope::Working) = (question.as_of, question.scope) {
            return self.search_past(question, moment).await;
        }
        let generation = self.generation_at(question.scope, question.at_position).await?;
        let synonyms = self.synonyms.clone();
        spawn_blocking(move || generation.answer(&question, &synonyms)).await?
    }

    /// What may be meant by a beginning, from published texts.
    pub(crate) async fn suggest(
        &self,
        beginning: String,
        limit: usize,
    ) -> Result<Vec<Suggestion>, Error> {
        if !self.can_answer.load(Ordering::Acquire) {
            return Err(Error::Building);
        }
        let generation = self.indexes.in_use();
        spawn_blocking(move || Ok(generation.suggestions()?.beginning(&beginning, limit))).await?
    }

    /// Answers from drafts and submissions as they were at a moment. Storage returns only those that the caller may read, so
    /// that the index, made for this question, holds nothing else.
    async fn search_past(
        &self,
        question: Question,
        moment: model::Instant,
    ) -> Result<Answer, Error> {
        let _one_at_a_time = self.past_reads.lock().await;
        let memory = self.writer_memory;
        let past = Arc::new(spawn_blocking(move || Generation::in_memory(memory)).await??);
        let asked = question.filters.iter().find(|(dimension, _)| *dimension == Dimension::Cycle);
        let mut room = self.max_past_texts;
        for cycle in self.source.cycles().await? {
            if asked.is_none_or(|(_, cycles)| cycles.contains(&cycle)) {
                self.read_contributions(&past, &cycle, Some(moment), &mut room).await?;
            }
        }
        let watermark = self.indexes.in_use().shown().watermark;
        let question =
            Question { as_of: None, visible: Visible::All, at_position: None, ..question };
        let synonyms = self.synonyms.clone();
        let answer = spawn_blocking(move || past.answer(&question, &synonyms)).await??;
        Ok(Answer { watermark, position: watermark, ..answer })
    }

    /// Returns the generation in use, once its index of a scope is as far as the page before was.
    async fn generation_at(
        &self,
        scope: Scope,
        position: Option<u64>,
    ) -> Result<Arc<Generation>, Error> {
        let begun = Instant::now();
        loop {
            let generation = self.indexes.in_use();
            if position.is_none_or(|position| position <= generation.shown().position(scope)) {
                return Ok(generation);
            }
            if begun.elapsed() > CATCH_UP_TIMEOUT {
                return Err(Error::Behind);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Records in storage that an outsider searches drafts and submissions; where that fails, the search is refused.
    pub(crate) async fn record_search(
        &self,
        actor: String,
        origin: &str,
        asked: Vec<u8>,
    ) -> Result<(), Error> {
        self.source.record_search(actor, origin, asked).await
    }

    /// Whether the files of the generation in use are where it wrote them.
    pub(crate) fn probe(&self) -> Result<(), Error> {
        self.indexes.probe()
    }

    /// Checks the files of the generation in use, and what it has against storage; returns what is wrong. Nothing where changes
    /// came in meanwhile, since both have to be as of one moment.
    pub(crate) async fn check(&self) -> Result<Vec<String>, Error> {
        let generation = self.indexes.in_use();
        let before = generation.shown().watermark;
        let checked = generation.clone();
        let mut found = spawn_blocking(move || checked.faults()).await?;
        let expected = self.count().await?;
        let is_same = self.indexes.in_use().shown().watermark == before;
        if is_same && self.last_position().await? == before {
            let counted = generation.working.count();
            if counted != expected {
                found.push(format!(
                    "the working index has {counted} documents, and storage {expected} texts"
                ));
            }
        }
        Ok(found)
    }

    /// How many texts of storage have a document in the working index.
    async fn count(&self) -> Result<u64, Error> {
        let mut count = 0;
        for cycle in self.source.cycles().await? {
            let mut token = String::new();
            loop {
                let (changes, next) = self.source.contributions(&cycle, token, None).await?;
                count += changes.iter().filter(|change| change.has_document()).count() as u64;
                if next.is_empty() {
                    break;
                }
                token = next;
            }
        }
        Ok(count)
    }

    pub(crate) fn is_started(&self) -> bool {
        self.can_answer.load(Ordering::Acquire)
    }

    pub(crate) fn generation(&self) -> Arc<Generation> {
        self.indexes.in_use()
    }

    pub(crate) async fn cycles(&self) -> Result<Vec<String>, Error> {
        self.source.cycles().await
    }

    pub(crate) async fn public_editions(
        &self,
        cycle: &str,
    ) -> Result<Vec<wire::v1::Edition>, Error> {
        self.source.public_editions(cycle).await
    }

    /// The change that an edition is.
    pub(crate) async fn edition(&self, name: &str) -> Result<Change, Error> {
        self.source.edition(name).await
    }

    /// The highest position that storage has given out.
    pub(crate) async fn last_position(&self) -> Result<u64, Error> {
        Ok(self.source.head().await?.last_position)
    }

    pub(crate) fn status(&self) -> Status {
        let generation = self.indexes.in_use();
        Status {
            watermark: generation.shown().watermark,
            published: generation.published.count(),
            working: generation.working.count(),
            replica: self.replica.clone(),
            problems: self.problems.all(),
        }
    }

    /// The changes that an event of this moment asks for; none for an event that search need not know.
    pub(crate) async fn changes(
        &self,
        body: &EventBody,
        time: model::Instant,
    ) -> Result<Vec<Change>, Error> {
        if let EventBody::CycleChanged(body) = body {
            return self.source.changed_cycle(&body.cycle, body.framework_version).await;
        }
        Ok(self.change(body, time).await?.into_iter().collect())
    }

    async fn change(
        &self,
        body: &EventBody,
        time: model::Instant,
    ) -> Result<Option<Change>, Error> {
        match body {
            EventBody::ContributionDrafted(body) => {
                self.source.contribution(&body.contribution).await.map(Some)
            }
            EventBody::ContributionSubmitted(body) => {
                self.source.contribution(&body.contribution).await.map(Some)
            }
            EventBody::ContributionApproved(body) => {
                self.source.contribution(&body.contribution).await.map(Some)
            }
            EventBody::ContributionReturned(body) => {
                self.source.contribution(&body.contribution).await.map(Some)
            }
            EventBody::ContributionUnapproved(body) => {
                self.source.contribution(&body.contribution).await.map(Some)
            }
            // An erasure leaves a tombstone at the same revision.
            EventBody::ContributionWithdrawn(body) => {
                self.source.contribution(&body.contribution).await.map(Some)
            }
            EventBody::EditionPublished(body) => self.source.edition(&body.edition).await.map(Some),
            // The texts are removed whether or not storage answers, so that it is not called.
            EventBody::EditionWithdrawn(body) => Ok(Some(Change::Withdrawn {
                name: body.edition.parse().map_err(Error::Unreadable)?,
                published: None,
                withdrawn: time,
            })),
            EventBody::FrameworkRegistered(body) => {
                self.source.framework(&body.framework).await.map(Some)
            }
            EventBody::CycleOpened(_)
            | EventBody::CycleChanged(_)
            | EventBody::ObligationsChanged(_)
            | EventBody::EditionPinned(_)
            | EventBody::RenderingRequested(_)
            | EventBody::RenderingFailed(_)
            | EventBody::ArtefactStored(_)
            | EventBody::RecordRestored(_) => Ok(None),
        }
    }

    /// Applies changes and positions to the generation in use, with one commit.
    pub(crate) async fn apply(
        &self,
        changes: Vec<Change>,
        positions: Vec<u64>,
    ) -> Result<(), Error> {
        let applying = self.applying.clone().lock_owned().await;
        let generation = self.indexes.in_use();
        let applied = generation.clone();
        let span = tracing::info_span!(
            "commit",
            otel.name = "commit to the index",
            changes = changes.len(),
            position = positions.iter().max(),
        );
        let begun = Instant::now();
        let applying = spawn_blocking(move || {
            span.in_scope(|| applied.apply(&changes, &positions))?;
            Ok::<_, Error>(applying)
        })
        .await??;
        self.metrics.committed(generation.shown().watermark, begun.elapsed());
        self.close_gap(&generation, applying).await;
        Ok(())
    }

    /// Fetches the changes that the watermark has waited for too long.
    async fn close_gap(&self, generation: &Arc<Generation>, _applying: OwnedMutexGuard<()>) {
        if generation.shown().ahead <= MAX_AHEAD {
            return;
        }
        let until = generation.shown().highest;
        if let Err(error) = self.catch_up(generation, until).await {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::warn!(
                error,
                "missing positions below the applied ones could not be fetched; trying again with the next batch"
            );
        }
    }

    /// Builds the indexes anew from storage and takes them into use; the present ones answer meanwhile.
    pub(crate) async fn rebuild(&self) -> Result<Status, Error> {
        let _alone = self.rebuilding.lock().await;
        let head = self.source.head().await?;
        self.source.forget();
        let indexes = self.indexes.clone();
        let fresh = Arc::new(spawn_blocking(move || indexes.begin()).await??);
        let cycles = self.source.cycles().await?;
        let frameworks = cycles.iter().filter_map(|cycle| cycle.split('/').next());
        for framework in frameworks.collect::<BTreeSet<_>>() {
            let change = self.source.framework(framework).await?;
            apply_to(fresh.clone(), vec![change], Vec::new()).await?;
        }
        for cycle in &cycles {
            self.read_cycle(&fresh, cycle).await?;
        }
        let started = fresh.clone();
        spawn_blocking(move || started.begin_at(head.last_position, &head.epoch)).await??;
        self.take_over(fresh).await
    }

    async fn read_cycle(&self, fresh: &Arc<Generation>, cycle: &str) -> Result<(), Error> {
        let mut room = usize::MAX;
        self.read_contributions(fresh, cycle, None, &mut room).await?;
        for edition in self.source.editions(cycle).await? {
            let change = self.source.edition(&edition).await?;
            apply_to(fresh.clone(), vec![change], Vec::new()).await?;
        }
        Ok(())
    }

    /// Reads a cycle's contributions, now or as of a moment, into a generation while there is room.
    async fn read_contributions(
        &self,
        generation: &Arc<Generation>,
        cycle: &str,
        as_of: Option<model::Instant>,
        room: &mut usize,
    ) -> Result<(), Error> {
        let mut token = String::new();
        loop {
            let (changes, next) = self.source.contributions(cycle, token, as_of).await?;
            *room = room.checked_sub(changes.len()).ok_or(Error::TooManyPastTexts)?;
            apply_to(generation.clone(), changes, Vec::new()).await?;
            if next.is_empty() {
                return Ok(());
            }
            token = next;
        }
    }

    /// Brings a new generation as far as the one in use and switches to it. Most is caught up with while batches are applied to
    /// the one in use, and only the rest while none is: what was applied to that one is not delivered again. Later changes come
    /// as they always do.
    async fn take_over(&self, fresh: Arc<Generation>) -> Result<Status, Error> {
        for _ in 0..ROUNDS {
            self.catch_up(&fresh, self.indexes.in_use().shown().highest).await?;
        }
        let applying = self.applying.clone().lock_owned().await;
        self.catch_up(&fresh, self.indexes.in_use().shown().highest).await?;
        let indexes = self.indexes.clone();
        spawn_blocking(move || {
            let _applying = applying;
            indexes.switch(fresh)
        })
        .await??;
        Ok(self.status())
    }

    /// Applies, in order of position, what a generation has missed up to a position. There is an end to it, however many
    /// changes storage takes in meanwhile.
    async fn catch_up(&self, generation: &Arc<Generation>, until: u64) -> Result<(), Error> {
        let mut after = generation.shown().watermark;
        loop {
            if until <= after {
                return Ok(());
            }
            let missed = self.source.changes(after).await?;
            let Some(last) = missed.last() else { return Ok(()) };
            after = last.position;
            let mut changes = Vec::new();
            for change in &missed {
                changes.extend(self.missed(change).await?);
            }
            let positions = missed.iter().map(|change| change.position).collect();
            apply_to(generation.clone(), changes, positions).await?;
        }
    }

    /// Returns the changes of a missed event. One that cannot be applied is skipped, as it is when it comes from the bus.
    async fn missed(&self, missed: &internal::Change) -> Result<Vec<Change>, Error> {
        let read = match EventBody::decode(&missed.topic, &missed.payload) {
            Ok(body) => self.changes(&body, time_of(missed)).await,
            Err(error) => Err(Error::Unreadable(error)),
        };
        match read {
            Err(error) if error.kind() != Kind::Unavailable => {
                let error = format!("{:#}", anyhow::Error::from(error));
                tracing::error!(
                    position = missed.position,
                    error,
                    "an event cannot be applied and is skipped"
                );
                Ok(Vec::new())
            }
            read => read,
        }
    }

    /// Rebuilds the indexes where an event is of another epoch, and storage is too.
    pub(crate) async fn follow(&self, event: &Event) -> Result<(), Error> {
        if self.is_of_another_epoch(event) {
            let head = self.source.head().await?;
            let known = self.indexes.in_use().shown();
            if is_another(&head.epoch, &known.epoch) {
                tracing::warn!(epoch = head.epoch, "the record was restored: the index is rebuilt");
                self.rebuild().await?;
            }
        }
        Ok(())
    }

    /// Whether an event is of another epoch than the indexes, so that its position means nothing to them.
    pub(crate) fn is_of_another_epoch(&self, event: &Event) -> bool {
        is_another(&event.epoch, &self.indexes.in_use().shown().epoch)
    }

    /// Brings the indexes up to date with storage: events from before the queue existed are never delivered.
    pub(crate) async fn start(&self) -> Result<(), Error> {
        let Shown { watermark: at, epoch, .. } = &*self.indexes.in_use().shown();
        let Head { last_position: last, epoch: present } = self.source.head().await?;
        // Storage is behind the index, or of another epoch: it was restored from a backup, and the index has what is no longer
        // there.
        if last < *at || (*at == 0 && last != 0) || is_another(&present, epoch) {
            tracing::info!(at, last, "the index is rebuilt from storage");
            self.rebuild().await?;
        } else {
            let _applying = self.applying.lock().await;
            self.catch_up(&self.indexes.in_use(), last).await?;
        }
        self.can_answer.store(true, Ordering::Release);
        self.problems.set(BUILDING, None, self.clock.now());
        Ok(())
    }
}

/// Whether positions of one epoch mean nothing in another. An older version of storage names none.
fn is_another(named: &str, known: &str) -> bool {
    !named.is_empty() && named != known
}

/// Returns the moment of an event.
fn time_of(missed: &internal::Change) -> model::Instant {
    missed.time.as_ref().map(wire::instant).unwrap_or_default()
}

async fn apply_to(
    generation: Arc<Generation>,
    changes: Vec<Change>,
    positions: Vec<u64>,
) -> Result<(), Error> {
    spawn_blocking(move || generation.apply(&changes, &positions)).await?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_index_that_was_never_built_is_a_problem() {
        let folder = tempfile::tempdir().unwrap();
        let storage = rpc::connect("http://127.0.0.1:9", None).unwrap();
        let config = Config { index: folder.path().join("index"), ..Config::default() };
        let clock = Arc::new(testkit::TestClock::new());
        let search = Search::open(config, Source::new(storage), clock).await.unwrap();
        let problems: Vec<_> = search.status().problems.iter().map(|one| one.what).collect();
        assert_eq!(problems, [BUILDING]);
    }
}
