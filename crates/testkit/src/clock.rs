//! A clock and a source of ids that tests command.

use std::{
    sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    time::Duration,
};

use model::{Clock, IdSource, Instant};
use uuid::Uuid;

/// 1 March 2022, noon UTC.
const START: i64 = 1_646_136_000_000;

/// A clock that moves only when it is set.
#[derive(Debug)]
pub struct TestClock {
    now: AtomicI64,
    /// In milliseconds, far from 0.
    steady: AtomicI64,
    is_one: AtomicBool,
}

impl TestClock {
    /// A clock that stands at 1 March 2022, noon UTC.
    pub fn new() -> Self {
        Self {
            now: AtomicI64::new(START),
            steady: AtomicI64::new(START),
            is_one: AtomicBool::new(false),
        }
    }

    /// Lets time pass. A negative one sets the clock back.
    pub fn advance(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::SeqCst);
        self.steady.fetch_add(millis.max(0), Ordering::SeqCst);
    }

    /// Sets the clock forward or back while no time passes.
    pub fn jump(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::SeqCst);
        if self.is_one.load(Ordering::SeqCst) {
            self.steady.fetch_add(millis, Ordering::SeqCst);
        }
    }

    /// Sets the clock to a moment while no time passes.
    pub fn set(&self, moment: Instant) {
        self.jump(moment.0 - self.now().0);
    }

    /// From now on the steady time jumps along: the fault of whoever takes the clock's time for it.
    pub fn let_steady_time_jump(&self) {
        self.is_one.store(true, Ordering::SeqCst);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant(self.now.load(Ordering::SeqCst))
    }

    fn steady(&self) -> Duration {
        Duration::from_millis(self.steady.load(Ordering::SeqCst).max(0).unsigned_abs())
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
