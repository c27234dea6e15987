//! The promise that an acknowledged write reaches every consumer, and how the fault tests break it.

use bus::Confirms;
use storage::Outbox;

use crate::config::Config;

/// Whether the program keeps its promise that an acknowledged write reaches every consumer.
///
/// It is an argument of the program's `main` and nothing else: no configuration and no variable of the environment can choose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It does.
    Kept,
    /// It runs without the outbox and without publisher confirms, so that fault tests can show that they would see a loss.
    BrokenForFaultTests,
}

impl Durability {
    pub(crate) fn apply(self, config: &mut Config) {
        if self == Self::BrokenForFaultTests {
            config.storage.outbox = Outbox::OffForFaultTests;
            config.bus.confirms = Confirms::OffForFaultTests;
        }
    }
}
