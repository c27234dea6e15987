//! What is measured: storage and ingest inside this process, or the whole program as a process of its own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use bus::{Bus, Embedded};
use end_to_end::Server;
use identity::ChannelExt as _;
use object_store::memory::InMemory;
use storage::{Config, Parts};
use tempfile::TempDir;
use testkit::{TestClock, TestIds};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wire::{
    Clients, Service,
    v1::{self as pb, GetSearchStatusRequest},
};

/// How long the system may take to come to rest.
const TIMEOUT: Duration = Duration::from_mins(2);
/// Organisations that hand in.
const ORGANISATIONS: usize = 8;

/// Ingest and storage in this process, with the framework and cycle of the examples.
#[derive(Debug)]
pub(crate) struct Inside {
    pub(crate) ingest: Clients<rpc::Channel>,
    pub(crate) storage: Clients<rpc::Channel>,
    stop: CancellationToken,
    runs: Vec<JoinHandle<anyhow::Result<()>>>,
    _folder: TempDir,
}

impl Inside {
    /// Starts them with a bus in a file, to which nobody listens.
    pub(crate) async fn start(database: &str) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let bus = Embedded::open(&folder.path().join("bus.sqlite"), Arc::new(|| 0)).await?;
        Self::start_with(database, Arc::new(bus), folder).await
    }

    /// Starts them with this bus.
    pub(crate) async fn start_with(
        database: &str,
        bus: Arc<dyn Bus>,
        folder: TempDir,
    ) -> anyhow::Result<Self> {
        let stop = CancellationToken::new();
        let (to_storage, storage_in) = rpc::in_process();
        let (to_ingest, ingest_in) = rpc::in_process();
        let parts = Parts {
            clock: Arc::new(TestClock::new()),
            ids: Arc::new(TestIds::default()),
            bus,
            objects: Arc::new(InMemory::new()),
            printing: storage::Printing::default(),
        };
        let config = Config { database: database.to_owned(), ..Config::default() };
        let runs = vec![
            tokio::spawn(storage::run(config, parts, storage_in, stop.clone())),
            tokio::spawn(ingest::run(
                ingest::Config::default(),
                ingest::Parts {
                    storage: to_storage.clone().of_service(Service::Ingest),
                    fonts: Arc::new(fonts::Fonts::new(fonts::Config::default(), None)),
                },
                ingest_in,
                stop.clone(),
            )),
        ];
        let operator = identity::Identity::with_every_role("operator");
        let storage = Clients::new(to_storage.of_service(Service::Ingest).acting_as(&operator));
        let framework = Some(framework().into());
        let request =
            pb::RegisterFrameworkRequest { framework, validate_only: false, again: false };
        storage.frameworks().register_framework(request).await?;
        storage
            .cycles()
            .open_cycle(pb::OpenCycleRequest {
                cycle: Some(testkit::cycle().into()),
                ..Default::default()
            })
            .await?;
        let ingest = Clients::new(to_ingest.acting_as(&operator));
        Ok(Self { ingest, storage, stop, runs, _folder: folder })
    }

    /// Waits until the bus has confirmed every event.
    pub(crate) async fn settled(&self) -> anyhow::Result<()> {
        let end = Instant::now() + TIMEOUT;
        loop {
            let request = pb::GetStorageStatusRequest {};
            let status = self.storage.operations().get_storage_status(request).await?.into_inner();
            if status.relayed_position == status.last_position {
                return Ok(());
            }
            anyhow::ensure!(Instant::now() < end, "events wait in the outbox: {status:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Stops them, and waits for their end.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        drop((self.ingest, self.storage));
        for run in self.runs {
            run.await??;
        }
        Ok(())
    }
}

/// The framework of the examples with several organisations: those of one wait for each other.
fn framework() -> model::Framework {
    let mut framework = testkit::framework();
    let example = framework.organisations[0].clone();
    framework.organisations = (0..ORGANISATIONS)
        .filter_map(|number| {
            let code = organisation(number).parse().ok()?;
            Some(model::Organisation { code, ..example.clone() })
        })
        .collect();
    framework
}

/// Code of the organisation that hands in the contribution with this number.
pub(crate) fn organisation(number: usize) -> String {
    format!("org-{}", number % ORGANISATIONS)
}

/// A framework with one round of contributions: the real ones where they are at hand, else the example's.
#[derive(Debug)]
pub(crate) struct Material {
    pub(crate) framework: PathBuf,
    pub(crate) contributions: PathBuf,
    pub(crate) plan: &'static str,
}

impl Material {
    pub(crate) fn find() -> Self {
        match end_to_end::shared("the real report; the example's takes its place") {
            Some(data) => Self {
                framework: data.join("nap1325-iv/framework.yaml"),
                contributions: data.join("nap1325-iv/contributions-2021.yaml"),
                plan: "nap1325-iv",
            },
            None => Self::example(),
        }
    }

    fn example() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/examples");
        Self {
            framework: folder.join("framework.yaml"),
            contributions: folder.join("contributions-2021.yaml"),
            plan: "voorbeeldplan-vvv",
        }
    }

    pub(crate) fn cycle(&self) -> String {
        format!("{}/2021", self.plan)
    }
}

/// The whole program, as a process.
#[derive(Debug)]
pub(crate) struct System {
    pub(crate) server: Server,
    pub(crate) folder: TempDir,
}

impl System {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let server = Server::start(&folder.path().join("data"));
        Ok(Self { server, folder })
    }

    /// Starts it and hands in a whole round.
    pub(crate) fn with(material: &Material) -> anyhow::Result<Self> {
        let system = Self::start()?;
        system.cli(&["framework", "add", &material.framework.to_string_lossy()])?;
        let period = ["--from", "2021-01-01", "--until", "2021-12-31"];
        system.cli(&[&["cycle", "open", material.plan], &period[..]].concat())?;
        system.cli(&["submit", &material.contributions.to_string_lossy()])?;
        Ok(system)
    }

    /// Publishes the round in these formats and waits until the files are there.
    pub(crate) fn publish(&self, material: &Material, formats: &str) -> anyhow::Result<PathBuf> {
        let out = self.folder.path().join("out");
        let cycle = material.cycle();
        let order = ["publish", &cycle, "--date", "2022-11-09", "--format", formats];
        self.cli(&[&order[..], &["--wait", "--out", &out.to_string_lossy()]].concat())?;
        Ok(out)
    }

    /// Waits until search has applied every event.
    pub(crate) async fn indexed(&self) -> anyhow::Result<()> {
        let end = Instant::now() + TIMEOUT;
        loop {
            let request = pb::GetStorageStatusRequest {};
            let last = self
                .storage()?
                .operations()
                .get_storage_status(request)
                .await?
                .into_inner()
                .last_position;
            let status =
                self.search()?.search_index().get_search_status(GetSearchStatusRequest {}).await?;
            if status.into_inner().watermark == last {
                return Ok(());
            }
            anyhow::ensure!(Instant::now() < end, "search does not come to position {last}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn cli(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let answer = self.server.cli(arguments);
        anyhow::ensure!(answer.code == 0, "{arguments:?}: {}{}", answer.out, answer.err);
        Ok(())
    }

    pub(crate) fn ingest(&self) -> anyhow::Result<Clients<rpc::Channel>> {
        Ok(Clients::new(self.channel()?))
    }

    pub(crate) fn storage(&self) -> anyhow::Result<Clients<rpc::Channel>> {
        let client = Clients::new(self.channel()?);
        Ok(client)
    }

    pub(crate) fn search(&self) -> anyhow::Result<Clients<rpc::Channel>> {
        Ok(Clients::new(self.channel()?))
    }

    fn channel(&self) -> anyhow::Result<rpc::Channel> {
        let channel = rpc::connect(&self.server.grpc, None).context("the address of the server")?;
        Ok(channel.with_token(&end_to_end::token(&self.server.grpc))?)
    }
}
