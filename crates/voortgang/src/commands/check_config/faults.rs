//! What is wrong with a configuration, found without starting anything.
//!
//! Invariant: nothing is written and nobody is called.

use std::{
    net::ToSocketAddrs as _,
    path::{Path, PathBuf},
};

use model::InvalidField;

use crate::{config::Config, server::Network};
use wire::Service;

/// Memory below which search cannot index, in bytes.
const MIN_WRITER_MEMORY: usize = 15_000_000;
/// Memory below which not even an empty report is rendered, in bytes.
const MIN_RENDERING_MEMORY: u64 = 256 * 1024 * 1024;

/// Key, reason and description.
type Fault = (String, String, String);

impl Config {
    /// Returns what is wrong.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        self.check_addresses(&mut faults);
        self.check_identity(&mut faults);
        self.check_limits(&mut faults);
        self.check_folders(&mut faults);
        self.check_reminders(&mut faults);
        faults.0
    }

    fn check_addresses(&self, faults: &mut Faults) {
        let unknown = (self.host.as_str(), self.grpc_port).to_socket_addrs().is_err();
        faults.when(unknown, "host", "INVALID_ADDRESS", "is no address of this machine");
        let twice = self.grpc_port != 0 && self.grpc_port == self.http_port;
        faults.when(twice, "http_port", "PORT_TWICE", "is the same as grpc_port");
        let schemes = [
            (
                "storage.database",
                &self.storage.database,
                &["sqlite:", "postgres:", "postgresql:"][..],
            ),
            ("bus.address", &self.bus.address, &["amqp://", "amqps://"]),
            ("objects.endpoint", &self.objects.endpoint, &["http://", "https://"]),
        ];
        for (key, address, schemes) in schemes {
            let is_known = schemes.iter().any(|scheme| address.starts_with(scheme));
            let message = format!("begins with none of {}", schemes.join(", "));
            faults.when(!address.is_empty() && !is_known, key, "INVALID_ADDRESS", &message);
        }
        let network = match Network::new(self.addresses.clone(), &self.tls, self.restarts) {
            Ok(network) => network,
            Err(error) => return faults.when(true, "tls", "UNUSABLE_CERTIFICATE", &error.message),
        };
        let services = [
            (Service::Storage, &self.addresses.storage),
            (Service::Search, &self.addresses.search),
            (Service::Ingest, &self.addresses.ingest),
            (Service::Rendering, &self.addresses.rendering),
        ];
        for (service, addresses) in services {
            let key = format!("addresses.{}", service.name());
            let unfit = !addresses.is_empty() && network.channel(service).is_err();
            let message = "holds what is no address with http:, or with https: where `tls` is set";
            faults.when(unfit, &key, "INVALID_ADDRESS", message);
        }
    }

    fn check_identity(&self, faults: &mut Faults) {
        let is_closed = !self.identity.local
            && self.identity.issuers.is_empty()
            && self.tls.outsiders_authority.as_os_str().is_empty();
        let message = "lets nobody sign in: name an issuer in [[identity.issuers]], set identity.local and a local_key that all gateways share, \
                       or name authorities in tls.outsiders_authority";
        faults.when(is_closed, "identity", "NOBODY_SIGNS_IN", message);
    }

    fn check_limits(&self, faults: &mut Faults) {
        let not_zero = [
            ("storage.readers", u64::from(self.storage.readers)),
            ("storage.writers", u64::from(self.storage.writers)),
            ("storage.max_artefact_bytes", self.storage.max_artefact_bytes),
            ("storage.audit.checkpoint_seconds", self.storage.audit.checkpoint_seconds),
            ("ingest.storage_seconds", self.ingest.storage_seconds),
            ("ingest.dry_runs", self.ingest.dry_runs as u64),
            ("rendering.time_limit_seconds", self.rendering.time_limit.as_secs()),
            ("portal.request_timeout_seconds", self.portal.request_timeout_seconds),
            ("portal.search_timeout_seconds", self.portal.search_timeout_seconds),
            ("portal.max_requests", self.portal.max_requests as u64),
            ("portal.max_connections", self.portal.max_connections as u64),
            ("portal.max_connections_per_address", self.portal.max_connections_per_address as u64),
            ("portal.max_calls_per_caller", self.portal.max_calls_per_caller as u64),
            ("portal.max_address_bytes", self.portal.max_address_bytes as u64),
            ("portal.max_edition_bytes", self.portal.max_edition_bytes),
        ];
        for (key, value) in not_zero {
            faults.when(value == 0, key, "TOO_LOW", "is 0, so that nothing would be let through");
        }
        let message = "is below 2, so that a call without credentials finds no place";
        faults.when(self.portal.max_calls < 2, "portal.max_calls", "TOO_LOW", message);
        let message = format!("is below {MIN_WRITER_MEMORY}, with which search cannot index");
        let little = self.search.writer_memory_bytes < MIN_WRITER_MEMORY;
        faults.when(little, "search.writer_memory_bytes", "TOO_LOW", &message);
        let message =
            format!("is below {MIN_RENDERING_MEMORY}, with which nothing can be rendered");
        let little = self.rendering.memory_limit_bytes < MIN_RENDERING_MEMORY;
        faults.when(little, "rendering.memory_limit_bytes", "TOO_LOW", &message);
    }

    fn check_reminders(&self, faults: &mut Faults) {
        for InvalidField { field, reason, description } in self.storage.reminders.faults() {
            faults.when(true, &field, &reason, &description);
        }
        let password = &self.storage.reminders.smtp.password_file;
        let is_lost = !password.as_os_str().is_empty() && !password.is_file();
        let message = format!("`{}` is no file", password.display());
        faults.when(is_lost, "storage.reminders.smtp.password_file", "UNUSABLE_FILE", &message);
    }

    fn check_folders(&self, faults: &mut Faults) {
        for (key, folder) in [("data", &self.data), ("search.index", &self.search.index)] {
            if let Some(description) = unusable(folder) {
                faults.when(true, key, "UNUSABLE_FOLDER", &description);
            }
        }
        if let Err(error) = search::read_synonyms(&self.search.synonyms) {
            faults.when(true, "search.synonyms", "UNUSABLE_FILE", &error.to_string());
        }
        if let Some(program) = &self.rendering.program {
            let message = format!("`{}` is no file", program.display());
            faults.when(!program.is_file(), "rendering.program", "UNUSABLE_FILE", &message);
        }
    }
}

/// Why a folder that may not be there yet cannot be used.
fn unusable(folder: &Path) -> Option<String> {
    let there = nearest(folder);
    let metadata = match std::fs::metadata(&there) {
        Ok(metadata) => metadata,
        Err(error) => return Some(format!("`{}` cannot be read: {error}", there.display())),
    };
    if !metadata.is_dir() {
        return Some(format!("`{}` is no folder", there.display()));
    }
    metadata.permissions().readonly().then(|| format!("`{}` may not be written", there.display()))
}

/// The folder itself, or the nearest above it that is there.
fn nearest(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    absolute.ancestors().find(|path| path.exists()).unwrap_or(&absolute).to_owned()
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn when(&mut self, is_wrong: bool, key: &str, reason: &str, description: &str) {
        if is_wrong {
            self.0.push((key.to_owned(), reason.to_owned(), description.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Changes a sound configuration and expects a fault at this key alone.
    #[track_caller]
    fn check(change: impl FnOnce(&mut Config), key: &str, reason: &str) {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config { data: folder.path().join("data"), ..Config::default() };
        change(&mut config);
        let found: Vec<_> =
            config.placed().faults().into_iter().map(|(key, reason, _)| (key, reason)).collect();
        assert_eq!(found, [(key.to_owned(), reason.to_owned())]);
    }

    #[test]
    fn the_defaults_have_no_fault() {
        assert_eq!(Config::default().placed().faults(), []);
    }

    #[test]
    fn an_address_that_is_none_is_a_fault() {
        check(|c| "no host".clone_into(&mut c.host), "host", "INVALID_ADDRESS");
        check(|c| c.http_port = c.grpc_port, "http_port", "PORT_TWICE");
        check(
            |c| "mysql://x".clone_into(&mut c.storage.database),
            "storage.database",
            "INVALID_ADDRESS",
        );
        check(|c| "broker:5672".clone_into(&mut c.bus.address), "bus.address", "INVALID_ADDRESS");
        check(
            |c| "s3.example".clone_into(&mut c.objects.endpoint),
            "objects.endpoint",
            "INVALID_ADDRESS",
        );
        check(
            |c| c.addresses.search = vec!["http://a b".to_owned()],
            "addresses.search",
            "INVALID_ADDRESS",
        );
    }

    #[test]
    fn a_server_that_nobody_can_sign_in_to_is_a_fault() {
        check(|c| c.identity.local = false, "identity", "NOBODY_SIGNS_IN");
        let issuer = identity::IssuerConfig {
            issuer: "https://idp.example".to_owned(),
            audience: "urn:voortgang:example".to_owned(),
            keys: "https://idp.example/keys.json".to_owned(),
        };
        let identity =
            identity::Config { local: false, issuers: vec![issuer], ..identity::Config::default() };
        assert_eq!(Config { identity, ..Config::default() }.placed().faults(), []);
    }

    #[test]
    fn a_limit_with_which_nothing_works_is_a_fault() {
        check(|c| c.portal.max_requests = 0, "portal.max_requests", "TOO_LOW");
        check(|c| c.ingest.dry_runs = 0, "ingest.dry_runs", "TOO_LOW");
        check(|c| c.search.writer_memory_bytes = 1, "search.writer_memory_bytes", "TOO_LOW");
        check(|c| c.rendering.memory_limit_bytes = 1, "rendering.memory_limit_bytes", "TOO_LOW");
    }

    #[test]
    fn terms_that_cannot_be_read_are_a_fault() {
        check(|c| c.search.synonyms = "/none.toml".into(), "search.synonyms", "UNUSABLE_FILE");
    }

    #[test]
    fn reminders_that_could_not_go_out_are_a_fault() {
        let reminders = "storage.reminders";
        check(
            |c| c.storage.reminders.steps = vec![1_000],
            &format!("{reminders}.steps"),
            "OUT_OF_RANGE",
        );
        let lost = |c: &mut Config| {
            c.storage.reminders.smtp.username = "plan".to_owned();
            c.storage.reminders.smtp.password_file = PathBuf::from("/none");
        };
        check(lost, &format!("{reminders}.smtp.password_file"), "UNUSABLE_FILE");
    }

    #[test]
    fn a_folder_that_cannot_be_used_is_a_fault() {
        check(
            |c| c.search.index = PathBuf::from("/dev/null/index"),
            "search.index",
            "UNUSABLE_FOLDER",
        );
        check(
            |c| c.rendering.program = Some(PathBuf::from("/none")),
            "rendering.program",
            "UNUSABLE_FILE",
        );
    }
}
