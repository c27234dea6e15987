//! Settings of the portal.

use std::time::Duration;

use rpc::{CallBounds, ConnectionBounds};
use serde::{Deserialize, Serialize};

/// Settings of the portal; plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Name of the site, as shown in the header.
    pub site_name: String,
    /// Where readers can report what is wrong: an e-mail address, or an address that begins with `https://`. Empty: none is shown.
    pub contact: String,
    /// Where the site is found, such as `https://voortgang.example.nl`: whole addresses in feeds and for search engines begin
    /// with it. Empty: they begin with the name under which it was asked for.
    pub address: String,
    /// Until when the contact may be used to report a leak (`security.txt`), such as `2027-12-31T00:00:00Z`; empty: there is
    /// no such file.
    pub security_contact_until: String,
    /// Longest time that one request may take.
    pub request_timeout_seconds: u64,
    /// Longest time that search may take.
    pub search_timeout_seconds: u64,
    /// Requests that are answered at the same time; more are refused for now.
    pub max_requests: usize,
    /// Connections that are open at the same time, for pages and for calls each; idle ones make room for more.
    pub max_connections: usize,
    /// Connections of one address at the same time. Behind a proxy all come from one address.
    pub max_connections_per_address: usize,
    /// Calls that are answered at the same time; those without credentials get half of them at most.
    pub max_calls: usize,
    /// Calls of one caller at the same time; without credentials, of one address.
    pub max_calls_per_caller: usize,
    /// Longest address with its query, in bytes.
    pub max_address_bytes: usize,
    /// Largest edition that is shown as a page, in bytes of its data file.
    pub max_edition_bytes: u64,
    /// Whose site it is, and how it looks.
    pub theme: Theme,
}

/// Whose site it is, and how it looks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Theme {
    /// Who publishes here; empty: the name of the site stands alone.
    pub sender: String,
    /// A file with its logo, `.svg` or `.png`; empty: its name stands there.
    pub logo: String,
    /// Colour of headings and links, such as `#0b4452`; empty: the built-in one.
    pub accent: String,
    /// The same where a reader prefers dark.
    pub accent_dark: String,
    /// A font that readers have; empty: that of their system.
    pub font: String,
    /// Links at the foot of each page.
    pub footer: Vec<FooterLink>,
}

/// A link at the foot of each page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FooterLink {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub address: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            site_name: "Voortgang".to_owned(),
            contact: String::new(),
            address: String::new(),
            security_contact_until: String::new(),
            request_timeout_seconds: 20,
            search_timeout_seconds: 5,
            max_requests: 256,
            max_connections: 1024,
            max_connections_per_address: 256,
            max_calls: 512,
            max_calls_per_caller: 64,
            max_address_bytes: 16 * 1024,
            max_edition_bytes: 32 * 1024 * 1024,
            theme: Theme::default(),
        }
    }
}

impl Config {
    pub(crate) fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_timeout_seconds)
    }

    /// Bounds on the connections of a port for outsiders.
    #[must_use]
    pub fn connections(&self) -> ConnectionBounds {
        ConnectionBounds {
            all: self.max_connections,
            per_address: self.max_connections_per_address,
        }
    }

    /// Bounds on the calls of outsiders.
    #[must_use]
    pub fn calls(&self) -> CallBounds {
        CallBounds { all: self.max_calls, per_caller: self.max_calls_per_caller }
    }

    pub(crate) fn search_timeout(&self) -> Duration {
        Duration::from_secs(self.search_timeout_seconds)
    }
}
