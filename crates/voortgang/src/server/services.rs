//! Starts each service: the same lines, whether it shares its process with the others or has one of its own.
//!
//! Each function gets the section of its service and takes all else from the [`Host`].

use std::{collections::BTreeMap, sync::Arc};

use identity::Authenticator;

use wire::Service;

use crate::{
    config::Config,
    server::{
        clock::{SystemClock, SystemIds},
        host::Host,
        probes::{self, Need},
    },
    stop::Stop,
};

/// Starts a service.
pub(crate) async fn start(service: Service, config: &Config, host: &mut Host) -> Result<(), Stop> {
    match service {
        Service::Storage => storage(config.storage.clone(), host).await?,
        Service::Search => search(config.search.clone(), host).await?,
        Service::Rendering => rendering(config.rendering.clone(), host).await?,
        Service::Ingest => ingest(config.ingest.clone(), host)?,
        Service::Portal => portal(config.portal.clone(), &config.identity, host)?,
    }
    if host.wiring.hosts(service) {
        let own = host.wiring.channel(service, service)?;
        host.depends_on([probes::service(service, own, Need::Required)]);
    }
    Ok(())
}

/// Without bus or object store storage goes on: events wait in the outbox, and only files cannot be stored or read.
async fn storage(config: storage::Config, host: &mut Host) -> Result<(), Stop> {
    let (bus, objects) = (host.bus().await?, host.objects()?);
    let own = host.wiring.channel(Service::Storage, Service::Storage)?;
    host.depends_on([
        probes::database(own),
        probes::bus(bus.clone(), Need::Wanted),
        probes::objects(objects.clone(), Need::Wanted),
    ]);
    let parts =
        storage::Parts { clock: Arc::new(SystemClock), ids: Arc::new(SystemIds), bus, objects };
    let incoming = host.wiring.incoming(Service::Storage)?;
    host.spawn("storage", storage::run(config, parts, incoming, host.stopping()));
    Ok(())
}

/// Without bus or storage search goes on with what it has.
async fn search(config: search::Config, host: &mut Host) -> Result<(), Stop> {
    let bus = host.bus().await?;
    let storage = host.peer(Service::Storage, Service::Search, Need::Wanted)?;
    host.depends_on([probes::bus(bus.clone(), Need::Wanted)]);
    let incoming = host.wiring.incoming(Service::Search)?;
    let parts = search::Parts { storage, bus };
    host.spawn("search", search::run(config, parts, incoming, host.stopping()));
    Ok(())
}

async fn rendering(config: rendering::Config, host: &mut Host) -> Result<(), Stop> {
    let bus = host.bus().await?;
    let storage = host.peer(Service::Storage, Service::Rendering, Need::Required)?;
    host.depends_on([probes::bus(bus.clone(), Need::Required)]);
    let incoming = host.wiring.incoming(Service::Rendering)?;
    let parts = rendering::Parts { storage, bus };
    host.spawn("rendering", rendering::run(config, parts, incoming, host.stopping()));
    Ok(())
}

fn ingest(config: ingest::Config, host: &mut Host) -> Result<(), Stop> {
    let storage = host.peer(Service::Storage, Service::Ingest, Need::Required)?;
    let incoming = host.wiring.incoming(Service::Ingest)?;
    host.spawn("ingest", ingest::run(config, ingest::Parts { storage }, incoming, host.stopping()));
    Ok(())
}

/// The pages, and the gateway for outsiders' calls. Pages need only the object store; a service that is unavailable costs the
/// calls to it.
fn portal(
    config: portal::Config,
    identity: &identity::Config,
    host: &mut Host,
) -> Result<(), Stop> {
    let objects = host.objects()?;
    let authenticator = Authenticator::new(identity, Arc::new(SystemClock))
        .map_err(|error| Stop::failed(format!("the section `identity`: {error}")))?;
    let mut routes = BTreeMap::new();
    for service in Service::ALL.into_iter().filter(|service| *service != Service::Portal) {
        let channel = host.peer(service, Service::Portal, Need::Wanted)?;
        routes.extend(service.public().iter().map(|name| (*name, channel.clone())));
    }
    host.depends_on([probes::objects(objects.clone(), Need::Required)]);
    let search = host.wiring.channel(Service::Search, Service::Portal)?;
    let (incoming, pages) = (host.wiring.incoming(Service::Portal)?, host.pages()?);
    let parts = portal::Parts { objects, search };
    host.spawn("portal", portal::run(config, parts, pages, host.stopping()));
    let (guard, stop) = (Arc::new(authenticator), host.stopping());
    host.spawn("gateway", rpc::gateway(routes, wire::PUBLIC_DESCRIPTORS, guard, incoming, stop));
    Ok(())
}
