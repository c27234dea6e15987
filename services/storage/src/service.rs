//! The verbs of storage, in words of the model.

use std::sync::{Arc, Mutex, PoisonError};

use object_store::ObjectStore;
use tokio::sync::Notify;

use crate::{
    Config, Error,
    access::Callers,
    audit::{anchors::Anchors, key::Signer, reads::Reads},
    leases::Leases,
    objects::Objects,
    reminders::Mailer,
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
    /// Whom callers stand for.
    pub(crate) callers: Callers,
    /// Leases of jobs that were seen here.
    pub(crate) leases: Leases,
    /// Signs checkpoints of the audit log.
    pub(crate) signer: Signer,
    /// Where they are kept outside the database.
    pub(crate) anchors: Anchors,
    /// Reads that have no entry yet.
    pub(crate) reads: Reads,
    /// Where reminders go.
    pub(crate) mailer: Mailer,
}

impl Storage {
    /// Fails where the key or the place of checkpoints cannot be used.
    pub(crate) fn new(
        config: Config,
        store: Store,
        objects: Arc<dyn ObjectStore>,
        bus: Arc<dyn bus::Bus>,
    ) -> Result<Self, Error> {
        let signer = Signer::open(&config.audit.key)?;
        let anchors = Anchors::open(&config.audit.anchors, objects.clone())?;
        let mailer = Mailer::open(&config.reminders)?;
        let together = Together::new(store.saving_at_once());
        Ok(Self {
            store,
            objects: Objects::new(objects),
            bus,
            config,
            committed: Notify::new(),
            untold: Mutex::default(),
            together,
            callers: Callers::new(),
            leases: Leases::default(),
            signer,
            anchors,
            reads: Reads::default(),
            mailer,
        })
    }

    /// Commits a transaction that recorded events, and wakes the relay.
    pub(crate) async fn commit(&self, tx: crate::store::Tx) -> Result<(), Error> {
        let untold = tx.commit().await?;
        self.untold.lock().unwrap_or_else(PoisonError::into_inner).extend(untold);
        self.committed.notify_one();
        Ok(())
    }
}
