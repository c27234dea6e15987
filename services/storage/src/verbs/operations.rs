//! Operations: how far storage is, and messages that a consumer gave up on.
//!
//! Invariant: nothing but a replay takes a parked message out, and a replay keeps its row.

use bus::{Delivery, Event, Origin};

use crate::{
    Error, Storage,
    store::{By, Parked, Result, scopes},
};

/// How far storage and its relay are.
#[derive(Debug, Clone)]
pub(crate) struct Status {
    /// Highest position assigned.
    pub(crate) last_position: u64,
    /// Highest position that the bus confirmed.
    pub(crate) relayed_position: u64,
    /// Parked messages.
    pub(crate) dead_letters: u64,
    /// Contributions.
    pub(crate) contributions: u64,
    /// Kind of database.
    pub(crate) database: &'static str,
}

/// Asks the store how far it is.
pub(crate) async fn status_of(storage: &Storage) -> Result<Status> {
    let mut tx = storage.store.read().await?;
    Ok(Status {
        last_position: tx.last_position().await?,
        relayed_position: tx.relayed_position().await?,
        dead_letters: tx.count_parked().await?,
        contributions: tx.count_contributions().await?,
        database: storage.store.kind(),
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
        let parked = Parked {
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

    /// Lists parked messages with an id below `before`, newest first.
    pub(crate) async fn dead_letters(
        &self,
        before: u64,
        show_replayed: bool,
        limit: u32,
    ) -> Result<Vec<Parked>> {
        self.store.read().await?.parked(before, show_replayed, limit).await
    }

    /// Returns a parked message.
    pub(crate) async fn dead_letter(&self, id: u64) -> Result<Parked> {
        self.store.read().await?.parked_one(id).await?.ok_or_else(|| not_found(id))
    }

    /// Hands a parked message to its queue again. Marked only after the bus confirmed, so a crash in between
    /// replays it twice rather than never; consumers are idempotent.
    pub(crate) async fn replay_dead_letter(&self, id: u64) -> Result<Parked> {
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
