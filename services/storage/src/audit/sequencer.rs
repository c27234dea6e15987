//! Gives positions to what has none, on a database whose writers overlap.
//!
//! It waits for nobody: the relay, which does the same on its way, may wait long for an absent broker.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::Storage;

/// How often it looks; an entry is in the chain within a second.
const PAUSE: Duration = Duration::from_millis(300);

/// Seals until `stop`.
pub(crate) async fn sequence(storage: Arc<Storage>, stop: CancellationToken) -> anyhow::Result<()> {
    while !stop.is_cancelled() {
        if let Err(error) = storage.store.sequence().await {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::warn!(error, "entries of the audit log wait for their places in the chain");
        }
        tokio::select! { () = tokio::time::sleep(PAUSE) => {}, () = stop.cancelled() => {} }
    }
    Ok(())
}
