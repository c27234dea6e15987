//! Turns: what one replica does alone and that takes longer than a statement.
//!
//! Invariant: a turn is a scope of a transaction that its holder keeps alive. The server ends the transaction of one that stands
//! still, and what was written in it is gone.

use std::time::Duration;

use tokio::time::timeout;

use crate::store::{Result, Store, Tx};

/// Time between two signs of life: a few of them fit into what the server waits for one.
const ALIVE_INTERVAL: Duration = Duration::from_secs(1);

/// A turn. Nothing on SQLite, which one process has to itself.
pub(crate) struct Turn(Option<Tx>);

impl Store {
    /// Waits for the turn of this scope among the processes that share the database.
    pub(crate) async fn turn(&self, scope: &'static str) -> Result<Turn> {
        let held =
            if self.dialect.is_single_process() { None } else { Some(self.write([scope]).await?) };
        Ok(Turn(held))
    }
}

impl Turn {
    /// Does something and keeps the turn meanwhile. Fails where the turn was lost.
    pub(crate) async fn during<T>(&mut self, work: impl Future<Output = T>) -> Result<T> {
        match &mut self.0 {
            Some(tx) => tx.during(work).await,
            None => Ok(work.await),
        }
    }

    /// The transaction that holds the turn: what is written in it is committed only if the turn was not lost.
    pub(crate) async fn last_write(self, store: &Store, scope: &'static str) -> Result<Tx> {
        match self.0 {
            Some(tx) => Ok(tx),
            None => store.write([scope]).await,
        }
    }
}

impl Tx {
    /// Does something outside of the database and keeps the transaction alive meanwhile. Fails where the transaction, and so
    /// its scopes, were lost.
    pub(crate) async fn during<T>(&mut self, work: impl Future<Output = T>) -> Result<T> {
        tokio::pin!(work);
        loop {
            let done = timeout(ALIVE_INTERVAL, &mut work).await;
            sqlx::query("SELECT 1").execute(&mut *self.inner).await?;
            if let Ok(done) = done {
                return Ok(done);
            }
        }
    }
}
