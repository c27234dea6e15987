//! Services and calls by their names.

use std::{collections::HashMap, fmt, str::FromStr, sync::LazyLock};

use crate::{Method, Service};

static BY_PATH: LazyLock<HashMap<&'static str, Method>> =
    LazyLock::new(|| Method::ALL.into_iter().map(|method| (method.path(), method)).collect());

impl Method {
    /// The call with this full name; a leading slash, as in HTTP, is taken too.
    pub fn from_path(path: &str) -> Option<Self> {
        BY_PATH.get(path.trim_start_matches('/')).copied()
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// No service of the installation has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no service is called `{}`", .0.escape_debug())]
pub struct UnknownService(String);

impl FromStr for Service {
    type Err = UnknownService;

    fn from_str(name: &str) -> Result<Self, UnknownService> {
        let named = Self::ALL.into_iter().find(|service| service.name() == name);
        named.ok_or_else(|| UnknownService(name.to_owned()))
    }
}
