//! Storage with everything it needs, in a folder that goes with it.

use std::{sync::Arc, time::Duration};

use bus::Embedded;
use identity::ChannelExt as _;
use object_store::local::LocalFileSystem;
use storage::{Config, Parts};
use tempfile::TempDir;
use testkit::{TestClock, TestIds};
use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use wire::{Clients, Service};

use crate::database::Database;

pub(crate) type Client = Clients<rpc::Channel>;
pub(crate) type AuditClient = Clients<rpc::Channel>;
pub(crate) type Obligations = Clients<rpc::Channel>;
pub(crate) type People = Clients<rpc::Channel>;

pub(crate) type Reminders = Clients<rpc::Channel>;

pub(crate) type Review = Clients<rpc::Channel>;

pub(crate) struct Sandbox {
    pub(crate) database: Database,
    pub(crate) folder: TempDir,
    ids: Arc<TestIds>,
    pub(crate) channel: rpc::Channel,
    /// A client of somebody who has every role.
    pub(crate) client: Client,
    /// A client of the role that renders.
    pub(crate) rendering: Client,
    pub(crate) audit: AuditClient,
    pub(crate) obligations: Obligations,
    pub(crate) people: People,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) stop: CancellationToken,
    /// Replicas that run.
    running: TaskTracker,
    config: Config,
}

impl Sandbox {
    pub(crate) async fn on(database: Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config { database: database.address(), ..Config::default() };
        config.audit.key = folder.path().join("audit.key");
        config.reminders.folder = folder.path().join("mail");
        // Tests start rounds of reminders themselves.
        config.reminders.every_seconds = 86_400;
        let (channel, incoming) = connection();
        let (clock, ids) = (Arc::new(TestClock::new()), Arc::new(TestIds::default()));
        let (stop, running) = (CancellationToken::new(), TaskTracker::new());
        let parts = parts(&folder, clock.clone(), ids.clone()).await;
        running.spawn(storage::run(config.clone(), parts, incoming, stop.clone()));
        let operator = operator(&channel);
        let audit = AuditClient::new(operator.clone());
        let obligations = Obligations::new(operator.clone());
        let people = People::new(operator.clone());
        let client = client(operator);
        let rendering = client_of(&channel, Service::Rendering);
        Self {
            database,
            folder,
            ids,
            channel,
            client,
            rendering,
            audit,
            obligations,
            people,
            clock,
            stop,
            running,
            config,
        }
    }

    /// The channel of somebody with every role.
    pub(crate) fn by(&self, somebody: &str) -> rpc::Channel {
        self.channel.clone().acting_as(&identity::Identity::with_every_role(somebody))
    }

    /// One more replica on the same database and bus.
    pub(crate) async fn replica(&self) -> Client {
        client(operator(&self.replica_channel().await))
    }

    /// One more replica, which reaches the database at this address.
    pub(crate) async fn replica_on(&self, database: String) -> rpc::Channel {
        self.replica_with(Config { database, ..self.config.clone() }).await
    }

    /// A client, of the role that renders, of one more replica.
    pub(crate) async fn rendering_replica(&self) -> Client {
        client_of(&self.replica_channel().await, Service::Rendering)
    }

    async fn replica_channel(&self) -> rpc::Channel {
        self.replica_with(self.config.clone()).await
    }

    async fn replica_with(&self, config: Config) -> rpc::Channel {
        let (channel, incoming) = connection();
        let parts = parts(&self.folder, self.clock.clone(), self.ids.clone()).await;
        self.running.spawn(storage::run(config, parts, incoming, self.stop.clone()));
        channel
    }

    /// A client of one more replica, which checks every second what is kept.
    pub(crate) async fn replica_that_checks(&self) -> Client {
        let (channel, incoming) = connection();
        let config = Config { check_seconds: 1, ..self.config.clone() };
        let parts = parts(&self.folder, self.clock.clone(), self.ids.clone()).await;
        self.running.spawn(storage::run(config, parts, incoming, self.stop.clone()));
        client(operator(&channel))
    }

    /// A process that does rounds of reminders when it is asked to, on the same database.
    pub(crate) async fn reminding(
        &self,
        change: impl FnOnce(&mut storage::ReminderConfig),
    ) -> storage::Storage {
        let mut config = self.config.clone();
        change(&mut config.reminders);
        let parts = parts(&self.folder, self.clock.clone(), self.ids.clone()).await;
        storage::Storage::open_for_reminders(config, parts).await.unwrap()
    }

    /// One more replica, which looks every second what is due.
    pub(crate) async fn replica_that_reminds(&self) {
        let (_, incoming) = rpc::in_process();
        let mut config = self.config.clone();
        config.reminders.every_seconds = 1;
        let parts = parts(&self.folder, self.clock.clone(), self.ids.clone()).await;
        self.running.spawn(storage::run(config, parts, incoming, self.stop.clone()));
    }

    /// Marks the database as restored, as `voortgang restore` does, while nothing runs.
    pub(crate) async fn begin_epoch(&mut self) {
        self.stop_all().await;
        let (clock, ids) = (self.clock.clone(), self.ids.clone());
        storage::begin_epoch(&self.config, clock, ids).await.unwrap();
    }

    /// Stops every replica and waits for its end: one that still ran would relay to its own bus what the next one is to relay.
    async fn stop_all(&mut self) {
        self.stop.cancel();
        self.running.close();
        timeout(Duration::from_mins(1), self.running.wait()).await.expect("each replica ends");
        self.running.reopen();
        self.stop = CancellationToken::new();
    }

    /// Stops every replica and starts one on the same database, with a new bus.
    pub(crate) async fn with_another_bus(&mut self) -> (Client, Arc<Embedded>) {
        self.stop_all().await;
        let (channel, incoming) = connection();
        let mut parts = parts(&self.folder, self.clock.clone(), self.ids.clone()).await;
        let file = self.folder.path().join(format!("{}.sqlite", uuid::Uuid::now_v7()));
        let bus = Arc::new(Embedded::open(&file, Arc::new(|| 0)).await.unwrap());
        parts.bus = bus.clone();
        let run = storage::run(self.config.clone(), parts, incoming, self.stop.clone());
        self.running.spawn(run);
        (client(operator(&channel)), bus)
    }

    /// Runs storage once more on the same database; returns only when it fails.
    pub(crate) async fn reopen(&self) -> anyhow::Result<()> {
        let (_channel, incoming) = rpc::in_process();
        storage::run(
            self.config.clone(),
            parts(&self.folder, self.clock.clone(), self.ids.clone()).await,
            incoming,
            CancellationToken::new(),
        )
        .await
    }
}

/// A connection to storage. What is saved comes by way of ingest, and so does everything else here.
fn connection() -> (rpc::Channel, rpc::Incoming) {
    let (channel, incoming) = rpc::in_process();
    (channel.of_service(Service::Ingest), incoming)
}

/// The same for somebody who has every role.
pub(crate) fn operator(channel: &rpc::Channel) -> rpc::Channel {
    channel.clone().acting_as(&identity::Identity::with_every_role("operator"))
}

/// A client for calls of a service of the installation.
pub(crate) fn client_of(channel: &rpc::Channel, service: Service) -> Client {
    client(channel.clone().of_service(service))
}

pub(crate) fn client(channel: rpc::Channel) -> Client {
    Client::new(channel)
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn parts(folder: &TempDir, clock: Arc<TestClock>, ids: Arc<TestIds>) -> Parts {
    let bus = Embedded::open(&folder.path().join("bus.sqlite"), Arc::new(|| 0)).await.unwrap();
    let objects = folder.path().join("objects");
    std::fs::create_dir_all(&objects).unwrap();
    Parts {
        clock,
        ids,
        bus: Arc::new(bus),
        objects: Arc::new(LocalFileSystem::new_with_prefix(objects).unwrap()),
        printing: storage::Printing::default(),
    }
}
