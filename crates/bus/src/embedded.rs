//! The bus inside the process: one row per queue and message in a file of its own.
//!
//! A publication is confirmed when its rows are committed. What is under way is known in memory only, so that after a
//! restart whatever was not settled comes again.

mod claims;
mod rows;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt, path::Path, sync::Arc, time::Duration};

use sqlx::{
    Connection as _, Row as _, Sqlite, SqlitePool, Transaction,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::{sync::Notify, time::timeout};

use crate::{
    Bus, Delivery, Error, Event, Queue, Settlement, Verdict,
    embedded::claims::{Claim, Claims},
    topology,
};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How often messages that were not yet due are checked; all others wake their consumers at once.
const POLL: Duration = Duration::from_millis(100);

/// Returns the time in milliseconds since the Unix epoch.
pub type Millis = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The embedded bus.
pub struct Embedded {
    writer: SqlitePool,
    readers: SqlitePool,
    now: Millis,
    claims: Claims,
    arrived: Notify,
}

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Embedded")
    }
}

impl Embedded {
    /// Opens the bus's file, or makes it. A file of a newer version is refused.
    pub async fn open(file: &Path, now: Millis) -> Result<Self, Error> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10));
        let writer = SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(1)
            .after_release(|connection, _| {
                Box::pin(async move {
                    // A full disk ends a transaction by itself, so that sqlx's own rollback fails and it takes the
                    // connection to be within one for ever. The ping waits until that rollback was tried.
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            })
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&writer).await.map_err(|error| match error {
            sqlx::migrate::MigrateError::VersionMissing(version) => {
                Error::Unfit(format!("the bus's file was made by a newer version of voortgang (migration {version}); use that version"))
            }
            error => Error::Unfit(format!("the bus's file cannot be brought up to date: {error}")),
        })?;
        let readers = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        Ok(Self { writer, readers, now, claims: Claims::default(), arrived: Notify::new() })
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }

    async fn write(&self) -> Result<Transaction<'static, Sqlite>, Error> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Claims the first due messages that are not under way, and returns them. What does not read back stays claimed:
    /// out of the way, and in the file.
    async fn take(&self, queue: &str, at_most: usize) -> Result<Vec<Delivery>, Error> {
        match self.claim(queue, at_most).await? {
            Some(claim) => self.read_claimed(queue, claim).await,
            None => Ok(Vec::new()),
        }
    }

    async fn read_claimed(&self, queue: &str, claim: Claim<'_>) -> Result<Vec<Delivery>, Error> {
        // Read only now: what another receiver settled before it was claimed here is gone, or due later.
        let rows = rows::due_between(&self.readers, queue, claim.span(), (self.now)()).await?;
        let mut deliveries = Vec::new();
        let mut seen = Vec::new();
        for row in rows.iter().filter(|row| claim.holds(row.id)) {
            seen.push(row.id);
            match row.read() {
                Ok(delivery) => deliveries.push(delivery),
                Err(error) => {
                    let error = format!("{:#}", anyhow::Error::from(error));
                    tracing::error!(queue, message = row.id, error, "a message is set aside");
                }
            }
        }
        claim.keep(&seen);
        Ok(deliveries)
    }

    async fn claim(&self, queue: &str, at_most: usize) -> Result<Option<Claim<'_>>, Error> {
        loop {
            let limit = at_most.saturating_add(self.claims.count());
            let ids = rows::first_due(&self.readers, queue, (self.now)(), limit).await?;
            let claim = self.claims.claim(&ids, at_most);
            // With all of a full page claimed by others in the meantime, there may be more behind it.
            if claim.is_some() || ids.len() < limit {
                return Ok(claim);
            }
        }
    }
}

#[async_trait::async_trait]
impl Bus for Embedded {
    async fn declare(&self, queue: &Queue) -> Result<(), Error> {
        let mut tx = self.write().await?;
        sqlx::query("INSERT INTO queues (name) VALUES (?1) ON CONFLICT DO NOTHING")
            .bind(&queue.name)
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM bindings WHERE queue = ?1")
            .bind(&queue.name)
            .execute(&mut *tx)
            .await?;
        for pattern in &queue.bindings {
            sqlx::query("INSERT INTO bindings (queue, pattern) VALUES (?1, ?2)")
                .bind(&queue.name)
                .bind(pattern)
                .execute(&mut *tx)
                .await?;
        }
        Ok(tx.commit().await?)
    }

    async fn publish(&self, events: &[Event]) -> Result<(), Error> {
        let mut tx = self.write().await?;
        let rows = sqlx::query("SELECT queue, pattern FROM bindings ORDER BY queue, pattern")
            .fetch_all(&mut *tx)
            .await?;
        let bindings: Vec<(String, String)> =
            rows.iter().map(|row| (row.get("queue"), row.get("pattern"))).collect();
        let mut messages = Vec::with_capacity(events.len());
        for event in events {
            let mut queues: Vec<&str> = bindings
                .iter()
                .filter(|(_, pattern)| topology::matches(pattern, &event.topic))
                .map(|(queue, _)| queue.as_str())
                .collect();
            queues.dedup();
            if queues.is_empty() {
                tracing::debug!(topic = event.topic, id = event.id, "nobody listens to this event");
            }
            messages.extend(queues.into_iter().map(|queue| (queue, event)));
        }
        rows::insert_all(&mut tx, &messages, (self.now)()).await?;
        tx.commit().await?;
        self.arrived.notify_waiters();
        Ok(())
    }

    async fn publish_to(&self, queue: &str, event: &Event) -> Result<(), Error> {
        let mut tx = self.write().await?;
        let known = sqlx::query("SELECT name FROM queues WHERE name = ?1")
            .bind(queue)
            .fetch_optional(&mut *tx)
            .await?;
        known.ok_or_else(|| Error::NoQueue(queue.to_owned()))?;
        rows::insert(&mut tx, queue, event, None, (self.now)()).await?;
        tx.commit().await?;
        self.arrived.notify_waiters();
        Ok(())
    }

    async fn receive(&self, queue: &str, at_most: usize) -> Result<Vec<Delivery>, Error> {
        loop {
            let arrived = self.arrived.notified();
            tokio::pin!(arrived);
            // Subscribes before it checks, so that no message is missed in between.
            arrived.as_mut().enable();
            let deliveries = self.take(queue, at_most).await?;
            if !deliveries.is_empty() {
                return Ok(deliveries);
            }
            let _ = timeout(POLL, arrived).await;
        }
    }

    async fn settle(&self, queue: &str, settlements: &[Settlement]) -> Result<(), Error> {
        let mut tx = self.write().await?;
        let mut done = Vec::with_capacity(settlements.len());
        for Settlement { tag, verdict, reason } in settlements {
            match verdict {
                Verdict::Ack => done.push(*tag),
                Verdict::RetryAfter(delay) => {
                    let visible_at = (self.now)()
                        .saturating_add(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX));
                    let sql =
                        "UPDATE messages SET attempt = attempt + 1, visible_at = ?1 WHERE id = ?2";
                    sqlx::query(sql)
                        .bind(visible_at)
                        .bind(rows::id_of(*tag))
                        .execute(&mut *tx)
                        .await?;
                }
                Verdict::DeadLetter => {
                    rows::bury(&mut tx, queue, *tag, reason, (self.now)()).await?;
                }
            }
        }
        rows::delete(&mut tx, &done).await?;
        tx.commit().await?;
        self.claims.give_back(settlements.iter().map(|settlement| rows::id_of(settlement.tag)));
        self.arrived.notify_waiters();
        Ok(())
    }

    fn release(&self, _queue: &str, tags: &[u64]) {
        self.claims.give_back(tags.iter().map(|tag| rows::id_of(*tag)));
        self.arrived.notify_waiters();
    }

    async fn depths(&self) -> Result<BTreeMap<String, u64>, Error> {
        let sql = "SELECT q.name AS name, COUNT(m.id) AS depth FROM queues q LEFT JOIN messages m ON m.queue = q.name GROUP BY q.name";
        let rows = sqlx::query(sql).fetch_all(&self.readers).await?;
        Ok(rows
            .iter()
            .map(|row| (row.get("name"), u64::try_from(row.get::<i64, _>("depth")).unwrap_or(0)))
            .collect())
    }
}
