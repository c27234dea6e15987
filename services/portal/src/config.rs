//! Settings of the portal.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Settings of the portal; plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Name of the site, as shown in the header.
    pub site_name: String,
    /// Where readers can report what is wrong: an e-mail address, or an address that begins with `https://`. Empty: none is shown.
    pub contact: String,
    /// Longest time that one request may take.
    pub request_timeout_seconds: u64,
    /// Longest time that search may take.
    pub search_timeout_seconds: u64,
    /// Requests that are answered at the same time; more are refused for now.
    pub max_requests: usize,
    /// Connections that are open at the same time; more wait.
    pub max_connections: usize,
    /// Longest address with its query, in bytes.
    pub max_address_bytes: usize,
    /// Largest edition that is shown as a page, in bytes of its data file.
    pub max_edition_bytes: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            site_name: "Voortgang".to_owned(),
            contact: String::new(),
            request_timeout_seconds: 20,
            search_timeout_seconds: 5,
            max_requests: 256,
            max_connections: 1024,
            max_address_bytes: 16 * 1024,
            max_edition_bytes: 32 * 1024 * 1024,
        }
    }
}

impl Config {
    pub(crate) fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_timeout_seconds)
    }

    pub(crate) fn search_timeout(&self) -> Duration {
        Duration::from_secs(self.search_timeout_seconds)
    }
}
