//! The verbs of search.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rpc::Kind;
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    task::spawn_blocking,
};
use wire::{EventBody, internal};

use crate::{
    Config, Error,
    dimension::Dimension,
    index::{Answer, Change, Generation, Generations, Question, Scope, Visible},
    metrics::Metrics,
    source::Source,
};

/// The largest number of applied positions above a missing one, before that one is fetched: its delivery was given up.
const MAX_AHEAD: usize = 1_000;
/// How long a further page waits for an index that is behind the one that answered the page before.
const CATCH_UP_TIMEOUT: Duration = Duration::from_secs(2);
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
    writer_memory: usize,
    max_past_texts: usize,
    /// Whether the indexes may answer: those of a new or damaged folder are empty until storage was asked.
    can_answer: AtomicBool,
    pub(crate) metrics: Metrics,
}

/// How far the indexes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status {
    /// Highest position with all lower ones applied.
    pub(crate) watermark: u64,
    /// Documents in the public index.
    pub(crate) published: u64,
    /// Documents in the working index.
    pub(crate) working: u64,
}

impl Search {
    pub(crate) async fn open(config: Config, source: Source) -> Result<Self, Error> {
        let Config { writer_memory_bytes: writer_memory, max_past_texts, .. } = config;
        let indexes = spawn_blocking(move || Generations::open(&config)).await??;
        let can_answer = AtomicBool::new(indexes.in_use().shown().watermark != 0);
        Ok(Self {
            indexes: Arc::new(indexes),
            source,
            applying: Arc::default(),
            rebuilding: Mutex::default(),
            past_reads: Mutex::default(),
            writer_memory,
            max_past_texts,
            can_answer,
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
        let generation = self.generation_at(question.scope, question.not_before).await?;
        spawn_blocking(move || generation.answer(&question)).await?
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
        let question = Question { as_of: None, visible: Visible::All, ..question };
        let answer = spawn_blocking(move || past.answer(&question)).await??;
        Ok(Answer { watermark, position: watermark, ..answer })
    }

    /// Returns the generation in use, once its index of a scope is as far as a position.
    async fn generation_at(&self, scope: Scope, position: u64) -> Result<Arc<Generation>, Error> {
        let begun = Instant::now();
        loop {
            let generation = self.indexes.in_use();
            if position <= generation.shown().position(scope) {
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

    /// The highest position that storage has given out.
    pub(crate) async fn last_position(&self) -> Result<u64, Error> {
        self.source.last_position().await
    }

    pub(crate) fn status(&self) -> Status {
        let generation = self.indexes.in_use();
        Status {
            watermark: generation.shown().watermark,
            published: generation.published.count(),
            working: generation.working.count(),
        }
    }

    /// The change that an event of this moment asks for; none for an event that search need not know.
    pub(crate) async fn change(
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
            // An erasure leaves a tombstone at the same revision.
            EventBody::ContributionWithdrawn(body) => {
                self.source.contribution(&body.contribution).await.map(Some)
            }
            EventBody::EditionPublished(body) => self.source.edition(&body.edition).await.map(Some),
            // The texts are removed whether or not storage answers, so that it is not called.
            EventBody::EditionWithdrawn(body) => Ok(Some(Change::Withdrawn {
                name: body.edition.parse().map_err(Error::BadAnswer)?,
                published: None,
                withdrawn: time,
            })),
            EventBody::FrameworkRegistered(_)
            | EventBody::CycleOpened(_)
            | EventBody::ObligationsChanged(_)
            | EventBody::EditionPinned(_)
            | EventBody::RenderingRequested(_)
            | EventBody::RenderingFailed(_)
            | EventBody::ArtefactStored(_) => Ok(None),
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
        if let Err(error) = self.catch_up(generation).await {
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
        let begun_at = self.source.last_position().await?;
        let indexes = self.indexes.clone();
        let fresh = Arc::new(spawn_blocking(move || indexes.begin()).await??);
        for cycle in self.source.cycles().await? {
            self.read_cycle(&fresh, &cycle).await?;
        }
        let started = fresh.clone();
        spawn_blocking(move || started.begin_at(begun_at)).await??;
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

    /// Brings a new generation up to date while no batch is applied, then switches to it.
    async fn take_over(&self, fresh: Arc<Generation>) -> Result<Status, Error> {
        let applying = self.applying.clone().lock_owned().await;
        self.catch_up(&fresh).await?;
        let indexes = self.indexes.clone();
        spawn_blocking(move || {
            let _applying = applying;
            indexes.switch(fresh)
        })
        .await??;
        Ok(self.status())
    }

    /// Applies, in order of position, what a generation has missed.
    async fn catch_up(&self, generation: &Arc<Generation>) -> Result<(), Error> {
        let mut after = generation.shown().watermark;
        loop {
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

    /// Returns the change of a missed event. One that cannot be applied is skipped, as it is when it comes from the bus.
    async fn missed(&self, missed: &internal::Change) -> Result<Option<Change>, Error> {
        let read = match EventBody::decode(&missed.topic, &missed.payload) {
            Ok(body) => self.change(&body, time_of(missed)).await,
            Err(error) => Err(Error::BadAnswer(error)),
        };
        match read {
            Err(error) if error.kind() != Kind::Unavailable => {
                let error = format!("{:#}", anyhow::Error::from(error));
                tracing::error!(
                    position = missed.position,
                    error,
                    "an event cannot be applied and is skipped"
                );
                Ok(None)
            }
            read => read,
        }
    }

    /// Brings the indexes up to date with storage: events from before the queue existed are never delivered.
    pub(crate) async fn start(&self) -> Result<(), Error> {
        let at = self.status().watermark;
        let last = self.source.last_position().await?;
        // Storage is behind the index: it was restored from a backup, and the index has what is no longer there.
        if last < at || (at == 0 && last != 0) {
            tracing::info!(at, last, "the index is rebuilt from storage");
            self.rebuild().await?;
        } else {
            let _applying = self.applying.lock().await;
            self.catch_up(&self.indexes.in_use()).await?;
        }
        self.can_answer.store(true, Ordering::Release);
        Ok(())
    }
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
