//! How services that are processes of their own reach each other: addresses, and certificates where TLS is configured.

use std::path::PathBuf;

use rpc::{Channel, Incoming, PeerCertificate, Tls};
use tokio::net::TcpListener;

use wire::Service;

use crate::{
    config::{Addresses, TlsConfig},
    stop::Stop,
};

/// Channels to the other services, and listeners for their calls.
#[derive(Debug)]
pub(crate) struct Network {
    addresses: Addresses,
    tls: Option<Tls>,
    outsiders: bool,
    outsiders_authority: PathBuf,
}

impl Network {
    /// Reads certificates, where there are some.
    pub(crate) fn new(addresses: Addresses, tls: &TlsConfig) -> Result<Self, Stop> {
        let TlsConfig { certificate, key, authority, outsiders, outsiders_authority } = tls;
        let given = [certificate, key, authority];
        let tls = if given.iter().all(|file| file.as_os_str().is_empty()) {
            None
        } else if given.iter().any(|file| file.as_os_str().is_empty()) {
            return Err(Stop::failed(
                "the section `tls` needs all of `certificate`, `key` and `authority`, or none",
            ));
        } else {
            let loaded = Tls::load(certificate, key, authority);
            Some(loaded.map_err(|error| {
                Stop::failed(format!("the section `tls`: {:#}", anyhow::Error::from(error)))
            })?)
        };
        Ok(Self {
            addresses,
            tls,
            outsiders: *outsiders,
            outsiders_authority: outsiders_authority.clone(),
        })
    }

    /// A channel over the replicas of a service.
    pub(crate) fn channel(&self, service: Service) -> Result<Channel, Stop> {
        let addresses = match service {
            Service::Storage => &self.addresses.storage,
            Service::Search => &self.addresses.search,
            Service::Ingest => &self.addresses.ingest,
            Service::Rendering => &self.addresses.rendering,
            Service::Portal => return Err(Stop::failed("no service calls the portal")),
        };
        let name = service.name();
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let unfit = || {
            Stop::failed(format!(
                "`addresses.{name}` of the configuration is {addresses:?}; give the address of each replica, such as [\"{scheme}://127.0.0.1:7400\"]"
            ))
        };
        let fits = |address: &String| address.starts_with(&format!("{scheme}://"));
        if addresses.is_empty() || !addresses.iter().all(fits) {
            return Err(unfit());
        }
        rpc::connect_any(addresses, self.tls.as_ref()).map_err(|_| unfit())
    }

    /// Connections from other services.
    pub(crate) fn incoming(&self, listener: TcpListener) -> Result<Incoming, Stop> {
        self.take(listener, &PeerCertificate::Required)
    }

    /// Connections from outsiders.
    pub(crate) fn incoming_outsiders(&self, listener: TcpListener) -> Result<Incoming, Stop> {
        if self.outsiders && self.tls.is_none() {
            return Err(Stop::failed("`tls.outsiders` needs a certificate in the section `tls`"));
        }
        if self.outsiders {
            let peers = if self.outsiders_authority.as_os_str().is_empty() {
                PeerCertificate::NotAsked
            } else {
                PeerCertificate::Optional(self.outsiders_authority.clone())
            };
            self.take(listener, &peers)
        } else {
            Ok(Incoming::port(listener))
        }
    }

    fn take(&self, listener: TcpListener, peers: &PeerCertificate) -> Result<Incoming, Stop> {
        let Some(tls) = &self.tls else { return Ok(Incoming::port(listener)) };
        Incoming::encrypted(listener, tls, peers).map_err(|error| Stop::failed(error.to_string()))
    }
}
