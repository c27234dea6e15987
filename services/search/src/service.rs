//! The verbs of search.

use std::sync::Arc;

use tokio::{sync::Mutex, task::spawn_blocking};
use wire::EventBody;

use crate::{
    Config, Error,
    index::{Answer, Change, Generation, Indexes, Question},
    source::Source,
};

/// Full-text search.
#[derive(Debug)]
pub struct Search {
    indexes: Arc<Indexes>,
    source: Source,
    /// Held while changes are applied, so that a rebuilt generation takes over between two batches.
    applying: Mutex<()>,
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
        let indexes = spawn_blocking(move || Indexes::open(&config)).await??;
        Ok(Self { indexes: Arc::new(indexes), source, applying: Mutex::new(()) })
    }

    pub(crate) async fn search(&self, question: Question) -> Result<Answer, Error> {
        let generation = self.indexes.in_use();
        spawn_blocking(move || generation.answer(&question)).await?
    }

    pub(crate) fn status(&self) -> Status {
        let generation = self.indexes.in_use();
        Status {
            watermark: generation.watermark(),
            published: generation.published.count(),
            working: generation.working.count(),
        }
    }

    /// The change that an event asks for; none for an event that search need not know.
    pub(crate) async fn change(&self, body: &EventBody) -> Result<Option<Change>, Error> {
        match body {
            EventBody::ContributionDrafted(body) => {
                self.source.contribution(&body.contribution).await.map(Some)
            }
            EventBody::ContributionSubmitted(body) => {
                self.source.contribution(&body.contribution).await.map(Some)
            }
            EventBody::EditionPublished(body) => self.source.edition(&body.edition).await.map(Some),
            EventBody::FrameworkRegistered(_)
            | EventBody::CycleOpened(_)
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
        let _applying = self.applying.lock().await;
        apply_to(self.indexes.in_use(), changes, positions).await
    }

    /// Builds the indexes anew from storage and takes them into use; the present ones answer meanwhile.
    pub(crate) async fn rebuild(&self) -> Result<Status, Error> {
        let begun_at = self.source.last_position().await?;
        let indexes = self.indexes.clone();
        let fresh = Arc::new(spawn_blocking(move || indexes.begin()).await??);
        for cycle in self.source.cycles().await? {
            let mut token = String::new();
            loop {
                let (changes, next) = self.source.contributions(&cycle, token).await?;
                apply_to(fresh.clone(), changes, Vec::new()).await?;
                if next.is_empty() {
                    break;
                }
                token = next;
            }
            for edition in self.source.published(&cycle).await? {
                apply_to(fresh.clone(), vec![self.source.edition(&edition).await?], Vec::new())
                    .await?;
            }
        }
        let started = fresh.clone();
        spawn_blocking(move || started.begin_at(begun_at)).await??;
        self.take_over(fresh).await
    }

    /// Brings a fresh generation up to date while no batch is applied, then switches to it.
    async fn take_over(&self, fresh: Arc<Generation>) -> Result<Status, Error> {
        let _applying = self.applying.lock().await;
        loop {
            let missed = self.source.changes(fresh.watermark()).await?;
            if missed.is_empty() {
                break;
            }
            let mut changes = Vec::new();
            for change in &missed {
                if let Ok(body) = EventBody::decode(&change.topic, &change.payload) {
                    changes.extend(self.change(&body).await?);
                }
            }
            apply_to(fresh.clone(), changes, missed.iter().map(|change| change.position).collect())
                .await?;
        }
        let indexes = self.indexes.clone();
        spawn_blocking(move || indexes.switch(fresh)).await??;
        Ok(self.status())
    }

    /// Rebuilds when the indexes are new and storage is not: events before the queue was made never come.
    pub(crate) async fn rebuild_if_new(&self) -> Result<(), Error> {
        if self.status().watermark == 0 && self.source.last_position().await? != 0 {
            tracing::info!("the index is new and is built from storage");
            self.rebuild().await?;
        }
        Ok(())
    }
}

async fn apply_to(
    generation: Arc<Generation>,
    changes: Vec<Change>,
    positions: Vec<u64>,
) -> Result<(), Error> {
    spawn_blocking(move || generation.apply(&changes, &positions)).await?
}
