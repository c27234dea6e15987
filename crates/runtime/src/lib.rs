//! What a process needs before it can serve: configuration, telemetry, the operator's port, signals, a supervisor,
//! the system's clock.
//!
//! Invariant: the only place that reads environment variables, configuration files, the clock and the source of randomness.
//! Knows nothing of what the process does.

mod clock;
mod config;
mod health;
mod supervisor;
mod telemetry;

pub use crate::{
    clock::{fresh_uuid, now_millis, steady},
    config::{ConfigError, load, variable},
    health::{Dependency, Metrics, Probe, init_metrics, serve_health},
    supervisor::{Supervisor, signal},
    telemetry::{LogFormat, Telemetry, Traces, init_telemetry},
};
