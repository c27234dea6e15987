//! The roles put together: all in one process, or one of them.
//!
//! The only place that opens bus and object store, with `backends`, and hands them in.

use std::{collections::BTreeMap, process::ExitCode, sync::Arc, time::Duration};

use bus::Bus;
use object_store::ObjectStore;
use rpc::{Channel, Incoming};
use runtime::Supervisor;
use tokio::net::TcpListener;

use crate::{
    backends::{open_bus, open_objects, shared_bus},
    clock::{SystemClock, SystemIds},
    config::{Addresses, Config},
    data_folder::{DataFolder, Endpoints},
    stop::Stop,
};

const INGEST: &str = "voortgang.ingest.v1.IngestService";
const RENDERING: &str = "voortgang.rendering.v1.RenderingService";
const SEARCH: &str = "voortgang.search.v1.SearchService";
const STORAGE: &str = "voortgang.storage.v1.StorageService";

/// Roles and the services that they answer for.
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
        let endpoints = Endpoints {
            grpc: address(&grpc)?,
            http: address(&http)?,
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let bus = open_bus(&config).await?;
        let objects = open_objects(&config)?;
        let supervisor = Supervisor::new();
        let grace = Duration::from_secs(config.grace_seconds);
        spawn_roles(&supervisor, config, bus, objects, grpc, http);
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

fn spawn_roles(
    supervisor: &Supervisor,
    config: Config,
    bus: Arc<dyn Bus>,
    objects: Arc<dyn ObjectStore>,
    grpc: TcpListener,
    http: TcpListener,
) {
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
    let parts = search::Parts { storage: to_storage.clone(), bus: bus.clone() };
    supervisor.spawn("search", search::run(config.search, parts, search_in, stop()));
    let parts = rendering::Parts { storage: to_storage.clone(), bus };
    supervisor.spawn("rendering", rendering::run(config.rendering, parts, rendering_in, stop()));
    let parts = ingest::Parts { storage: to_storage.clone() };
    supervisor.spawn("ingest", ingest::run(config.ingest, parts, ingest_in, stop()));
    let parts = portal::Parts { objects, search: to_search.clone() };
    supervisor.spawn("portal", portal::run(config.portal, parts, http, stop()));
    let roles: BTreeMap<&'static str, Channel> = BTreeMap::from([
        (INGEST, to_ingest),
        (RENDERING, to_rendering),
        (SEARCH, to_search),
        (STORAGE, to_storage),
    ]);
    supervisor.spawn("front", rpc::front(roles, wire::DESCRIPTORS, Incoming::port(grpc), stop()));
}

/// A role as a process of its own. The portal's process is also the door for outsiders' calls.
pub(crate) async fn run_role(role: &str, config: Config) -> Result<ExitCode, Stop> {
    let supervisor = Supervisor::new();
    let grace = Duration::from_secs(config.grace_seconds);
    let incoming = listen(&config.host, config.grpc_port, "gRPC", "grpc_port").await?;
    tracing::info!(role, address = address(&incoming)?, "the role starts");
    let incoming = Incoming::port(incoming);
    let stop = supervisor.stopping();
    match role {
        "storage" => {
            let parts = storage::Parts {
                clock: Arc::new(SystemClock),
                ids: Arc::new(SystemIds),
                bus: shared_bus(&config).await?,
                objects: open_objects(&config)?,
            };
            supervisor.spawn("storage", storage::run(config.storage, parts, incoming, stop));
        }
        "search" => {
            let bus = shared_bus(&config).await?;
            let parts = search::Parts { storage: config.addresses.channel("storage")?, bus };
            supervisor.spawn("search", search::run(config.search, parts, incoming, stop));
        }
        "rendering" => {
            let bus = shared_bus(&config).await?;
            let parts = rendering::Parts { storage: config.addresses.channel("storage")?, bus };
            supervisor.spawn("rendering", rendering::run(config.rendering, parts, incoming, stop));
        }
        "ingest" => {
            let parts = ingest::Parts { storage: config.addresses.channel("storage")? };
            supervisor.spawn("ingest", ingest::run(config.ingest, parts, incoming, stop));
        }
        "portal" => {
            let http = listen(&config.host, config.http_port, "pages", "http_port").await?;
            tracing::info!(address = address(&http)?, "pages are served");
            let objects = open_objects(&config)?;
            let parts = portal::Parts { objects, search: config.addresses.channel("search")? };
            let roles = front_roles(&config.addresses)?;
            supervisor.spawn("portal", portal::run(config.portal, parts, http, stop.clone()));
            supervisor.spawn("front", rpc::front(roles, wire::DESCRIPTORS, incoming, stop));
        }
        role => return Err(Stop::failed(format!("there is no role `{role}`"))),
    }
    let signal = async {
        runtime::signal()
            .await
            .unwrap_or_else(|error| tracing::error!("signals cannot be heard: {error:#}"))
    };
    Ok(supervisor.run(signal, grace).await)
}

fn front_roles(addresses: &Addresses) -> Result<BTreeMap<&'static str, Channel>, Stop> {
    SERVICES.into_iter().map(|(role, service)| Ok((service, addresses.channel(role)?))).collect()
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

fn address(listener: &TcpListener) -> Result<String, Stop> {
    Ok(format!("http://{}", listener.local_addr()?))
}
