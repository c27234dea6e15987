//! Calls by their names.

use std::{collections::HashMap, sync::LazyLock};

use crate::Method;

static BY_PATH: LazyLock<HashMap<&'static str, Method>> =
    LazyLock::new(|| Method::ALL.into_iter().map(|method| (method.path(), method)).collect());

impl Method {
    /// The call with this full name; a leading slash, as in HTTP, is taken too.
    pub fn from_path(path: &str) -> Option<Self> {
        BY_PATH.get(path.trim_start_matches('/')).copied()
    }
}
