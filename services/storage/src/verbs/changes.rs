//! Changes in order of position.

use crate::{
    Storage,
    store::{EventRow, Result},
};

impl Storage {
    /// Lists changes after a position, and the highest position given out.
    pub(crate) async fn changes(&self, after: u64, limit: u32) -> Result<(Vec<EventRow>, u64)> {
        let mut tx = self.store.read().await?;
        Ok((tx.events_after(after, limit).await?, tx.last_position().await?))
    }
}
