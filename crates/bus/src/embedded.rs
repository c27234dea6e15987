//! The bus inside the process: one row per queue and message in a file of its own.
//!
//! A publication is confirmed when its rows are committed. What is under way is known in memory only, so that after a
//! restart whatever was not settled comes again.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::{
    Row as _, Sqlite, SqlitePool, Transaction,
    migrate::Migrator,
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
    },
};
use tokio::{sync::Notify, time::timeout};

use crate::{Bus, Delivery, Error, Event, Origin, Queue, Settlement, Verdict, topology};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// A message that is not yet due is looked for this often; all others wake their consumers at once.
const POLL: Duration = Duration::from_millis(100);

/// Tells the time in milliseconds since the Unix epoch.
pub type Millis = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The embedded bus.
pub struct Embedded {
    writer: SqlitePool,
    readers: SqlitePool,
    now: Millis,
    under_way: Mutex<HashSet<i64>>,
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
            .connect_with(options.clone())
            .await?;
        MIGRATIONS.run(&writer).await.map_err(|error| match error {
            sqlx::migrate::MigrateError::VersionMissing(version) => {
                Error::Unfit(format!("the bus's file was made by a newer version of voortgang (migration {version}); use that version"))
            }
            error => Error::Unfit(format!("the bus's file cannot be brought up to date: {error}")),
        })?;
        let readers = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        Ok(Self { writer, readers, now, under_way: Mutex::default(), arrived: Notify::new() })
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }

    async fn write(&self) -> Result<Transaction<'static, Sqlite>, Error> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Marks the first due messages that are not under way as under way, and returns them.
    async fn take(&self, queue: &str, at_most: usize) -> Result<Vec<Delivery>, Error> {
        let busy = self.lock().len();
        let limit = i64::try_from(at_most + busy).unwrap_or(i64::MAX);
        let sql =
            "SELECT * FROM messages WHERE queue = ?1 AND visible_at <= ?2 ORDER BY id LIMIT ?3";
        let rows = sqlx::query(sql)
            .bind(queue)
            .bind((self.now)())
            .bind(limit)
            .fetch_all(&self.readers)
            .await?;
        let mut deliveries = Vec::new();
        let mut under_way = self.lock();
        for row in rows {
            let id: i64 = row.try_get("id")?;
            if deliveries.len() < at_most && under_way.insert(id) {
                deliveries.push(read(id, &row)?);
            }
        }
        Ok(deliveries)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<i64>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn done(&self, tags: impl Iterator<Item = u64>) {
        let mut under_way = self.lock();
        for tag in tags {
            under_way.remove(&id_of(tag));
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
        for event in events {
            let mut queues: Vec<&str> = bindings
                .iter()
                .filter(|(_, pattern)| topology::matches(pattern, &event.topic))
                .map(|(queue, _)| queue.as_str())
                .collect();
            queues.dedup();
            for queue in queues {
                insert(&mut tx, queue, event, None, (self.now)()).await?;
            }
        }
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
        insert(&mut tx, queue, event, None, (self.now)()).await?;
        tx.commit().await?;
        self.arrived.notify_waiters();
        Ok(())
    }

    async fn receive(&self, queue: &str, at_most: usize) -> Result<Vec<Delivery>, Error> {
        loop {
            let arrived = self.arrived.notified();
            tokio::pin!(arrived);
            // Listening begins before looking, so that nothing slips in between.
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
        for Settlement { tag, verdict, reason } in settlements {
            match verdict {
                Verdict::Ack => delete(&mut tx, *tag).await?,
                Verdict::RetryAfter(delay) => {
                    let visible_at = (self.now)()
                        .saturating_add(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX));
                    let sql =
                        "UPDATE messages SET attempt = attempt + 1, visible_at = ?1 WHERE id = ?2";
                    sqlx::query(sql).bind(visible_at).bind(id_of(*tag)).execute(&mut *tx).await?;
                }
                Verdict::DeadLetter => bury(&mut tx, queue, *tag, reason, (self.now)()).await?,
            }
        }
        tx.commit().await?;
        self.done(settlements.iter().map(|settlement| settlement.tag));
        self.arrived.notify_waiters();
        Ok(())
    }

    async fn release(&self, _queue: &str, tags: &[u64]) {
        self.done(tags.iter().copied());
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

async fn insert(
    tx: &mut Transaction<'static, Sqlite>,
    queue: &str,
    event: &Event,
    origin: Option<&Origin>,
    now: i64,
) -> Result<(), Error> {
    let sql = "INSERT INTO messages (queue, attempt, visible_at, topic, attributes, payload, origin_queue, origin_reason, origin_attempts) \
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    sqlx::query(sql)
        .bind(queue)
        .bind(now)
        .bind(&event.topic)
        .bind(join(&event.attributes()))
        .bind(&event.payload)
        .bind(origin.map_or("", |origin| &origin.queue))
        .bind(origin.map_or("", |origin| &origin.reason))
        .bind(origin.map_or(0, |origin| i64::from(origin.attempts)))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn delete(tx: &mut Transaction<'static, Sqlite>, tag: u64) -> Result<(), Error> {
    sqlx::query("DELETE FROM messages WHERE id = ?1").bind(id_of(tag)).execute(&mut **tx).await?;
    Ok(())
}

/// Moves a message to the queue of dead letters.
async fn bury(
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
    let row = sqlx::query("SELECT * FROM messages WHERE id = ?1")
        .bind(id_of(tag))
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(()) };
    let delivery = read(id_of(tag), &row)?;
    let origin =
        Origin { queue: queue.to_owned(), reason: reason.to_owned(), attempts: delivery.attempt };
    insert(tx, topology::DEAD_LETTERS, &delivery.event, Some(&origin), now).await?;
    delete(tx, tag).await
}

fn read(id: i64, row: &SqliteRow) -> Result<Delivery, Error> {
    let attributes = split(row.try_get("attributes")?);
    let queue: String = row.try_get("origin_queue")?;
    let attempts = u32::try_from(row.try_get::<i64, _>("origin_attempts")?).unwrap_or(0);
    let reason = row.try_get("origin_reason")?;
    Ok(Delivery {
        tag: u64::try_from(id).unwrap_or(0),
        attempt: u32::try_from(row.try_get::<i64, _>("attempt")?).unwrap_or(u32::MAX),
        event: Event::from_attributes(&attributes, row.try_get("topic")?, row.try_get("payload")?)?,
        origin: (!queue.is_empty()).then_some(Origin { queue, reason, attempts }),
    })
}

fn id_of(tag: u64) -> i64 {
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
    text.lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), unescape(value)))
        .collect()
}
