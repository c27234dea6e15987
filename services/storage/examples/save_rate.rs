//! Measures durable saves against bare inserts of as many rows by the same driver with the same durability, in one run.
//!
//! `cargo run --release -p storage --example save_rate -- sqlite:FILE` or `-- postgres://ROLE:PASSWORD@HOST:PORT/DATABASE`,
//! each an empty database.
#![expect(clippy::print_stdout, reason = "this is a command, and its result is what it prints")]

use std::{sync::Arc, time::Instant};

use anyhow::Context as _;
use bus::Embedded;
use object_store::memory::InMemory;
use sqlx::{Any, AnyPool, Executor as _, Transaction, any::AnyPoolOptions};
use storage::{Config, Parts};
use testkit::{TestClock, TestIds};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use wire::storage::{self as pb, storage_service_client::StorageServiceClient};

const SAVES: usize = 2_000;
const WRITERS: usize = 8;
const ROUNDS: usize = 3;

type Client = StorageServiceClient<rpc::Channel>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let database = std::env::args().nth(1).context("name an empty database")?;
    let client = open(&database).await?;
    let bare = Bare::open(&database).await?;
    for round in 1..=ROUNDS {
        let saved = timed(round, |i| save(client.clone(), i)).await?;
        let inserted = timed(round, |i| insert(bare.clone(), i)).await?;
        println!(
            "round {round}: {saved:.0} saves/s, {inserted:.0} bare transactions/s, ratio {:.2}",
            saved / inserted
        );
    }
    Ok(())
}

/// Runs so many of them by several writers; returns how many a second.
async fn timed<F>(round: usize, one: impl Fn(usize) -> F) -> anyhow::Result<f64>
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let start = Instant::now();
    let mut writers = JoinSet::new();
    for i in 0..SAVES {
        if writers.len() == WRITERS {
            writers.join_next().await.context("a writer")???;
        }
        writers.spawn(one(round * SAVES + i));
    }
    while let Some(ended) = writers.join_next().await {
        ended??;
    }
    Ok(f64::from(u32::try_from(SAVES)?) / start.elapsed().as_secs_f64())
}

async fn open(database: &str) -> anyhow::Result<Client> {
    let folder = std::env::temp_dir().join(format!("voortgang-rate-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let bus = Embedded::open(&folder.join("bus.sqlite"), Arc::new(|| 0)).await?;
    let (channel, incoming) = rpc::in_process();
    let parts = Parts {
        clock: Arc::new(TestClock::new()),
        ids: Arc::new(TestIds::default()),
        bus: Arc::new(bus),
        objects: Arc::new(InMemory::new()),
    };
    let config = Config { database: database.to_owned(), ..Config::default() };
    tokio::spawn(storage::run(config, parts, incoming, CancellationToken::new()));
    let mut client = Client::new(channel);
    let framework = Some(testkit::framework().into());
    let request = pb::RegisterFrameworkRequest { framework, validate_only: false };
    client.register_framework(request).await?;
    client.open_cycle(pb::OpenCycleRequest { cycle: Some(testkit::cycle().into()) }).await?;
    Ok(client)
}

async fn save(mut client: Client, i: usize) -> anyhow::Result<()> {
    let save = pb::Save {
        request_id: format!("request-{i}"),
        ..testkit::save(&format!("save-{i}"), "Een korte tekst over vrede en veiligheid.")
    };
    let saves = vec![pb::CheckedSave { save: Some(save), findings: Vec::new() }];
    let request = pb::SaveContributionsRequest { saves, validate_only: false };
    let answer = client.save_contributions(request).await?.into_inner();
    anyhow::ensure!(answer.results[0].outcome() == pb::SaveOutcome::Accepted, "not accepted");
    Ok(())
}

/// The rows that a save writes, as many and as large: contribution, revision, passage, request, event, audit entry.
#[derive(Clone)]
struct Bare {
    pool: AnyPool,
    begin: &'static str,
}

impl Bare {
    async fn open(database: &str) -> anyhow::Result<Self> {
        let is_sqlite = database.starts_with("sqlite:");
        let writers = if is_sqlite { 1 } else { u32::try_from(WRITERS)? };
        let pool =
            AnyPoolOptions::new().max_connections(writers).after_connect(move |connection, _| {
                Box::pin(async move {
                    if is_sqlite {
                        connection.execute("PRAGMA synchronous = FULL").await?;
                        connection.execute("PRAGMA busy_timeout = 10000").await?;
                    }
                    Ok(())
                })
            });
        let pool = pool.connect(database).await?;
        let bytes = if is_sqlite { "BLOB" } else { "BYTEA" };
        for table in 0..6 {
            let sql = format!(
                "CREATE TABLE bare_{table} (id TEXT NOT NULL PRIMARY KEY, body {bytes} NOT NULL)"
            );
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await?;
        }
        Ok(Self { pool, begin: if is_sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" } })
    }
}

async fn insert(bare: Bare, i: usize) -> anyhow::Result<()> {
    let mut tx: Transaction<'static, Any> = bare.pool.begin_with(bare.begin).await?;
    // Bodies of a revision and of an answer are about this large, the other rows small.
    for (table, size) in [100, 600, 60, 700, 250, 250].into_iter().enumerate() {
        let sql = format!("INSERT INTO bare_{table} (id, body) VALUES ($1, $2)");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(format!("row-{i}"))
            .bind(vec![7_u8; size])
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}
