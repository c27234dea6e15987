//! From start to ready, and how much memory everything in one process takes.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use wire::v1::{Scope, SearchRequest};

use crate::{
    latencies::millis,
    memory::{family, megabytes},
    system::{Material, System},
    table::{Row, median},
};

const ROUNDS: usize = 7;
/// The grain of what is measured.
const GRAIN: Duration = Duration::from_millis(2);
const TIMEOUT: Duration = Duration::from_secs(30);
const SERVING: i32 = 1;
/// Searches of the load.
const SEARCHES: usize = 2_000;

pub(crate) async fn measure() -> anyhow::Result<Vec<Row>> {
    let mut fresh = Vec::new();
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir()?;
        fresh.push(until_ready(folder.path()).await?);
    }
    let material = Material::find();
    let system = System::start()?;
    // Time for what is only used at the start to be let go.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = resident(&system.server)?;
    drop(system);
    let system = System::with(&material)?;
    system.publish(&material, "pdf,html,json")?;
    system.indexed().await?;
    search(&system).await?;
    let (loaded, peak) = (resident(&system.server)?, most(&system.server)?);
    let System { server, folder } = system;
    server.kill();
    let data = folder.path().join("data");
    let mut filled = Vec::new();
    for _ in 0..ROUNDS {
        filled.push(until_ready(&data).await?);
    }
    Ok(vec![
        row("start to ready, empty folder", format!("{:.0} ms", median(fresh)), "below 1,000 ms"),
        row(
            "start to ready, with the report",
            format!("{:.0} ms", median(filled)),
            "below 1,000 ms",
        ),
        row("resident, idle", idle, "below 200 MB"),
        row(
            "resident, after a whole round was handed in, published and searched",
            loaded,
            "below 200 MB",
        ),
        row("resident, at most", peak, "below 200 MB"),
    ])
}

fn row(figure: &str, ours: String, aim: &'static str) -> Row {
    Row { figure: figure.to_owned(), ours, alternative: String::new(), ratio: None, aim }
}

async fn search(system: &System) -> anyhow::Result<()> {
    let client = system.search()?;
    for i in 0..SEARCHES {
        let words = ["vrede", "veiligheid", "vrouwen", "conflict", "politie"];
        let query = words[i % words.len()].to_owned();
        let scope = Scope::Published.into();
        client.search().search(SearchRequest { query, scope, ..SearchRequest::default() }).await?;
    }
    Ok(())
}

fn resident(server: &end_to_end::Server) -> anyhow::Result<String> {
    memory(server, "VmRSS")
}

fn most(server: &end_to_end::Server) -> anyhow::Result<String> {
    memory(server, "VmHWM")
}

/// Together, and the server's and its rendering process's own.
fn memory(server: &end_to_end::Server, line: &str) -> anyhow::Result<String> {
    let each: Vec<u64> = family(server.pid())
        .into_iter()
        .map(|pid| megabytes(pid, line))
        .collect::<anyhow::Result<_>>()?;
    let parts: Vec<String> = each.iter().map(ToString::to_string).collect();
    Ok(format!("{} MB ({})", each.iter().sum::<u64>(), parts.join(" + ")))
}

/// Milliseconds from the start of the process until every role says that it serves and a page comes.
async fn until_ready(data: &Path) -> anyhow::Result<f64> {
    let endpoints = data.join("endpoints.json");
    let _ = fs::remove_file(&endpoints);
    let start = Instant::now();
    let mut program = Program::start(data)?;
    while !is_ready(&endpoints).await {
        anyhow::ensure!(start.elapsed() < TIMEOUT && program.runs()?, "it is not ready");
        tokio::time::sleep(GRAIN).await;
    }
    Ok(millis(start.elapsed()))
}

/// Killed when dropped.
struct Program(Child);

impl Program {
    fn start(data: &Path) -> anyhow::Result<Self> {
        let child = Command::new(end_to_end::program())
            .args(["up", "--grpc-port", "0", "--http-port", "0", "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self(child))
    }

    fn runs(&mut self) -> anyhow::Result<bool> {
        Ok(self.0.try_wait()?.is_none())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn is_ready(endpoints: &Path) -> bool {
    ready(endpoints).await.unwrap_or(false)
}

async fn ready(endpoints: &Path) -> anyhow::Result<bool> {
    let found: serde_json::Value = serde_json::from_slice(&fs::read(endpoints)?)?;
    let address = |key: &str| found[key].as_str().context("an address").map(ToOwned::to_owned);
    let (grpc, http) = (address("grpc")?, address("http")?);
    let mut health = HealthClient::new(rpc::connect(&grpc, None)?);
    for role in ["ingest", "rendering", "search", "storage"] {
        let mut capital = role.to_owned();
        capital[..1].make_ascii_uppercase();
        let service = format!("voortgang.{role}.v1.{capital}Service");
        let answer = health.check(HealthCheckRequest { service }).await?.into_inner();
        if answer.status != SERVING {
            return Ok(false);
        }
    }
    let search = SearchRequest { scope: Scope::Published.into(), ..SearchRequest::default() };
    wire::Clients::new(rpc::connect(&grpc, None)?).search().search(search).await?;
    let page = tokio::task::spawn_blocking(move || ureq::get(format!("{http}/")).call()).await?;
    Ok(page?.status().is_success())
}
