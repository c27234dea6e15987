//! A clock and a source of ids that tests command.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use model::{Clock, IdSource, Instant};
use uuid::Uuid;

/// A clock that moves only when it is told to.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that stands at 1 March 2022, noon UTC.
    pub fn new() -> Self {
        Self(AtomicI64::new(1_646_136_000_000))
    }

    /// Moves it.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

/// Ids that count up.
#[derive(Debug, Default)]
pub struct TestIds(AtomicU64);

impl IdSource for TestIds {
    fn next(&self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.fetch_add(1, Ordering::SeqCst) + 1))
    }
}
