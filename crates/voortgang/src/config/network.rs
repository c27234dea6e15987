//! Settings of how services that are processes of their own reach each other.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Addresses of services.
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

/// Whether calls are answered while a replica is started anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Restarts {
    /// They are: a process says that it stops, and a call that had no answer is made again.
    #[default]
    Covered,
    /// Some are not. With it the fault tests show that they would see one that fails.
    UncoveredForFaultTests,
}

/// Certificates of this process. Without them calls between services are not encrypted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TlsConfig {
    /// PEM file of the certificate and its chain, which other services verify; they present theirs.
    pub(crate) certificate: PathBuf,
    /// PEM file of its key.
    pub(crate) key: PathBuf,
    /// PEM file of the authority that signed the certificates of all services.
    pub(crate) authority: PathBuf,
    /// Whether the port for outsiders is encrypted too, with the same certificate; outsiders need none.
    pub(crate) outsiders: bool,
    /// PEM file of the authorities whose certificates outsiders may present; empty: nobody is asked for one. The subject's OIN
    /// names the organisation.
    pub(crate) outsiders_authority: PathBuf,
}
