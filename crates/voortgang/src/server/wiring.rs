//! How the services of an installation reach each other: within a process by pipes, between processes over the network.
//!
//! Whoever starts a service takes its channels and connections from here and need not know which of the two it is.

use std::collections::BTreeMap;

use identity::ChannelExt as _;
use rpc::{Channel, ConnectionBounds, Incoming};
use tokio::net::TcpListener;

use crate::{error::Error, server::network::Network};
use wire::Service;

/// Channels to all services, and connections to those of this process.
#[derive(Debug)]
pub(crate) struct Wiring {
    /// To the services of this process.
    pipes: BTreeMap<Service, Channel>,
    /// To the services of this process, from whoever calls them.
    incoming: BTreeMap<Service, Incoming>,
    /// Channels to all others.
    network: Network,
}

impl Wiring {
    /// Every service in this process; `port` is for outsiders, whose connections have `bounds`.
    pub(crate) fn in_process(
        port: TcpListener,
        bounds: ConnectionBounds,
        network: Network,
    ) -> Result<Self, Error> {
        let outsiders = network.incoming_outsiders(port, bounds)?;
        let mut wiring = Self::with_pipes(&Service::ALL, network);
        wiring.incoming.insert(Service::Portal, outsiders);
        Ok(wiring)
    }

    /// One service in this process; `port` is for the other services, or the portal's for outsiders.
    pub(crate) fn networked(
        service: Service,
        port: TcpListener,
        bounds: ConnectionBounds,
        network: Network,
    ) -> Result<Self, Error> {
        let draining = network.draining();
        if service == Service::Portal {
            let outsiders = network.incoming_outsiders(port, bounds)?.draining_for(draining);
            let incoming = BTreeMap::from([(service, outsiders)]);
            return Ok(Self { pipes: BTreeMap::new(), incoming, network });
        }
        let peers = network.incoming(port)?;
        let mut wiring = Self::with_pipes(&[service], network);
        let pipe = wiring.incoming(service)?;
        wiring.incoming.insert(service, pipe.and(peers).draining_for(draining));
        Ok(wiring)
    }

    fn with_pipes(services: &[Service], network: Network) -> Self {
        let mut wiring = Self { pipes: BTreeMap::new(), incoming: BTreeMap::new(), network };
        for service in services.iter().filter(|service| **service != Service::Portal) {
            let (channel, incoming) = rpc::in_process();
            wiring.pipes.insert(*service, channel);
            wiring.incoming.insert(*service, incoming);
        }
        wiring
    }

    /// A channel to a service, for calls of another.
    pub(crate) fn channel(&self, to: Service, of: Service) -> Result<Channel, Error> {
        let channel = match self.pipes.get(&to) {
            Some(pipe) => pipe.clone(),
            None => self.network.channel(to)?,
        };
        Ok(channel.of_service(of))
    }

    /// Takes the connections of a service of this process; the portal's are those of outsiders to the gateway.
    pub(crate) fn incoming(&mut self, service: Service) -> Result<Incoming, Error> {
        self.incoming.remove(&service).ok_or_else(|| {
            Error::failed(format!("`{}` is not a service of this process", service.name()))
        })
    }

    /// Whether a service runs in this process.
    pub(crate) fn hosts(&self, service: Service) -> bool {
        self.pipes.contains_key(&service)
    }
}
