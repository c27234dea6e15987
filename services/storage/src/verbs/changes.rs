//! Changes in order of position.

use crate::{
    Storage,
    store::{EventRow, Result},
};

/// A page of changes, and how far the record is.
#[derive(Debug)]
pub(crate) struct Changes {
    /// Changes in order of position.
    pub(crate) rows: Vec<EventRow>,
    /// Highest position given out.
    pub(crate) last_position: u64,
    /// Epoch of the record.
    pub(crate) epoch: String,
}

impl Storage {
    /// Lists changes after a position.
    pub(crate) async fn changes(&self, after: u64, limit: u32) -> Result<Changes> {
        let mut tx = self.store.read().await?;
        Ok(Changes {
            rows: tx.events_after(after, limit).await?,
            last_position: tx.last_position().await?,
            epoch: tx.epoch().await?.map(|epoch| epoch.id).unwrap_or_default(),
        })
    }
}
