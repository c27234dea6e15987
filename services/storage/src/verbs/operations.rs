//! Operations: how far storage is, and messages that a consumer gave up on.
//!
//! Invariant: nothing but a replay takes a dead letter out, and a replay keeps its row.

use bus::{Delivery, Event, Origin};
use rpc::Problem;

use crate::{
    Error, Storage,
    store::{By, DeadLetter, Result, scopes},
};

/// How far storage and its relay are.
#[derive(Debug, Clone)]
pub(crate) struct Status {
    /// Highest position assigned.
    pub(crate) last_position: u64,
    /// Highest position that the bus confirmed.
    pub(crate) relayed_position: u64,
    /// Dead letters.
    pub(crate) dead_letters: u64,
    pub(crate) contributions: u64,
    /// Kind of database.
    pub(crate) database: &'static str,
    /// What is wrong.
    pub(crate) problems: Vec<Problem>,
    /// Fonts that are missing.
    pub(crate) missing_fonts: Vec<String>,
}

/// Asks the store how far it is.
pub(crate) async fn status_of(storage: &Storage) -> Result<Status> {
    let mut tx = storage.store.read().await?;
    Ok(Status {
        last_position: tx.last_position().await?,
        relayed_position: tx.relayed_position().await?,
        dead_letters: tx.count_dead_letters().await?,
        contributions: tx.count_contributions().await?,
        database: storage.store.kind(),
        problems: storage.problems.all(),
        missing_fonts: storage.printing.missing_fonts(),
    })
}

impl Storage {
    /// Parks a message that a consumer gave up on.
    pub(crate) async fn park(&self, delivery: &Delivery) -> Result<()> {
        let event = &delivery.event;
        let origin = delivery.origin.clone().unwrap_or(Origin {
            queue: String::new(),
            reason: "came without an origin".to_owned(),
            attempts: 0,
        });
        let parked = DeadLetter {
            id: 0,
            queue: origin.queue,
            event_id: event.id.clone(),
            topic: event.topic.clone(),
            subject: event.subject.clone(),
            reason: origin.reason.chars().take(4_000).collect(),
            attempts: origin.attempts,
            attributes: event.attributes(),
            payload: event.payload.clone(),
            park_time: 0,
            replay_time: 0,
        };
        let mut tx = self.store.write([scopes::DEAD_LETTERS]).await?;
        tx.park(&parked).await?;
        let by = By { actor: tx.actor(), origin: "bus", result: "done" };
        tx.audit_as(by, "dead-letter.park", &event.id, &event.payload)?;
        tx.commit().await?;
        Ok(())
    }

    /// Lists dead letters with an id below `before`, newest first.
    pub(crate) async fn dead_letters(
        &self,
        before: u64,
        show_replayed: bool,
        limit: u32,
    ) -> Result<Vec<DeadLetter>> {
        self.store.read().await?.dead_letters(before, show_replayed, limit).await
    }

    /// Returns a dead letter.
    pub(crate) async fn dead_letter(&self, id: u64) -> Result<DeadLetter> {
        self.store.read().await?.dead_letter(id).await?.ok_or_else(|| not_found(id))
    }

    /// Hands a dead letter to its queue again. Marked only after the bus confirmed, so a crash in between
    /// replays it twice rather than never; consumers are idempotent.
    pub(crate) async fn replay_dead_letter(&self, id: u64) -> Result<DeadLetter> {
        let parked = self.dead_letter(id).await?;
        let event =
            Event::from_attributes(&parked.attributes, &parked.topic, parked.payload.clone())
                .map_err(|error| Error::BadRow {
                    table: "dead_letters",
                    problem: error.to_string(),
                })?;
        self.bus.publish_to(&parked.queue, &event).await?;
        let mut tx = self.store.write([scopes::DEAD_LETTERS]).await?;
        tx.mark_replayed(id).await?;
        tx.audit("dead-letter.replay", &id.to_string(), &parked.payload)?;
        tx.commit().await?;
        self.dead_letter(id).await
    }
}

fn not_found(id: u64) -> Error {
    Error::NotFound { what: "dead letter", reason: "DEAD_LETTER_NOT_FOUND", name: id.to_string() }
}
