//! The verbs of storage, in words of the model.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::{
    Config, Error,
    objects::Objects,
    store::{EventRow, Store},
    verbs::Together,
};

/// The system of record.
#[derive(Debug)]
pub struct Storage {
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    pub(crate) bus: Arc<dyn bus::Bus>,
    pub(crate) config: Config,
    /// Wakes the relay after a commit.
    pub(crate) committed: Notify,
    /// Committed events that the outbox does not have; empty unless it is off.
    pub(crate) untold: Mutex<Vec<EventRow>>,
    /// Saves on their way into a transaction.
    pub(crate) together: Together,
}

impl Storage {
    pub(crate) fn new(
        config: Config,
        store: Store,
        objects: Objects,
        bus: Arc<dyn bus::Bus>,
    ) -> Self {
        let together = Together::new(store.saving_at_once(&config));
        let (committed, untold) = (Notify::new(), Mutex::default());
        Self { store, objects, bus, config, committed, untold, together }
    }

    /// Commits a transaction that recorded events, and wakes the relay.
    pub(crate) async fn commit(&self, tx: crate::store::Tx) -> Result<(), Error> {
        let untold = tx.commit().await?;
        self.untold.lock().unwrap_or_else(PoisonError::into_inner).extend(untold);
        self.committed.notify_one();
        Ok(())
    }
}
