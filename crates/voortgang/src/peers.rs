//! How roles that are processes of their own reach each other: addresses, and certificates where TLS is configured.

use std::{collections::BTreeMap, path::PathBuf};

use rpc::{Channel, Incoming, PeerCertificate, Tls};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::{config::Config, roles::SERVICES, stop::Stop};

/// Addresses of roles.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Addresses {
    /// Addresses of storage's replicas, such as `["http://storage-1:7400", "http://storage-2:7400"]`; `https:` with TLS.
    pub(crate) storage: Vec<String>,
    /// Addresses of search's replicas.
    pub(crate) search: Vec<String>,
    /// Addresses of ingest's replicas.
    pub(crate) ingest: Vec<String>,
    /// Addresses of rendering's replicas.
    pub(crate) rendering: Vec<String>,
}

/// Certificates of this process. Without them calls between roles are not encrypted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TlsConfig {
    /// PEM file of the certificate and its chain. Other roles are shown it, and it is asked of them.
    pub(crate) certificate: PathBuf,
    /// PEM file of its key.
    pub(crate) key: PathBuf,
    /// PEM file of the authority that signed the certificates of all roles.
    pub(crate) authority: PathBuf,
    /// Whether the port for outsiders is encrypted too, with the same certificate; outsiders need none.
    pub(crate) outsiders: bool,
    /// PEM file of the authorities whose certificates outsiders may show; empty: nobody is asked for one. The subject's OIN
    /// says which organisation it is.
    pub(crate) outsiders_authority: PathBuf,
}

/// The other roles, and who may be one.
#[derive(Debug)]
pub(crate) struct Peers {
    addresses: Addresses,
    tls: Option<Tls>,
    outsiders: bool,
    outsiders_authority: PathBuf,
}

impl Peers {
    /// Reads certificates, where there are some.
    pub(crate) fn of(config: &Config) -> Result<Self, Stop> {
        let TlsConfig { certificate, key, authority, outsiders, outsiders_authority } = &config.tls;
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
            addresses: config.addresses.clone(),
            tls,
            outsiders: *outsiders,
            outsiders_authority: outsiders_authority.clone(),
        })
    }

    /// A channel over the replicas of a role.
    pub(crate) fn channel(&self, role: &str) -> Result<Channel, Stop> {
        let addresses = match role {
            "storage" => &self.addresses.storage,
            "search" => &self.addresses.search,
            "ingest" => &self.addresses.ingest,
            _ => &self.addresses.rendering,
        };
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let unfit = || {
            Stop::failed(format!(
                "`addresses.{role}` of the configuration is {addresses:?}; give the address of each replica, such as [\"{scheme}://127.0.0.1:7400\"]"
            ))
        };
        let fits = |address: &String| address.starts_with(&format!("{scheme}://"));
        if addresses.is_empty() || !addresses.iter().all(fits) {
            return Err(unfit());
        }
        rpc::connect_any(addresses, self.tls.as_ref()).map_err(|_| unfit())
    }

    /// A channel to each role, by its service.
    pub(crate) fn all(&self) -> Result<BTreeMap<&'static str, Channel>, Stop> {
        SERVICES.into_iter().map(|(role, service)| Ok((service, self.channel(role)?))).collect()
    }

    /// Connections from other roles.
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
                PeerCertificate::Welcome(self.outsiders_authority.clone())
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
