//! The clock and the ids of a real process.

use std::time::Duration;

use model::{Clock, IdSource, Instant};

/// The system's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant(runtime::now_millis())
    }

    fn steady(&self) -> Duration {
        runtime::steady()
    }
}

/// Random ids, ordered by time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemIds;

impl IdSource for SystemIds {
    fn next(&self) -> uuid::Uuid {
        runtime::fresh_uuid()
    }
}
