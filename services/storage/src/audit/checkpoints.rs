//! Makes checkpoints: with every edition that becomes public, and on a schedule where anything happened since the last.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{
    Storage,
    store::{CheckpointRow, Result, Tx, scopes},
};

/// Time between two looks whether one is due.
const INTERVAL: Duration = Duration::from_secs(1);
/// Time after a failure, which is logged each time.
const RETRY_INTERVAL: Duration = Duration::from_secs(10);
/// Cause of those that no edition caused.
const SCHEDULE: &str = "schedule";

/// Makes checkpoints and stores copies outside the database, until `stop`.
pub(crate) async fn checkpoint(
    storage: Arc<Storage>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        let pause = match storage.look_after_audit().await {
            Ok(()) => INTERVAL,
            Err(error) => {
                let error = format!("{:#}", anyhow::Error::from(error));
                tracing::warn!(
                    error,
                    "a checkpoint of the audit log could not be made; trying again"
                );
                RETRY_INTERVAL
            }
        };
        tokio::select! { () = tokio::time::sleep(pause) => {}, () = stop.cancelled() => {} }
    }
    Ok(())
}

impl Storage {
    async fn look_after_audit(&self) -> Result<()> {
        self.write_waiting_reads().await?;
        while self.make_checkpoint().await? {}
        self.store_checkpoints().await
    }

    /// Makes the next checkpoint that is due, and returns whether there was one.
    async fn make_checkpoint(&self) -> Result<bool> {
        if self.due(&mut self.store.read().await?).await?.is_none() {
            return Ok(false);
        }
        // Another replica may have made it since.
        let mut tx = self.store.write([scopes::CHECKPOINTS]).await?;
        let Some(checkpoint) = self.due(&mut tx).await? else { return Ok(false) };
        tx.insert_checkpoint(checkpoint).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The next checkpoint that is due: on each entry that made an edition public, in order, then on the last entry.
    async fn due(&self, tx: &mut Tx) -> Result<Option<CheckpointRow>> {
        let last = tx.last_checkpoint().await?;
        let position = last.as_ref().map_or(0, |last| last.position);
        if let Some(entry) = tx.publication_after(position).await? {
            let object = entry.object;
            return Ok(Some(self.signer.sign(entry.position, entry.chain_hash, tx.now(), object)));
        }
        let Some(head) = tx.last_audit().await?.filter(|head| position < head.position) else {
            return Ok(None);
        };
        let interval = i64::try_from(self.config.audit.checkpoint_seconds.saturating_mul(1_000))
            .unwrap_or(i64::MAX);
        let now = tx.now();
        // A checkpoint with a later time was made before the clock was set back, and delays nothing.
        let is_recent = |age: i64| (0..interval).contains(&age);
        if last.is_some_and(|last| is_recent(now.0.saturating_sub(last.time.0))) {
            return Ok(None);
        }
        Ok(Some(self.signer.sign(head.position, head.chain_hash, now, SCHEDULE.to_owned())))
    }

    /// Marked after it is stored: a crash in between stores it twice, never not at all.
    async fn store_checkpoints(&self) -> Result<()> {
        let waiting = self.store.read().await?.checkpoints_to_anchor().await?;
        for checkpoint in waiting {
            self.anchors.store(&checkpoint).await?;
            let mut tx = self.store.write([scopes::CHECKPOINTS]).await?;
            tx.mark_anchored(checkpoint.position).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
