//! Changes in order, and how far storage is.

use crate::{
    Storage,
    store::{EventRow, Result},
};

/// How far storage and its relay are.
#[derive(Debug, Clone)]
pub(crate) struct Status {
    /// Highest position given out.
    pub(crate) last_position: u64,
    /// Highest position that the bus confirmed.
    pub(crate) relayed_position: u64,
    /// Parked messages.
    pub(crate) dead_letters: u64,
    /// Contributions.
    pub(crate) contributions: u64,
    /// Kind of database.
    pub(crate) database: &'static str,
}

/// Asks the store how far it is.
pub(crate) async fn status_of(storage: &Storage) -> Result<Status> {
    let mut tx = storage.store.read().await?;
    Ok(Status {
        last_position: tx.last_position().await?,
        relayed_position: tx.relayed_position().await?,
        dead_letters: tx.count_parked().await?,
        contributions: tx.count_contributions().await?,
        database: storage.store.kind(),
    })
}

impl Storage {
    /// Lists changes after a position, and the highest position given out.
    pub(crate) async fn changes(&self, after: u64, limit: u32) -> Result<(Vec<EventRow>, u64)> {
        let mut tx = self.store.read().await?;
        Ok((tx.events_after(after, limit).await?, tx.last_position().await?))
    }
}
