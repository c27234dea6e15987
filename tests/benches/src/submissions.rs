//! Durable submissions a second, against bare inserts of the same rows by the same driver with the same durability.
//!
//! Ours go through ingest and storage, each a call and a transaction of its own, with the relay at work beside them.
//! The same rows then go into an empty database of the same schema, each submission's in a transaction of its own.

mod baseline;

use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::task::JoinSet;
use wire::{Clients, v1::SubmitContributionRequest};

use crate::{
    database::Database,
    submissions::baseline::Baseline,
    system::{Inside, organisation},
    table::{Row, rate, rates},
};

const SUBMISSIONS: usize = 1_000;
/// Clients that submit side by side.
const WRITERS: usize = 8;
const ROUNDS: usize = 5;

pub(crate) async fn measure() -> anyhow::Result<Vec<Row>> {
    let mut rows = vec![on("durable submissions, SQLite", Database::sqlite()?).await?];
    match std::env::var_os("VOORTGANG_POSTGRES") {
        Some(admin) => {
            let database = Database::postgres(&admin.to_string_lossy()).await?;
            rows.push(on("durable submissions, PostgreSQL", database).await?);
        }
        None => println!("PostgreSQL is left out: VOORTGANG_POSTGRES is not set"),
    }
    Ok(rows)
}

async fn on(figure: &str, database: Database) -> anyhow::Result<Row> {
    let inside = Inside::start(&database.address()).await?;
    let baseline = Baseline::beside(&database).await?;
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        let submit = |i| submit(inside.ingest.clone(), format!("r{round}-{i}"), organisation(i));
        let submitted = timed(submit).await?;
        inside.settled().await?;
        let rows = baseline.rows_of(&format!("r{round}-")).await?;
        anyhow::ensure!(rows.len() == SUBMISSIONS, "{} of them have rows", rows.len());
        let inserted = timed(|i| baseline.insert(rows[i].clone())).await?;
        // The first round warms both up.
        if 0 < round {
            rounds.push((rate(SUBMISSIONS, submitted), rate(SUBMISSIONS, inserted)));
        }
    }
    inside.stop().await?;
    Ok(rates(figure, "bare inserts of the same rows", &rounds))
}

/// Runs all of them by several writers.
async fn timed<F>(one: impl Fn(usize) -> F) -> anyhow::Result<Duration>
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let start = Instant::now();
    let mut writers = JoinSet::new();
    for i in 0..SUBMISSIONS {
        if writers.len() == WRITERS {
            writers.join_next().await.context("a writer")???;
        }
        writers.spawn(one(i));
    }
    while let Some(ended) = writers.join_next().await {
        ended??;
    }
    Ok(start.elapsed())
}

async fn submit(
    ingest: Clients<rpc::Channel>,
    name: String,
    organisation: String,
) -> anyhow::Result<()> {
    let save = wire::v1::Save {
        request_id: format!("request-{name}"),
        organisation,
        ..testkit::save(&name, "Een korte tekst over vrede en veiligheid.")
    };
    let request = SubmitContributionRequest { save: Some(save), validate_only: false };
    ingest.submissions().submit_contribution(request).await?;
    Ok(())
}
