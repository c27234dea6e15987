//! How services that are processes of their own reach each other: addresses, and certificates where TLS is configured.

use std::{path::PathBuf, time::Duration};

use rpc::{Channel, ConnectionBounds, Incoming, PeerCertificate, Tls};
use tokio::net::TcpListener;

use wire::Service;

use crate::{
    config::{Addresses, Restarts, TlsConfig},
    error::Error,
};

/// How long a process that is asked to stop takes calls: others look once in a second whether it serves.
const DRAINING: Duration = Duration::from_millis(2_500);

/// Channels to the other services, and listeners for their calls.
#[derive(Debug)]
pub(crate) struct Network {
    addresses: Addresses,
    restarts: Restarts,
    tls: Option<Tls>,
    outsiders: bool,
    outsiders_authority: PathBuf,
}

impl Network {
    /// Reads certificates, where there are some.
    pub(crate) fn new(
        addresses: Addresses,
        tls: &TlsConfig,
        restarts: Restarts,
    ) -> Result<Self, Error> {
        let TlsConfig { certificate, key, authority, outsiders, outsiders_authority } = tls;
        let given = [certificate, key, authority];
        let tls = if given.iter().all(|file| file.as_os_str().is_empty()) {
            None
        } else if given.iter().any(|file| file.as_os_str().is_empty()) {
            return Err(Error::failed(
                "the section `tls` needs all of `certificate`, `key` and `authority`, or none",
            ));
        } else {
            let loaded = Tls::load(certificate, key, authority);
            Some(loaded.map_err(|error| {
                Error::failed(format!("the section `tls`: {:#}", anyhow::Error::from(error)))
            })?)
        };
        Ok(Self {
            addresses,
            restarts,
            tls,
            outsiders: *outsiders,
            outsiders_authority: outsiders_authority.clone(),
        })
    }

    /// A channel over the replicas of a service.
    pub(crate) fn channel(&self, service: Service) -> Result<Channel, Error> {
        let addresses = match service {
            Service::Storage => &self.addresses.storage,
            Service::Search => &self.addresses.search,
            Service::Ingest => &self.addresses.ingest,
            Service::Rendering => &self.addresses.rendering,
            Service::Portal => return Err(Error::failed("no service calls the portal")),
        };
        let name = service.name();
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let unfit = || {
            Error::failed(format!(
                "`addresses.{name}` of the configuration is {addresses:?}; give the address of each replica, such as [\"{scheme}://127.0.0.1:7400\"]"
            ))
        };
        let fits = |address: &String| address.starts_with(&format!("{scheme}://"));
        if addresses.is_empty() || !addresses.iter().all(fits) {
            return Err(unfit());
        }
        let tls = self.tls.as_ref().map(Tls::client);
        let channel = rpc::connect_any(addresses, tls.as_ref()).map_err(|_| unfit())?;
        Ok(match self.restarts {
            Restarts::Covered => channel.with_retries(wire::retryable),
            Restarts::UncoveredForFaultTests => channel,
        })
    }

    /// How long a process that is asked to stop takes calls.
    pub(crate) fn draining(&self) -> Duration {
        match self.restarts {
            Restarts::Covered => DRAINING,
            Restarts::UncoveredForFaultTests => Duration::ZERO,
        }
    }

    /// Connections from other services.
    pub(crate) fn incoming(&self, listener: TcpListener) -> Result<Incoming, Error> {
        self.take(listener, ConnectionBounds::PEERS, &PeerCertificate::Required)
    }

    /// Connections from outsiders.
    pub(crate) fn incoming_outsiders(
        &self,
        listener: TcpListener,
        bounds: ConnectionBounds,
    ) -> Result<Incoming, Error> {
        if self.outsiders && self.tls.is_none() {
            return Err(Error::failed("`tls.outsiders` needs a certificate in the section `tls`"));
        }
        if self.outsiders {
            let peers = if self.outsiders_authority.as_os_str().is_empty() {
                PeerCertificate::NotAsked
            } else {
                PeerCertificate::Optional(self.outsiders_authority.clone())
            };
            self.take(listener, bounds, &peers)
        } else {
            Ok(Incoming::port(listener, bounds))
        }
    }

    fn take(
        &self,
        listener: TcpListener,
        bounds: ConnectionBounds,
        peers: &PeerCertificate,
    ) -> Result<Incoming, Error> {
        let Some(tls) = &self.tls else { return Ok(Incoming::port(listener, bounds)) };
        Incoming::encrypted(listener, bounds, tls, peers)
            .map_err(|error| Error::failed(error.to_string()))
    }
}
