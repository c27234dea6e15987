//! What the services of one process share: their wiring, backends, probes and supervisor.

use std::{path::Path, sync::Arc};

use bus::Bus;
use object_store::ObjectStore;
use rpc::Channel;
use runtime::{Dependency, Supervisor};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use wire::Service;

use crate::{
    error::Error,
    server::{
        backends::Backends,
        probes::{self, Need},
        reserve,
        wiring::Wiring,
    },
};

/// A process in which services are started.
#[derive(Debug)]
pub(crate) struct Host {
    /// How services reach each other.
    pub(crate) wiring: Wiring,
    supervisor: Supervisor,
    backends: Backends,
    /// The port for pages, until the portal takes it.
    pages: Option<TcpListener>,
    dependencies: Vec<Dependency>,
}

impl Host {
    /// A process without services.
    pub(crate) fn new(wiring: Wiring, backends: Backends, pages: Option<TcpListener>) -> Self {
        let supervisor = Supervisor::new();
        Self { wiring, supervisor, backends, pages, dependencies: Vec::new() }
    }

    /// The bus, watched from the first time on.
    pub(crate) async fn bus(&mut self) -> Result<Arc<dyn Bus>, Error> {
        let is_first = !self.backends.has_bus();
        let bus = self.backends.bus().await?;
        if is_first {
            self.spawn("depths", bus::watch(bus.clone(), self.stopping()));
        }
        Ok(bus)
    }

    /// The object store.
    pub(crate) fn objects(&mut self) -> Result<Arc<dyn ObjectStore>, Error> {
        self.backends.objects()
    }

    /// Takes the port for pages.
    pub(crate) fn pages(&mut self) -> Result<TcpListener, Error> {
        self.pages.take().ok_or_else(|| Error::failed("this process has no port for pages"))
    }

    /// A channel from a service to another, on which it depends. One of the same process probes itself.
    pub(crate) fn peer(&mut self, to: Service, of: Service, need: Need) -> Result<Channel, Error> {
        let channel = self.wiring.channel(to, of)?;
        if !self.wiring.hosts(to) {
            self.depends_on([probes::service(to, channel.clone(), need)]);
        }
        Ok(channel)
    }

    /// Adds dependencies. What several services depend on is required only where all of them require it: the process goes on
    /// with those that do not.
    pub(crate) fn depends_on(&mut self, dependencies: impl IntoIterator<Item = Dependency>) {
        for dependency in dependencies {
            let mut known = self.dependencies.iter_mut();
            match known.find(|known| known.name == dependency.name) {
                Some(known) => known.is_required &= dependency.is_required,
                None => self.dependencies.push(dependency),
            }
        }
    }

    /// Runs a part of the process in the background.
    pub(crate) fn spawn(
        &self,
        name: &'static str,
        part: impl Future<Output = anyhow::Result<()>> + Send + 'static,
    ) {
        self.supervisor.spawn(name, part);
    }

    /// Keeps room on the disk for the next start, once what this one writes is written.
    pub(crate) fn keep_reserve(&self, data: &Path) -> Result<(), Error> {
        let probe = |service| {
            let channel = self.wiring.channel(service, service)?;
            Ok::<_, Error>(probes::service(service, channel, Need::Wanted))
        };
        let services = vec![probe(Service::Storage)?, probe(Service::Search)?];
        self.spawn("reserve", reserve::keep(services, data.to_owned(), self.stopping()));
        Ok(())
    }

    /// Is cancelled when the parts should end.
    pub(crate) fn stopping(&self) -> CancellationToken {
        self.supervisor.stopping()
    }

    /// The supervisor of what was started, and on what that depends.
    pub(crate) fn started(self) -> (Supervisor, Vec<Dependency>) {
        (self.supervisor, self.dependencies)
    }
}
