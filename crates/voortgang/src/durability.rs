//! The promise that an acknowledged write reaches every consumer, whatever becomes of one replica, and how the fault tests break
//! it.

use bus::Confirms;
use storage::{Limits, Outbox};

use crate::config::{Config, Restarts};

/// Whether the program keeps its promise that an acknowledged write reaches every consumer.
///
/// It is an argument of the program's `main` and nothing else: no configuration and no variable of the environment can choose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It does.
    Kept,
    /// It runs without the outbox, without publisher confirms, without limits on what it holds in the database, and without a
    /// word before it stops, so that fault tests can show that they would see a loss, a standstill or a call that fails.
    BrokenForFaultTests,
}

impl Durability {
    pub(crate) fn apply(self, config: &mut Config) {
        if self == Self::BrokenForFaultTests {
            config.storage.outbox = Outbox::OffForFaultTests;
            config.storage.limits = Limits::OffForFaultTests;
            config.bus.confirms = Confirms::OffForFaultTests;
            config.restarts = Restarts::UncoveredForFaultTests;
        }
    }
}
