//! Rows of dead letters.

use std::collections::BTreeMap;

use sqlx::{Row as _, any::AnyRow};

use crate::{
    Error,
    store::{Result, Tx, signed, unsigned},
};

/// A dead letter.
#[derive(Debug, Clone)]
pub(crate) struct DeadLetter {
    /// Number, counted from 1; 0 before it is parked.
    pub(crate) id: u64,
    /// Queue whose consumer gave up.
    pub(crate) queue: String,
    pub(crate) event_id: String,
    pub(crate) topic: String,
    /// What it is about.
    pub(crate) subject: String,
    /// Why the consumer gave up.
    pub(crate) reason: String,
    /// How often it was tried.
    pub(crate) attempts: u32,
    /// CloudEvents attributes.
    pub(crate) attributes: BTreeMap<String, String>,
    /// The message.
    pub(crate) payload: Vec<u8>,
    /// When it was parked, in milliseconds since the epoch.
    pub(crate) park_time: i64,
    /// When it was replayed; 0 if never.
    pub(crate) replay_time: i64,
}

impl Tx {
    /// Parks a message. The same message of the same queue, parked and not replayed, is there once.
    pub(crate) async fn park(&mut self, parked: &DeadLetter) -> Result<()> {
        let attributes = serde_json::to_string(&parked.attributes).map_err(|error| bad(&error))?;
        sqlx::query(
            "INSERT INTO dead_letters (queue, event_id, topic, subject, reason, attempts, attributes, payload, park_time) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        )
        .bind(parked.queue.as_str())
        .bind(parked.event_id.as_str())
        .bind(parked.topic.as_str())
        .bind(parked.subject.as_str())
        .bind(parked.reason.as_str())
        .bind(i64::from(parked.attempts))
        .bind(attributes)
        .bind(parked.payload.clone())
        .bind(self.now().0)
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Dead letters with an id below `before`, newest first.
    pub(crate) async fn dead_letters(
        &mut self,
        before: u64,
        show_replayed: bool,
        limit: u32,
    ) -> Result<Vec<DeadLetter>> {
        let sql = "SELECT * FROM dead_letters WHERE id < $1 AND ($2 = 1 OR replay_time = 0) ORDER BY id DESC LIMIT $3";
        let query = sqlx::query(sql)
            .bind(signed(before))
            .bind(i64::from(show_replayed))
            .bind(i64::from(limit));
        query.fetch_all(&mut *self.inner).await?.iter().map(read).collect()
    }

    /// The dead letter with this id.
    pub(crate) async fn dead_letter(&mut self, id: u64) -> Result<Option<DeadLetter>> {
        let row = sqlx::query("SELECT * FROM dead_letters WHERE id = $1")
            .bind(signed(id))
            .fetch_optional(&mut *self.inner)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// How many messages are parked and not replayed.
    pub(crate) async fn count_dead_letters(&mut self) -> Result<u64> {
        let row = sqlx::query("SELECT COUNT(*) AS number FROM dead_letters WHERE replay_time = 0")
            .fetch_one(&mut *self.inner)
            .await?;
        unsigned(&row, "number")
    }

    /// Records that a dead letter was handed to its queue again.
    pub(crate) async fn mark_replayed(&mut self, id: u64) -> Result<()> {
        sqlx::query("UPDATE dead_letters SET replay_time = $1 WHERE id = $2")
            .bind(self.now().0)
            .bind(signed(id))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }
}

fn read(row: &AnyRow) -> Result<DeadLetter> {
    Ok(DeadLetter {
        id: unsigned(row, "id")?,
        queue: row.try_get("queue")?,
        event_id: row.try_get("event_id")?,
        topic: row.try_get("topic")?,
        subject: row.try_get("subject")?,
        reason: row.try_get("reason")?,
        attempts: u32::try_from(unsigned(row, "attempts")?).unwrap_or(u32::MAX),
        attributes: serde_json::from_str(&row.try_get::<String, _>("attributes")?)
            .map_err(|error| bad(&error))?,
        payload: row.try_get("payload")?,
        park_time: row.try_get("park_time")?,
        replay_time: row.try_get("replay_time")?,
    })
}

fn bad(error: &serde_json::Error) -> Error {
    Error::BadRow { table: "dead_letters", problem: error.to_string() }
}
