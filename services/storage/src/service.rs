//! The verbs of storage, in words of the model.

use std::sync::{Arc, Mutex, PoisonError};

use object_store::ObjectStore;
use rpc::Problems;
use tokio::sync::Notify;

use crate::{
    Config, Error,
    access::Callers,
    audit::{anchors::Anchors, key::Signer, reads::Reads},
    leases::Leases,
    objects::Objects,
    printing::Printing,
    readiness::Progress,
    reminders::Mailer,
    store::{EventRow, Store},
    verbs::GroupCommit,
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
    /// Committed events that are not in the outbox and not published yet; empty unless the outbox is off.
    pub(crate) unpublished: Mutex<Vec<EventRow>>,
    /// Saves that wait for the next transaction.
    pub(crate) group_commit: GroupCommit,
    /// Whether saves are answered.
    pub(crate) progress: Progress,
    /// A cache of who callers are and what they may do.
    pub(crate) callers: Callers,
    /// Leases of jobs, timed by this replica.
    pub(crate) leases: Leases,
    /// Signs checkpoints of the audit log.
    pub(crate) signer: Signer,
    /// Stores copies of checkpoints outside the database.
    pub(crate) anchors: Anchors,
    /// Reads whose audit entries are not written yet.
    pub(crate) reads: Reads,
    /// Sends reminders.
    pub(crate) mailer: Mailer,
    /// What is wrong at the moment.
    pub(crate) problems: Problems,
    /// What editions can be printed with.
    pub(crate) printing: Printing,
}

impl Storage {
    /// Fails where the signing key or the folder of checkpoints cannot be used.
    pub(crate) fn new(
        config: Config,
        store: Store,
        objects: Arc<dyn ObjectStore>,
        bus: Arc<dyn bus::Bus>,
        printing: Printing,
    ) -> Result<Self, Error> {
        let signer = Signer::open(&config.audit.key)?;
        let anchors = Anchors::open(&config.audit.anchors, objects.clone())?;
        let mailer = Mailer::open(&config.reminders)?;
        let group_commit = GroupCommit::new(store.concurrent_saves());
        Ok(Self {
            store,
            objects: Objects::new(objects),
            bus,
            config,
            committed: Notify::new(),
            unpublished: Mutex::default(),
            group_commit,
            progress: Progress::new(),
            callers: Callers::new(),
            leases: Leases::default(),
            signer,
            anchors,
            reads: Reads::default(),
            mailer,
            problems: Problems::default(),
            printing,
        })
    }

    /// Commits a transaction that recorded events, and wakes the relay.
    pub(crate) async fn commit(&self, tx: crate::store::Tx) -> Result<(), Error> {
        let unpublished = tx.commit().await?;
        self.unpublished.lock().unwrap_or_else(PoisonError::into_inner).extend(unpublished);
        self.committed.notify_one();
        Ok(())
    }
}
