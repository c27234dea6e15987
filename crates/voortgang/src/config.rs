//! The configuration: one TOML file, a section per service, `VOORTGANG__SECTION__KEY` over it.

mod backends;
mod network;

use std::path::{Path, PathBuf};

use runtime::LogFormat;
use serde::{Deserialize, Serialize};

pub(crate) use crate::config::{
    backends::{BusConfig, ObjectsConfig},
    network::{Addresses, Restarts, TlsConfig},
};
use crate::{
    cli::{Ports, UpArgs},
    error::Error,
};

/// All settings; plain data with a working default for each.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    /// Folder of database, bus, files and keys.
    pub(crate) data: PathBuf,
    /// Address to listen on.
    pub(crate) host: String,
    /// Port for gRPC; 0 means any free one.
    pub(crate) grpc_port: u16,
    /// Port for pages; 0 means any free one.
    pub(crate) http_port: u16,
    /// Seconds that running work has to finish after a signal.
    pub(crate) grace_seconds: u64,
    /// The log.
    pub(crate) log: Log,
    /// Traces, counts and health.
    pub(crate) telemetry: TelemetryConfig,
    /// Where events travel.
    pub(crate) bus: BusConfig,
    /// Where files are kept.
    pub(crate) objects: ObjectsConfig,
    /// Addresses of services that run as processes of their own.
    pub(crate) addresses: Addresses,
    /// Whether restarts cost no call. No setting can change it.
    #[serde(skip)]
    pub(crate) restarts: Restarts,
    /// Certificates for calls between services.
    pub(crate) tls: TlsConfig,
    /// How callers from outside are identified.
    pub(crate) identity: identity::Config,
    /// Where fonts are.
    pub(crate) fonts: fonts::Config,
    /// The service that keeps the record.
    pub(crate) storage: storage::Config,
    /// The service that takes contributions in.
    pub(crate) ingest: ingest::Config,
    /// The service that searches.
    pub(crate) search: search::Config,
    /// The service that renders.
    pub(crate) rendering: rendering::Config,
    /// The service that serves pages.
    pub(crate) portal: portal::Config,
}

/// The log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    /// `text` or `json`.
    pub(crate) format: LogFormat,
    /// Level, such as `info`.
    pub(crate) level: String,
}

/// Traces, counts and health.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TelemetryConfig {
    /// Address to serve `/livez`, `/readyz` and `/metrics` on. Not public unless it is made so.
    pub(crate) host: String,
    /// Its port; 0 means any free one.
    pub(crate) port: u16,
    /// Where traces go: a collector that speaks OTLP over gRPC. Empty: nowhere.
    pub(crate) otlp: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("voortgang-data"),
            host: "127.0.0.1".to_owned(),
            grpc_port: 7400,
            http_port: 7480,
            grace_seconds: 10,
            log: Log::default(),
            telemetry: TelemetryConfig::default(),
            bus: BusConfig::default(),
            objects: ObjectsConfig::default(),
            addresses: Addresses::default(),
            restarts: Restarts::default(),
            tls: TlsConfig::default(),
            identity: identity::Config::default(),
            fonts: fonts::Config::default(),
            storage: storage::Config::default(),
            ingest: ingest::Config::default(),
            search: search::Config::default(),
            rendering: rendering::Config::default(),
            portal: portal::Config::default(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
    }
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self { host: "127.0.0.1".to_owned(), port: 0, otlp: String::new() }
    }
}

impl Config {
    /// Reads the configuration from defaults, file and environment.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, Error> {
        runtime::load(&Self::default(), file).map_err(|error| Error::failed(error.to_string()))
    }

    /// Reads the configuration of `up` and `demo`: their arguments stand over it.
    pub(crate) fn for_up(arguments: &UpArgs) -> Result<Self, Error> {
        let mut config = Self::load(arguments.config.as_deref())?;
        if let Some(data) = &arguments.data {
            config.data.clone_from(data);
        }
        let Ports { grpc_port, http_port } = arguments.ports;
        config.grpc_port = grpc_port.unwrap_or(config.grpc_port);
        config.http_port = http_port.unwrap_or(config.http_port);
        Ok(config.placed())
    }

    /// The same with every secret hidden, to be shown.
    pub(crate) fn shown(mut self) -> Self {
        self.storage.database = hide_password(&self.storage.database);
        let addresses = self.bus.address.split_whitespace().map(hide_password);
        self.bus.address = addresses.collect::<Vec<_>>().join(" ");
        if !self.objects.secret_access_key.is_empty() {
            HIDDEN.clone_into(&mut self.objects.secret_access_key);
        }
        self
    }

    /// Puts what has no place of its own into the data folder.
    pub(crate) fn placed(mut self) -> Self {
        if self.storage.database.is_empty() {
            self.storage.database =
                format!("sqlite:{}", self.data.join("storage.sqlite").display());
        }
        if self.storage.audit.key.as_os_str().is_empty() {
            self.storage.audit.key = self.data.join("audit.key");
        }
        if self.identity.local_key.as_os_str().is_empty() {
            self.identity.local_key = self.data.join("issuer.key");
        }
        if self.storage.reminders.folder.as_os_str().is_empty() {
            self.storage.reminders.folder = self.data.join("mail");
        }
        if self.search.index.as_os_str().is_empty() {
            self.search.index = self.data.join("index");
        }
        self
    }
}

const HIDDEN: &str = "hidden";

/// `scheme://role:password@host` without the password.
fn hide_password(address: &str) -> String {
    let hidden = || {
        let (scheme, rest) = address.split_once("://")?;
        let (login, host) = rest.rsplit_once('@')?;
        let (role, _) = login.split_once(':')?;
        Some(format!("{scheme}://{role}:{HIDDEN}@{host}"))
    };
    hidden().unwrap_or_else(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_configuration_has_no_secret() {
        let secret = "s3cr3t:@/";
        let mut config = Config::default();
        config.storage.database = format!("postgres://voortgang:{secret}@db:5432/voortgang");
        config.bus.address = format!("amqp://voortgang:{secret}@one amqp://voortgang:{secret}@two");
        config.objects.secret_access_key = secret.to_owned();
        let shown = toml::to_string(&config.shown()).unwrap();
        assert!(!shown.contains(secret), "{shown}");
        assert!(
            shown.contains("amqp://voortgang:hidden@one amqp://voortgang:hidden@two"),
            "{shown}"
        );
        assert!(shown.contains("postgres://voortgang:hidden@db:5432/voortgang"), "{shown}");
    }

    /// Every key with its value, but for the one of how the program starts itself.
    fn keys(table: &toml::Table, section: &str) -> Vec<(String, String)> {
        let key = |(name, value): (&String, &toml::Value)| match value {
            toml::Value::Table(inner) => keys(inner, &format!("{section}{name}.")),
            value => vec![(format!("{section}{name}"), value.to_string())],
        };
        table.iter().flat_map(key).filter(|(name, _)| name != "rendering.program_args").collect()
    }

    #[test]
    fn the_file_with_every_key_has_every_key_with_its_default() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/config/voortgang.toml");
        let mut documented = keys(&std::fs::read_to_string(file).unwrap().parse().unwrap(), "");
        let defaults = toml::Table::try_from(Config::default()).unwrap();
        let mut expected = keys(&defaults, "");
        expected.retain(|(name, _)| name != "identity.issuers");
        documented.sort();
        expected.sort();
        assert_eq!(documented, expected);
    }

    #[test]
    fn every_example_in_deploy_is_a_valid_configuration() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/config");
        let files: Vec<PathBuf> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(!files.is_empty());
        for file in files {
            Config::load(Some(&file))
                .unwrap_or_else(|error| panic!("{}: {}", file.display(), error.message));
        }
    }
}
