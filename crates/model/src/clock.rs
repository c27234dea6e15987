//! Time and randomness come in through these two doors, so that tests can replace them.

use std::{fmt, time::Duration};

use uuid::Uuid;

/// A moment: milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub i64);

impl fmt::Display for Instant {
    /// Writes RFC 3339 in UTC with milliseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(timestamp) => write!(f, "{timestamp:.3}"),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

/// Tells the time. Only `runtime` has one that reads the system clock.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Returns the present moment.
    fn now(&self) -> Instant;

    /// Returns how long it is since some moment of this process. It goes on evenly whatever the clock is set to, and means
    /// nothing to another process.
    fn steady(&self) -> Duration;
}

/// Makes ids that were never seen before.
pub trait IdSource: Send + Sync + fmt::Debug {
    /// Returns a fresh id, ordered by time.
    fn next(&self) -> Uuid;
}
