//! Logs on stderr: as text for people, as JSON for machines. `RUST_LOG` filters.

use std::str::FromStr;

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::variable;

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging at `level`, such as `info`, or at what `RUST_LOG` says.
pub fn init_telemetry(format: LogFormat, level: &str) {
    let directives = variable("RUST_LOG")
        .unwrap_or_else(|| format!("{level},lapin=warn,tantivy=warn,sqlx=warn"));
    let filter = EnvFilter::from_str(&directives).unwrap_or_else(|_| EnvFilter::new("info"));
    let registry = tracing_subscriber::registry().with(filter);
    let started = match format {
        LogFormat::Text => {
            registry.with(fmt::layer().with_writer(std::io::stderr).with_target(false)).try_init()
        }
        LogFormat::Json => {
            registry.with(fmt::layer().json().with_writer(std::io::stderr)).try_init()
        }
    };
    if started.is_err() {
        tracing::debug!("logging was started already");
    }
}
