//! What a process needs before it can serve: configuration, telemetry, signals, a supervisor, the system's clock.
//!
//! Invariant: the only place that reads environment variables, configuration files, the clock and the source of randomness.
//! Knows nothing of what the process does.

mod clock;
mod config;
mod supervisor;
mod telemetry;

pub use crate::{
    clock::{fresh_uuid, now_millis},
    config::{ConfigError, load, variable},
    supervisor::{Supervisor, signal},
    telemetry::{LogFormat, init_telemetry},
};
