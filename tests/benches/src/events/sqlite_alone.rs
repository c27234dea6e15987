//! The rows of the embedded bus without the bus: inserted, read and deleted in batches, each with a durable commit.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use bus::Event;
use sqlx::{
    SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::events::BATCH;

pub(super) async fn sent_and_settled(events: &[Event]) -> anyhow::Result<Duration> {
    let folder = tempfile::tempdir()?;
    let pool = open(&folder.path().join("bare.sqlite")).await?;
    let messages: Vec<(&Event, String)> =
        events.iter().map(|event| (event, attributes(event))).collect();
    let start = Instant::now();
    for batch in messages.chunks(BATCH) {
        insert(&pool, batch).await?;
        delete(&pool, batch.len()).await?;
    }
    Ok(start.elapsed())
}

async fn open(file: &Path) -> anyhow::Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/bus/migrations");
    Migrator::new(schema).await?.run(&pool).await?;
    sqlx::query("INSERT INTO queues (name) VALUES ('bench')").execute(&pool).await?;
    Ok(pool)
}

async fn insert(pool: &SqlitePool, batch: &[(&Event, String)]) -> anyhow::Result<()> {
    let sql = "INSERT INTO messages (queue, attempt, visible_at, topic, attributes, payload) VALUES ('bench', 1, 0, ?1, ?2, ?3)";
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    for (event, attributes) in batch {
        sqlx::query(sql)
            .bind(event.topic.clone())
            .bind(attributes.clone())
            .bind(event.payload.clone())
            .execute(&mut *tx)
            .await?;
    }
    Ok(tx.commit().await?)
}

async fn delete(pool: &SqlitePool, count: usize) -> anyhow::Result<()> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    let sql =
        "SELECT id, topic, attributes, payload FROM messages WHERE queue = 'bench' ORDER BY id";
    let rows: Vec<(i64, String, String, Vec<u8>)> = sqlx::query_as(sql).fetch_all(&mut *tx).await?;
    anyhow::ensure!(rows.len() == count, "{} messages instead of {count}", rows.len());
    for (id, ..) in rows {
        sqlx::query("DELETE FROM messages WHERE id = ?1").bind(id).execute(&mut *tx).await?;
    }
    Ok(tx.commit().await?)
}

fn attributes(event: &Event) -> String {
    let lines: Vec<String> =
        event.attributes().iter().map(|(name, value)| format!("{name}={value}")).collect();
    lines.join("\n")
}
