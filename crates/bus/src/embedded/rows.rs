//! The table of messages: its rows and the statements over them.

use std::{collections::BTreeMap, ops::RangeInclusive};

use sqlx::{QueryBuilder, Sqlite, SqlitePool, Transaction, query_builder::Separated};

use crate::{Delivery, Error, Event, Origin, topology};

/// The largest number of rows in a statement; each binds nine values, and SQLite takes 32,766 in all.
const ROWS: usize = 256;
const INSERT: &str = "INSERT INTO messages (queue, attempt, visible_at, topic, attributes, payload, origin_queue, origin_reason, origin_attempts) ";

/// A row as it stands in the file.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct MessageRow {
    pub(crate) id: i64,
    attempt: i64,
    topic: String,
    attributes: String,
    payload: Vec<u8>,
    origin_queue: String,
    origin_reason: String,
    origin_attempts: i64,
}

impl MessageRow {
    /// Returns this row as a delivery.
    pub(crate) fn read(&self) -> Result<Delivery, Error> {
        let Self { id, attempt, topic, attributes, payload, .. } = self;
        Ok(Delivery {
            tag: u64::try_from(*id).unwrap_or(0),
            attempt: u32::try_from(*attempt).unwrap_or(u32::MAX),
            event: Event::from_attributes(&split(attributes), topic, payload.clone())?,
            origin: self.origin(),
        })
    }

    fn origin(&self) -> Option<Origin> {
        (!self.origin_queue.is_empty()).then(|| Origin {
            queue: self.origin_queue.clone(),
            reason: self.origin_reason.clone(),
            attempts: u32::try_from(self.origin_attempts).unwrap_or(u32::MAX),
        })
    }
}

/// The first messages of a queue that are due, by id.
pub(crate) async fn first_due(
    readers: &SqlitePool,
    queue: &str,
    now: i64,
    limit: usize,
) -> Result<Vec<i64>, Error> {
    let sql = "SELECT id FROM messages WHERE queue = ?1 AND visible_at <= ?2 ORDER BY id LIMIT ?3";
    let ids = sqlx::query_scalar(sql)
        .bind(queue)
        .bind(now)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(readers)
        .await?;
    Ok(ids)
}

/// The messages of a queue within these ids that are due, in order.
pub(crate) async fn due_between(
    readers: &SqlitePool,
    queue: &str,
    ids: RangeInclusive<i64>,
    now: i64,
) -> Result<Vec<MessageRow>, Error> {
    let sql = "SELECT * FROM messages WHERE queue = ?1 AND id BETWEEN ?2 AND ?3 AND visible_at <= ?4 ORDER BY id";
    let rows = sqlx::query_as(sql)
        .bind(queue)
        .bind(*ids.start())
        .bind(*ids.end())
        .bind(now)
        .fetch_all(readers)
        .await?;
    Ok(rows)
}

/// Inserts events into queues as they come for the first time, many in a statement: each statement is a trip to the
/// thread that has the file.
pub(crate) async fn insert_all(
    tx: &mut Transaction<'static, Sqlite>,
    messages: &[(&str, &Event)],
    now: i64,
) -> Result<(), Error> {
    for batch in messages.chunks(ROWS) {
        let mut statement = QueryBuilder::new(INSERT);
        statement
            .push_values(batch, |mut row, (queue, event)| push(&mut row, queue, event, None, now));
        statement.build().execute(&mut **tx).await?;
    }
    Ok(())
}

pub(crate) async fn insert(
    tx: &mut Transaction<'static, Sqlite>,
    queue: &str,
    event: &Event,
    origin: Option<&Origin>,
    now: i64,
) -> Result<(), Error> {
    let mut statement = QueryBuilder::new(INSERT);
    statement.push_values([event], |mut row, event| push(&mut row, queue, event, origin, now));
    statement.build().execute(&mut **tx).await?;
    Ok(())
}

fn push(
    row: &mut Separated<'_, Sqlite, &'static str>,
    queue: &str,
    event: &Event,
    origin: Option<&Origin>,
    now: i64,
) {
    row.push_bind(queue.to_owned())
        .push_bind(1_i64)
        .push_bind(now)
        .push_bind(event.topic.clone())
        .push_bind(join(&event.attributes()))
        .push_bind(event.payload.clone())
        .push_bind(origin.map_or(String::new(), |origin| origin.queue.clone()))
        .push_bind(origin.map_or(String::new(), |origin| origin.reason.clone()))
        .push_bind(origin.map_or(0, |origin| i64::from(origin.attempts)));
}

/// Deletes the messages that these tags name.
pub(crate) async fn delete(
    tx: &mut Transaction<'static, Sqlite>,
    tags: &[u64],
) -> Result<(), Error> {
    for batch in tags.chunks(ROWS) {
        let mut statement = QueryBuilder::new("DELETE FROM messages WHERE id IN (");
        let mut ids = statement.separated(", ");
        for tag in batch {
            ids.push_bind(id_of(*tag));
        }
        statement.push(")").build().execute(&mut **tx).await?;
    }
    Ok(())
}

/// Moves a message to the queue of dead letters.
pub(crate) async fn bury(
    tx: &mut Transaction<'static, Sqlite>,
    queue: &str,
    tag: u64,
    reason: &str,
    now: i64,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO queues (name) VALUES (?1) ON CONFLICT DO NOTHING")
        .bind(topology::DEAD_LETTERS)
        .execute(&mut **tx)
        .await?;
    let row: Option<MessageRow> = sqlx::query_as("SELECT * FROM messages WHERE id = ?1")
        .bind(id_of(tag))
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(()) };
    let delivery = row.read()?;
    let origin =
        Origin { queue: queue.to_owned(), reason: reason.to_owned(), attempts: delivery.attempt };
    insert(tx, topology::DEAD_LETTERS, &delivery.event, Some(&origin), now).await?;
    delete(tx, &[tag]).await
}

/// The row that a delivery's tag names.
pub(crate) fn id_of(tag: u64) -> i64 {
    i64::try_from(tag).unwrap_or(i64::MAX)
}

fn join(attributes: &BTreeMap<String, String>) -> String {
    let line = |(name, value): (&String, &String)| {
        format!("{name}={}", value.replace('\\', "\\\\").replace('\n', "\\n"))
    };
    attributes.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn split(text: &str) -> BTreeMap<String, String> {
    let unescape = |value: &str| {
        value.split("\\\\").map(|part| part.replace("\\n", "\n")).collect::<Vec<_>>().join("\\")
    };
    text.split('\n')
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), unescape(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn attributes_read_back_as_written(values in proptest::collection::vec("[\\\\nr\n\r= a-c]{0,12}", 0..4)) {
            let attributes: BTreeMap<String, String> =
                values.into_iter().enumerate().map(|(i, value)| (format!("cloudEvents:x{i}"), value)).collect();
            prop_assert_eq!(split(&join(&attributes)), attributes);
        }
    }
}
