//! Measures reads from outside, each with a durable entry in the audit log, against the same reads by a role, in one run.
//!
//! `cargo run --release -p storage --example read_rate -- sqlite:FILE` or `-- postgres://ROLE:PASSWORD@HOST:PORT/DATABASE`,
//! each an empty database.
#![expect(clippy::print_stdout, reason = "this is a command, and its result is what it prints")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use bus::Embedded;
use identity::ChannelExt as _;
use object_store::memory::InMemory;
use storage::{Config, Parts};
use testkit::{TestClock, TestIds};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use wire::{Clients, Service, internal, v1 as pb};

const READS: usize = 2_000;

type Client = Clients<rpc::Channel>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let database = std::env::args().nth(1).context("name an empty database")?;
    let folder = std::env::temp_dir().join(format!("read-rate-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let channel = open(&database, &folder).await?;
    let operator = identity::Identity::with_every_role("operator");
    let outside = Client::new(channel.clone().of_service(Service::Ingest).acting_as(&operator));
    let role = Client::new(channel.of_service(Service::Search));
    let id = prepare(outside.clone()).await?;
    for readers in [1, 8, 64] {
        let (plain, waited) = timed(&role, &id, readers).await?;
        let (audited, waited_audited) = timed(&outside, &id, readers).await?;
        println!(
            "{readers} readers: {plain:.0} reads/s by a role, {waited:.1?} each; {audited:.0} reads/s from outside, {waited_audited:.1?} each"
        );
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

async fn open(database: &str, folder: &std::path::Path) -> anyhow::Result<rpc::Channel> {
    let config = Config { database: database.to_owned(), ..Config::default() };
    let parts = Parts {
        clock: Arc::new(TestClock::new()),
        ids: Arc::new(TestIds::default()),
        bus: Arc::new(Embedded::open(&folder.join("bus.sqlite"), Arc::new(|| 0)).await?),
        objects: Arc::new(InMemory::new()),
        printing: storage::Printing::default(),
    };
    let (channel, incoming) = rpc::in_process();
    tokio::spawn(storage::run(config, parts, incoming, CancellationToken::new()));
    Ok(channel)
}

/// Saves one contribution; returns its id.
async fn prepare(client: Client) -> anyhow::Result<String> {
    let framework = Some(testkit::framework().into());
    client
        .frameworks()
        .register_framework(pb::RegisterFrameworkRequest {
            framework,
            validate_only: false,
            again: false,
        })
        .await?;
    client
        .cycles()
        .open_cycle(pb::OpenCycleRequest {
            cycle: Some(testkit::cycle().into()),
            ..Default::default()
        })
        .await?;
    let save =
        internal::CheckedSave { save: Some(testkit::save("a-1", "Tekst.")), findings: Vec::new() };
    let request = internal::SaveContributionsRequest { saves: vec![save], validate_only: false };
    let mut results = client.saves().save_contributions(request).await?.into_inner().results;
    let saved = results.pop().and_then(|result| result.contribution).context("it was not saved")?;
    Ok(saved.id)
}

/// Reads a second and how long one took, by so many readers at the same time.
async fn timed(client: &Client, id: &str, readers: usize) -> anyhow::Result<(f64, Duration)> {
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for _ in 0..readers {
        let (client, id) = (client.clone(), id.to_owned());
        running.spawn(async move {
            for _ in 0..READS / readers {
                let request = pb::GetContributionRequest { id: id.clone(), ..Default::default() };
                client.contributions().get_contribution(request).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    let count = u32::try_from(READS / readers * readers)?;
    let each = begun.elapsed() / u32::try_from(READS / readers)?;
    Ok((f64::from(count) / begun.elapsed().as_secs_f64(), each))
}
