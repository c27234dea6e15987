//! Reminders: decides who is reminded of what, in one transaction with earlier reminders, and who is to hear of what happened,
//! in one transaction with how far the audit log was looked through; and then sends the mails.
//!
//! Invariant: every reminder that was decided is sent at least once, always under the same id. A folder has one file for each
//! id. A mail server may get a mail twice if the process is killed after the server accepted it and before that is recorded;
//! mail programs recognise the second by its Message-ID.

mod decide;
mod mailer;
mod notices;
mod send;
mod text;

use std::{sync::Arc, time::Duration};

use futures::FutureExt as _;
use tokio_util::sync::CancellationToken;

use crate::{
    Config, Parts, Storage,
    store::{By, Result, Store, Tx, scopes},
};

pub(crate) use crate::reminders::mailer::Mailer;
pub use crate::reminders::notices::commands_of_mails;

/// Under which the audit log has what reminders do.
const ORIGIN: &str = "reminders";

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Reminders and notices that were decided.
    pub decided: usize,
    /// Mails that went out.
    pub sent: usize,
    /// Mails that could not be sent and are tried again later, or were given up.
    pub failed: usize,
}

/// Reminds until `stop`.
pub(crate) async fn remind(storage: Arc<Storage>, stop: CancellationToken) -> anyhow::Result<()> {
    let pause = Duration::from_secs(storage.config.reminders.every_seconds);
    while !stop.is_cancelled() {
        if let Err(error) = storage.remind_until(&stop).await {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::warn!(error, "a round of reminders failed; trying again");
        }
        tokio::select! { () = tokio::time::sleep(pause) => {}, () = stop.cancelled() => {} }
    }
    Ok(())
}

impl Storage {
    /// Opens the database for rounds of reminders that the caller starts, whether or not a storage is running.
    pub async fn open_for_reminders(config: Config, parts: Parts) -> anyhow::Result<Self> {
        let store = Store::open(&config, parts.clock, parts.ids).await?;
        Ok(Self::new(config, store, parts.objects, parts.bus, parts.printing)?)
    }

    /// Decides what is due and sends what waits, alone among the replicas: what a running storage does every minute.
    pub async fn remind_once(&self) -> Result<Round> {
        self.remind_until(&CancellationToken::new()).await
    }

    /// The same; when stopped, it finishes the mail that it is sending, so that this is not sent again.
    async fn remind_until(&self, stop: &CancellationToken) -> Result<Round> {
        let mut lock = self.store.lock(scopes::REMINDER_ROUND).await?;
        lock.during(self.round(stop).boxed()).await?
    }

    async fn round(&self, stop: &CancellationToken) -> Result<Round> {
        self.clean_up_erased().await?;
        let decided = self.decide_reminders().await?;
        // Where these cannot be decided, what is decided goes out nevertheless.
        let notices = self.decide_notices().await;
        let (sent, failed) = self.send_reminders(stop).await?;
        Ok(Round { decided: decided + notices?, sent, failed })
    }

    /// Empties reminders to people who were erased, and deletes the hashes of their subjects once their tokens have expired.
    async fn clean_up_erased(&self) -> Result<()> {
        let mut tx = self.store.write([scopes::REMINDERS]).await?;
        tx.delete_expired_subjects().await?;
        for id in tx.reminders_to_the_erased().await? {
            if let Err(error) = tx.during(self.mailer.remove(&id)).await? {
                tracing::warn!(%error, id, "a mail to an erased person could not be removed from the folder; trying again");
                continue;
            }
            tx.empty_reminder(&id).await?;
            note(&mut tx, "reminder.erase", &id, &[])?;
        }
        self.commit(tx).await
    }
}

/// Adds the entry of a change to the audit log.
fn note(tx: &mut Tx, action: &str, id: &str, payload: &[u8]) -> Result<()> {
    let by = By { actor: tx.actor(), origin: ORIGIN, result: "done" };
    tx.audit_as(by, action, id, payload)
}
