//! The system's clock and randomness, read here and nowhere else.

use std::{
    sync::OnceLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Milliseconds since the Unix epoch.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the system clock")]
pub fn now_millis() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

/// How long it is since this was first asked in this process, whatever the clock was set to meanwhile.
pub fn steady() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// A fresh UUID version 7 (RFC 9562), ordered by time.
pub fn fresh_uuid() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}
