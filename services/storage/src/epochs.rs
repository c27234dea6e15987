//! Epochs: whoever follows the record sees by them that its database was restored, and that positions go on from an earlier one.
//!
//! Invariant: what a restored record has not done yet is done again, and nothing that it does not know is taken for its own.

use wire::{EventBody, events};

use crate::store::{By, EpochRow, Result, Store, Tx, scopes};

/// Begins the first epoch, or the next where the server says that its history is another than it was.
pub(crate) async fn keep_epoch(store: &Store) -> Result<()> {
    let history = store.history().await?;
    let known = store.read().await?.epoch().await?;
    if known.is_none_or(|epoch| epoch.history != history) {
        begin_where(store, |epoch| epoch.history != history, &history).await?;
    }
    Ok(())
}

/// Begins an epoch in a database that was restored.
pub(crate) async fn begin_epoch(store: &Store) -> Result<()> {
    let history = store.history().await?;
    begin_where(store, |_| true, &history).await
}

/// Begins an epoch unless another replica did. The relay has no batch under way, which would move its position forward again.
async fn begin_where(
    store: &Store,
    is_over: impl Fn(&EpochRow) -> bool,
    history: &str,
) -> Result<()> {
    let mut tx = store.write([scopes::CHECKPOINTS, scopes::EPOCHS, scopes::RELAY]).await?;
    let last = tx.epoch().await?;
    if last.as_ref().is_some_and(|last| !is_over(last)) {
        return Ok(());
    }
    let number = last.as_ref().map_or(1, |last| last.number + 1);
    let epoch = EpochRow { number, id: tx.fresh_id().to_string(), history: history.to_owned() };
    tx.insert_epoch(&epoch).await?;
    if last.is_some() {
        put_back(&mut tx, &epoch).await?;
        tracing::warn!(
            epoch = epoch.id,
            "the database was restored: a new epoch of the record begins"
        );
    }
    tx.commit().await?;
    Ok(())
}

/// The bus may have lost what was published before, and files beside the database may be older than it.
async fn put_back(tx: &mut Tx, epoch: &EpochRow) -> Result<()> {
    tx.unmark_anchored().await?;
    if let Some(request) = tx.first_open_request().await? {
        let relayed = tx.relayed_position().await?;
        tx.set_relayed_position(relayed.min(request - 1)).await?;
    }
    let by = By { actor: tx.actor(), origin: "internal", result: "done" };
    tx.audit_as(by, "record.restore", &epoch.id, epoch.history.as_bytes())?;
    let body = events::RecordRestored { epoch: epoch.id.clone() };
    tx.record_event(&epoch.id, &EventBody::RecordRestored(body));
    Ok(())
}
