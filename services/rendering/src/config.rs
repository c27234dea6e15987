//! Settings of rendering.

use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

/// Settings of rendering; plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Processes that render, each one job at a time.
    pub workers: NonZeroUsize,
    /// Address space that a process may take, in bytes.
    pub memory_limit_bytes: u64,
    /// How long one job may take.
    #[serde(rename = "time_limit_seconds", with = "seconds")]
    pub time_limit: Duration,
    /// Folder whose files stand over the built-in template; absent: the built-in template alone.
    pub template_dir: Option<PathBuf>,
    /// Program that renders; absent: this one.
    pub program: Option<PathBuf>,
    /// Arguments that make the program a rendering process.
    pub program_args: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            workers: NonZeroUsize::MIN,
            memory_limit_bytes: 1536 * 1024 * 1024,
            time_limit: Duration::from_mins(1),
            template_dir: None,
            program: None,
            program_args: vec!["render-worker".to_owned()],
        }
    }
}

/// A duration as a whole number of seconds.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        duration: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(duration.as_secs())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_secs)
    }
}
