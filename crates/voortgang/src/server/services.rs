//! Starts each service: the same lines, whether it shares its process with the others or has one of its own.
//!
//! Each function gets the section of its service and takes all else from the [`Host`].

use std::{collections::BTreeMap, sync::Arc};

use fonts::Fonts;
use identity::Authenticator;

use wire::Service;

use crate::{
    config::Config,
    error::Error,
    server::{
        clock::{SystemClock, SystemIds},
        host::Host,
        probes::{self, Need},
    },
};

/// Starts a service.
pub(crate) async fn start(service: Service, config: &Config, host: &mut Host) -> Result<(), Error> {
    match service {
        Service::Storage => storage(config, host).await?,
        Service::Search => search(config.search.clone(), host).await?,
        Service::Rendering => {
            rendering(config.rendering.clone(), config.fonts.clone(), host).await?;
        }
        Service::Ingest => ingest(config, host)?,
        Service::Portal => portal(config.portal.clone(), &config.identity, host)?,
    }
    if host.wiring.hosts(service) {
        let channel = host.wiring.channel(service, service)?;
        host.depends_on([probes::service(service, channel, Need::Required)]);
    }
    Ok(())
}

/// Without bus or object store storage goes on: events wait in the outbox, and only files cannot be stored or read.
async fn storage(config: &Config, host: &mut Host) -> Result<(), Error> {
    let (bus, objects) = (host.bus().await?, host.objects()?);
    let channel = host.wiring.channel(Service::Storage, Service::Storage)?;
    host.depends_on([
        probes::database(channel.clone()),
        probes::record(channel),
        probes::bus(bus.clone(), Need::Wanted),
        probes::objects(objects.clone(), Need::Wanted),
    ]);
    let parts = storage::Parts {
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        bus,
        objects,
        printing: printing(config),
    };
    let incoming = host.wiring.incoming(Service::Storage)?;
    let config = config.storage.clone();
    host.spawn("storage", storage::run(config, parts, incoming, host.stopping()));
    Ok(())
}

/// What rendering prints with. A template that cannot be read is reported by rendering.
fn printing(config: &Config) -> storage::Printing {
    let template = config.rendering.template_dir.as_deref();
    let fonts = Fonts::new(config.fonts.clone(), template.map(Into::into));
    let languages = template.and_then(|folder| rendering::Template::read(folder).ok());
    storage::Printing::new(fonts, languages.map_or_else(Vec::new, |template| template.languages()))
}

/// Without bus or storage search goes on with what it has.
async fn search(config: search::Config, host: &mut Host) -> Result<(), Error> {
    let bus = host.bus().await?;
    let storage = host.peer(Service::Storage, Service::Search, Need::Wanted)?;
    host.depends_on([probes::bus(bus.clone(), Need::Wanted)]);
    let incoming = host.wiring.incoming(Service::Search)?;
    let own = host.wiring.channel(Service::Search, Service::Search)?;
    host.depends_on([probes::indexes(own)]);
    let parts = search::Parts { storage, bus, clock: Arc::new(SystemClock) };
    host.spawn("search", search::run(config, parts, incoming, host.stopping()));
    Ok(())
}

async fn rendering(
    config: rendering::Config,
    fonts: fonts::Config,
    host: &mut Host,
) -> Result<(), Error> {
    let bus = host.bus().await?;
    let storage = host.peer(Service::Storage, Service::Rendering, Need::Required)?;
    host.depends_on([probes::bus(bus.clone(), Need::Required)]);
    let incoming = host.wiring.incoming(Service::Rendering)?;
    let parts = rendering::Parts { storage, fonts, bus };
    host.spawn("rendering", rendering::run(config, parts, incoming, host.stopping()));
    Ok(())
}

/// It has to know what rendering prints with, hence also the fonts of the template.
fn ingest(config: &Config, host: &mut Host) -> Result<(), Error> {
    let fonts = Fonts::new(config.fonts.clone(), config.rendering.template_dir.clone());
    for (package, covers) in fonts.missing() {
        let covers: Vec<&str> = covers.into_iter().collect();
        tracing::warn!(package, "no font for {}: such texts are refused", covers.join(", "));
    }
    let storage = host.peer(Service::Storage, Service::Ingest, Need::Required)?;
    let incoming = host.wiring.incoming(Service::Ingest)?;
    let parts = ingest::Parts { storage, fonts: Arc::new(fonts) };
    let config = config.ingest.clone();
    host.spawn("ingest", ingest::run(config, parts, incoming, host.stopping()));
    Ok(())
}

/// The pages, and the gateway for outsiders' calls. Pages need only the object store; a service that is unavailable costs the
/// calls to it.
fn portal(
    config: portal::Config,
    identity: &identity::Config,
    host: &mut Host,
) -> Result<(), Error> {
    let objects = host.objects()?;
    let authenticator = Authenticator::new(identity, Arc::new(SystemClock))
        .map_err(|error| Error::failed(format!("the section `identity`: {error}")))?;
    let mut routes = BTreeMap::new();
    for service in Service::ALL.into_iter().filter(|service| *service != Service::Portal) {
        let channel = host.peer(service, Service::Portal, Need::Wanted)?;
        routes.extend(service.public().iter().map(|name| (*name, channel.clone())));
    }
    host.depends_on([probes::objects(objects.clone(), Need::Required)]);
    let search = host.wiring.channel(Service::Search, Service::Portal)?;
    let (incoming, pages) = (host.wiring.incoming(Service::Portal)?, host.pages()?);
    let parts = portal::Parts { objects, search };
    let bounds = config.calls();
    host.spawn("portal", portal::run(config, parts, pages, host.stopping()));
    let (guard, stop) = (Arc::new(authenticator), host.stopping());
    let descriptors = wire::PUBLIC_DESCRIPTORS;
    host.spawn("gateway", rpc::gateway(routes, descriptors, guard, bounds, incoming, stop));
    Ok(())
}
