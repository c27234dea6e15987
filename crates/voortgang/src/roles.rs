//! The roles put together: all in one process, or one of them.
//!
//! The only place that chooses database, bus and object store and hands them in.

use std::{collections::BTreeMap, path::Path, process::ExitCode, sync::Arc, time::Duration};

use bus::{Bus, Embedded};
use object_store::{ObjectStore, local::LocalFileSystem};
use rpc::{Channel, Incoming};
use runtime::Supervisor;
use tokio::net::TcpListener;

use crate::{
    clock::{SystemClock, SystemIds},
    config::Config,
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
    /// Starts every role on the embedded database, bus and object store.
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
        let bus = open_bus(&data.join("bus.sqlite")).await?;
        let objects = open_objects(&data.join("objects"))?;
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

/// A role as a process of its own. Only those that need no bus can run so until there is one that processes share.
pub(crate) async fn run_role(role: &str, config: Config) -> Result<ExitCode, Stop> {
    let supervisor = Supervisor::new();
    match role {
        "ingest" => {
            let storage = channel("addresses.storage", &config.addresses.storage)?;
            let listener =
                listen(&config.host, config.grpc_port, "gRPC", "grpc_port in the configuration")
                    .await?;
            supervisor.spawn(
                "ingest",
                ingest::run(
                    config.ingest,
                    ingest::Parts { storage },
                    Incoming::port(listener),
                    supervisor.stopping(),
                ),
            );
        }
        "portal" => {
            let search = channel("addresses.search", &config.addresses.search)?;
            let listener =
                listen(&config.host, config.http_port, "pages", "http_port in the configuration")
                    .await?;
            let objects = open_objects(&config.data.join("objects"))?;
            supervisor.spawn(
                "portal",
                portal::run(
                    config.portal,
                    portal::Parts { objects, search },
                    listener,
                    supervisor.stopping(),
                ),
            );
        }
        role => {
            let message = format!(
                "role `{role}` needs a bus that processes share, and this version has only the embedded one: run `voortgang up`"
            );
            return Err(Stop::failed(message));
        }
    }
    let signal = async {
        runtime::signal()
            .await
            .unwrap_or_else(|error| tracing::error!("signals cannot be heard: {error:#}"))
    };
    Ok(supervisor.run(signal, Duration::from_secs(config.grace_seconds)).await)
}

fn channel(key: &str, address: &str) -> Result<Channel, Stop> {
    rpc::connect(address).map_err(|_| Stop::failed(format!("`{key}` of the configuration is `{address}`; give an address such as `http://127.0.0.1:7400`")))
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

async fn open_bus(file: &Path) -> Result<Arc<dyn Bus>, Stop> {
    let bus = Embedded::open(file, Arc::new(runtime::now_millis)).await;
    Ok(Arc::new(bus.map_err(|error| {
        anyhow::Error::from(error)
            .context(format!("the bus's file `{}` cannot be opened", file.display()))
    })?))
}

fn open_objects(folder: &Path) -> Result<Arc<dyn ObjectStore>, Stop> {
    std::fs::create_dir_all(folder)?;
    let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| {
        Stop::failed(format!("folder `{}` cannot be used: {error}", folder.display()))
    })?;
    Ok(Arc::new(store.with_fsync(true)))
}
