//! Rows of events, and the relay's place among them.

use sqlx::Row as _;
use wire::EventBody;

use crate::store::{Result, Tx, inserts::Insert, signed, unsigned};

/// A recorded event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EventRow {
    /// Gapless position, counted from 1.
    pub(crate) position: u64,
    /// Id, a UUID.
    pub(crate) id: String,
    pub(crate) topic: String,
    /// What it is about.
    pub(crate) subject: String,
    /// When it happened.
    pub(crate) time: model::Instant,
    /// Trace that caused it (W3C Trace Context); empty where there is none.
    pub(crate) traceparent: String,
    /// The message.
    pub(crate) payload: Vec<u8>,
}

/// Events with the positions after `last`.
pub(super) fn numbered(events: Vec<EventRow>, last: u64) -> Vec<EventRow> {
    (last + 1..).zip(events).map(|(position, event)| EventRow { position, ..event }).collect()
}

/// The rows of events.
pub(super) fn rows(events: &[EventRow]) -> Insert<'_> {
    let into = "events (position, id, topic, subject, time, traceparent, payload)";
    Insert::of(into, 7, "", events, |statement, event| {
        let EventRow { position, id, topic, subject, time, traceparent, payload } = event;
        statement
            .bind(signed(*position))
            .bind(id.as_str())
            .bind(topic.as_str())
            .bind(subject.as_str())
            .bind(time.0)
            .bind(traceparent.as_str())
            .bind(payload.as_slice())
    })
}

impl Tx {
    /// Records an event about `subject`, in the trace of what runs now. The commit writes it.
    pub(crate) fn record_event(&mut self, subject: &str, body: &EventBody) {
        self.events.push(EventRow {
            position: 0,
            id: self.fresh_id().to_string(),
            topic: body.topic().to_owned(),
            subject: subject.to_owned(),
            time: self.now(),
            traceparent: trace::current().unwrap_or_default(),
            payload: body.encode(),
        });
    }

    /// The highest position given out.
    pub(crate) async fn last_position(&mut self) -> Result<u64> {
        let row = sqlx::query(
            "SELECT COALESCE(MAX(position), 0) AS position FROM events WHERE position > 0",
        )
        .fetch_one(&mut *self.inner)
        .await?;
        unsigned(&row, "position")
    }

    /// Events after a position, in order.
    pub(crate) async fn events_after(
        &mut self,
        position: u64,
        limit: u32,
    ) -> Result<Vec<EventRow>> {
        let sql = "SELECT position, id, topic, subject, time, traceparent, payload FROM events WHERE position > $1 ORDER BY position LIMIT $2";
        let rows = sqlx::query(sql)
            .bind(signed(position))
            .bind(i64::from(limit))
            .fetch_all(&mut *self.inner)
            .await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(EventRow {
                position: unsigned(row, "position")?,
                id: row.try_get("id")?,
                topic: row.try_get("topic")?,
                subject: row.try_get("subject")?,
                time: model::Instant(row.try_get("time")?),
                traceparent: row.try_get("traceparent")?,
                payload: row.try_get("payload")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The position up to which the bus has confirmed every event.
    pub(crate) async fn relayed_position(&mut self) -> Result<u64> {
        let row = sqlx::query("SELECT position FROM relay WHERE name = 'bus'")
            .fetch_optional(&mut *self.inner)
            .await?;
        row.map_or(Ok(0), |row| unsigned(&row, "position"))
    }

    /// Writes a row that says nothing.
    pub(crate) async fn probe(&mut self) -> Result<()> {
        sqlx::query("INSERT INTO relay (name, position) VALUES ('probe', 0) ON CONFLICT (name) DO UPDATE SET position = relay.position + 1")
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Records that the bus has confirmed every event up to `position`.
    pub(crate) async fn set_relayed_position(&mut self, position: u64) -> Result<()> {
        sqlx::query("INSERT INTO relay (name, position) VALUES ('bus', $1) ON CONFLICT (name) DO UPDATE SET position = excluded.position")
            .bind(signed(position))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }
}
