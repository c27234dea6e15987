//! The roles put together: all in one process, or one of them.
//!
//! The only place that opens bus and object store, with `backends`, and hands them in.

use std::{collections::BTreeMap, process::ExitCode, sync::Arc, time::Duration};

use bus::Bus;
use identity::{Authenticator, ChannelExt as _};
use object_store::ObjectStore;
use rpc::{Channel, Incoming};
use runtime::{Dependency, Supervisor};
use tokio::net::TcpListener;

use crate::{
    backends::{open_bus, open_objects, shared_bus},
    clock::{SystemClock, SystemIds},
    config::{Config, TelemetryConfig},
    data_folder::{DataFolder, Endpoints},
    health::{self, Need},
    operator::Operator,
    peers::Peers,
    stop::Stop,
};

const INGEST: &str = "voortgang.ingest.v1.IngestService";
const RENDERING: &str = "voortgang.rendering.v1.RenderingService";
const SEARCH: &str = "voortgang.search.v1.SearchService";
const STORAGE: &str = "voortgang.storage.v1.StorageService";

/// Further services of storage, found where storage is.
const OF_STORAGE: [&str; 7] = [
    "voortgang.storage.v1.AccessService",
    "voortgang.storage.v1.AuditService",
    "voortgang.storage.v1.HistoryService",
    "voortgang.storage.v1.ObligationService",
    "voortgang.storage.v1.PersonService",
    "voortgang.storage.v1.ReminderService",
    "voortgang.storage.v1.ReviewService",
];

/// Roles and the services that they answer for; storage has more, see [`with_all_of_storage`].
pub(crate) const SERVICES: [(&str, &str); 4] =
    [("ingest", INGEST), ("rendering", RENDERING), ("search", SEARCH), ("storage", STORAGE)];

/// Every role in one process, started.
#[derive(Debug)]
pub(crate) struct Up {
    supervisor: Supervisor,
    data: DataFolder,
    grace: Duration,
    /// Where it is found.
    pub(crate) endpoints: Endpoints,
}

impl Up {
    /// Starts every role; database, bus and object store are the embedded ones unless the configuration names others.
    pub(crate) async fn start(config: Config) -> Result<Self, Stop> {
        let data = DataFolder::take(&config.data)?;
        let grpc = listen(&config.host, config.grpc_port, "gRPC", "--grpc-port").await?;
        let http = listen(&config.host, config.http_port, "pages", "--http-port").await?;
        let metrics = runtime::init_metrics("up")?;
        let health = listen_health(&config.telemetry).await?;
        let endpoints = Endpoints {
            grpc: address(if config.tls.outsiders { "https" } else { "http" }, &grpc)?,
            http: address("http", &http)?,
            health: address("http", &health)?,
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let incoming = Peers::of(&config)?.incoming_outsiders(grpc)?;
        let authenticator = open_authenticator(&config)?;
        let operator = Operator::of(&config, &endpoints.grpc)?;
        let bus = open_bus(&config).await?;
        let objects = open_objects(&config)?;
        let supervisor = Supervisor::new();
        let grace = Duration::from_secs(config.grace_seconds);
        let dependencies = spawn_roles(
            &supervisor,
            config,
            bus,
            objects,
            Outside { authenticator, incoming, http },
        );
        let serve = runtime::serve_health(health, dependencies, metrics, supervisor.stopping());
        supervisor.spawn("health", serve);
        if let Some(operator) = operator {
            supervisor.spawn("operator", operator.keep(supervisor.stopping()));
        }
        data.announce(&endpoints)?;
        Ok(Self { supervisor, data, grace, endpoints })
    }

    /// Waits for the end of `until`, or of a part, then stops every part.
    pub(crate) async fn run(self, until: impl Future<Output = ()>) -> ExitCode {
        let Self { supervisor, data, grace, endpoints: _ } = self;
        let code = supervisor.run(until, grace).await;
        data.withdraw();
        code
    }
}

/// What outsiders reach: calls, by way of who they are, and pages.
struct Outside {
    authenticator: Arc<Authenticator>,
    incoming: Incoming,
    http: TcpListener,
}

/// Starts every role and returns what they need.
fn spawn_roles(
    supervisor: &Supervisor,
    config: Config,
    bus: Arc<dyn Bus>,
    objects: Arc<dyn ObjectStore>,
    outside: Outside,
) -> Vec<Dependency> {
    let Outside { authenticator, incoming, http } = outside;
    let dependencies = vec![
        health::bus(bus.clone(), Need::Wanted),
        health::objects(objects.clone(), Need::Wanted),
    ];
    supervisor.spawn("depths", bus::watch(bus.clone(), supervisor.stopping()));
    let stop = || supervisor.stopping();
    let (to_storage, storage_in) = rpc::in_process();
    let (to_search, search_in) = rpc::in_process();
    let (to_ingest, ingest_in) = rpc::in_process();
    let (to_rendering, rendering_in) = rpc::in_process();
    let parts = storage::Parts {
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        bus: bus.clone(),
        objects: objects.clone(),
    };
    supervisor.spawn("storage", storage::run(config.storage, parts, storage_in, stop()));
    let to_storage_of = |role| to_storage.clone().of_service(role);
    let parts = search::Parts { storage: to_storage_of("search"), bus: bus.clone() };
    supervisor.spawn("search", search::run(config.search, parts, search_in, stop()));
    let parts = rendering::Parts { storage: to_storage_of("rendering"), bus };
    supervisor.spawn("rendering", rendering::run(config.rendering, parts, rendering_in, stop()));
    let parts = ingest::Parts { storage: to_storage_of("ingest") };
    supervisor.spawn("ingest", ingest::run(config.ingest, parts, ingest_in, stop()));
    let parts = portal::Parts { objects, search: to_search.clone().of_service("portal") };
    supervisor.spawn("portal", portal::run(config.portal, parts, http, stop()));
    let mut dependencies = dependencies;
    dependencies.push(health::database(to_storage_of("storage")));
    let roles: BTreeMap<&'static str, Channel> = BTreeMap::from([
        (INGEST, to_ingest),
        (RENDERING, to_rendering),
        (SEARCH, to_search),
        (STORAGE, to_storage),
    ]);
    dependencies.extend(SERVICES.map(|(role, service)| {
        health::role(role, service, roles[service].clone(), Need::Required)
    }));
    let roles = with_all_of_storage(roles);
    supervisor
        .spawn("gateway", rpc::gateway(roles, wire::DESCRIPTORS, authenticator, incoming, stop()));
    dependencies
}

/// A role as a process of its own. The portal's process is also the gateway for outsiders' calls.
pub(crate) async fn run_role(role: &'static str, config: Config) -> Result<ExitCode, Stop> {
    let supervisor = Supervisor::new();
    let grace = Duration::from_secs(config.grace_seconds);
    let incoming = listen(&config.host, config.grpc_port, "gRPC", "grpc_port").await?;
    let metrics = runtime::init_metrics(role)?;
    let health = listen_health(&config.telemetry).await?;
    let (address, health_address) = (incoming.local_addr()?, health.local_addr()?);
    tracing::info!(%address, health = %health_address, "the role starts");
    let peers = Peers::of(&config)?;
    let incoming = match role {
        "portal" => peers.incoming_outsiders(incoming)?,
        _ => peers.incoming(incoming)?,
    };
    let dependencies = match role {
        "storage" => spawn_storage(&supervisor, config, incoming).await?,
        "search" => spawn_search(&supervisor, config, &peers, incoming).await?,
        "rendering" => spawn_rendering(&supervisor, config, &peers, incoming).await?,
        "ingest" => spawn_ingest(&supervisor, config, &peers, incoming)?,
        "portal" => spawn_portal(&supervisor, config, &peers, incoming).await?,
        role => return Err(Stop::failed(format!("there is no role `{role}`"))),
    };
    let serve = runtime::serve_health(health, dependencies, metrics, supervisor.stopping());
    supervisor.spawn("health", serve);
    let signal = async {
        runtime::signal()
            .await
            .unwrap_or_else(|error| tracing::error!("signals cannot be heard: {error:#}"));
    };
    Ok(supervisor.run(signal, grace).await)
}

/// Without bus or object store storage goes on: events wait in the outbox, and only files cannot be stored or read.
async fn spawn_storage(
    supervisor: &Supervisor,
    config: Config,
    incoming: Incoming,
) -> Result<Vec<Dependency>, Stop> {
    let bus = shared_bus(&config).await?;
    let objects = open_objects(&config)?;
    let (own, own_in) = rpc::in_process();
    let dependencies = vec![
        health::database(own.of_service("storage")),
        health::bus(bus.clone(), Need::Wanted),
        health::objects(objects.clone(), Need::Wanted),
    ];
    supervisor.spawn("depths", bus::watch(bus.clone(), supervisor.stopping()));
    let parts =
        storage::Parts { clock: Arc::new(SystemClock), ids: Arc::new(SystemIds), bus, objects };
    let run = storage::run(config.storage, parts, incoming.and(own_in), supervisor.stopping());
    supervisor.spawn("storage", run);
    Ok(dependencies)
}

/// Without bus or storage search goes on with what it has.
async fn spawn_search(
    supervisor: &Supervisor,
    config: Config,
    peers: &Peers,
    incoming: Incoming,
) -> Result<Vec<Dependency>, Stop> {
    let bus = shared_bus(&config).await?;
    let storage = peers.channel("storage")?.of_service("search");
    let (own, own_in) = rpc::in_process();
    let dependencies = vec![
        health::role("search", SEARCH, own, Need::Required),
        health::role("storage", STORAGE, storage.clone(), Need::Wanted),
        health::bus(bus.clone(), Need::Wanted),
    ];
    supervisor.spawn("depths", bus::watch(bus.clone(), supervisor.stopping()));
    let parts = search::Parts { storage, bus };
    let run = search::run(config.search, parts, incoming.and(own_in), supervisor.stopping());
    supervisor.spawn("search", run);
    Ok(dependencies)
}

async fn spawn_rendering(
    supervisor: &Supervisor,
    config: Config,
    peers: &Peers,
    incoming: Incoming,
) -> Result<Vec<Dependency>, Stop> {
    let bus = shared_bus(&config).await?;
    let storage = peers.channel("storage")?.of_service("rendering");
    let dependencies = vec![
        health::role("storage", STORAGE, storage.clone(), Need::Required),
        health::bus(bus.clone(), Need::Required),
    ];
    supervisor.spawn("depths", bus::watch(bus.clone(), supervisor.stopping()));
    let parts = rendering::Parts { storage, bus };
    let run = rendering::run(config.rendering, parts, incoming, supervisor.stopping());
    supervisor.spawn("rendering", run);
    Ok(dependencies)
}

fn spawn_ingest(
    supervisor: &Supervisor,
    config: Config,
    peers: &Peers,
    incoming: Incoming,
) -> Result<Vec<Dependency>, Stop> {
    let storage = peers.channel("storage")?.of_service("ingest");
    let dependencies = vec![health::role("storage", STORAGE, storage.clone(), Need::Required)];
    let parts = ingest::Parts { storage };
    supervisor.spawn("ingest", ingest::run(config.ingest, parts, incoming, supervisor.stopping()));
    Ok(dependencies)
}

/// Its pages need only the object store; a role that is away costs the calls to it.
async fn spawn_portal(
    supervisor: &Supervisor,
    config: Config,
    peers: &Peers,
    incoming: Incoming,
) -> Result<Vec<Dependency>, Stop> {
    let http = listen(&config.host, config.http_port, "pages", "http_port").await?;
    tracing::info!(address = %http.local_addr()?, "pages are served");
    let objects = open_objects(&config)?;
    let authenticator = open_authenticator(&config)?;
    let roles = peers.all()?;
    let mut dependencies = vec![health::objects(objects.clone(), Need::Required)];
    dependencies.extend(
        SERVICES.map(|(role, service)| {
            health::role(role, service, roles[service].clone(), Need::Wanted)
        }),
    );
    let parts = portal::Parts { objects, search: peers.channel("search")?.of_service("portal") };
    let stop = supervisor.stopping();
    supervisor.spawn("portal", portal::run(config.portal, parts, http, stop.clone()));
    let roles = with_all_of_storage(roles);
    supervisor
        .spawn("gateway", rpc::gateway(roles, wire::DESCRIPTORS, authenticator, incoming, stop));
    Ok(dependencies)
}

fn with_all_of_storage(
    mut roles: BTreeMap<&'static str, Channel>,
) -> BTreeMap<&'static str, Channel> {
    if let Some(storage) = roles.get(STORAGE).cloned() {
        roles.extend(OF_STORAGE.map(|service| (service, storage.clone())));
    }
    roles
}

fn open_authenticator(config: &Config) -> Result<Arc<Authenticator>, Stop> {
    let authenticator = Authenticator::new(&config.identity, Arc::new(SystemClock));
    Ok(Arc::new(
        authenticator.map_err(|error| Stop::failed(format!("the section `identity`: {error}")))?,
    ))
}

async fn listen_health(telemetry: &TelemetryConfig) -> Result<TcpListener, Stop> {
    listen(&telemetry.host, telemetry.port, "health", "telemetry.port").await
}

async fn listen(host: &str, port: u16, what: &str, option: &str) -> Result<TcpListener, Stop> {
    TcpListener::bind((host, port)).await.map_err(|error| {
        let hint = if error.kind() == std::io::ErrorKind::AddrInUse {
            format!("another process has it; choose another with {option}, 0 for any free one")
        } else {
            error.to_string()
        };
        Stop::failed(format!("port {port} of {host} cannot be used for {what}: {hint}"))
    })
}

fn address(scheme: &str, listener: &TcpListener) -> Result<String, Stop> {
    Ok(format!("{scheme}://{}", listener.local_addr()?))
}
