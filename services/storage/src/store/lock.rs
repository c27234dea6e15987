//! Locks: what one replica does alone and that takes longer than a statement.
//!
//! Invariant: a lock is a scope of a transaction that its holder keeps alive. The server ends the transaction of one that stands
//! still, and what was written in it is gone.

use std::time::Duration;

use tokio::time::timeout;

use crate::store::{Result, Store, Tx};

/// Time between two signs of life: a few of them fit into what the server waits for one.
const ALIVE_INTERVAL: Duration = Duration::from_secs(1);

/// A lock. Nothing on SQLite, which one process has to itself.
pub(crate) struct Lock(Option<Tx>);

impl Store {
    /// Waits for the lock of this scope among the processes that share the database.
    pub(crate) async fn lock(&self, scope: &'static str) -> Result<Lock> {
        let held =
            if self.dialect.is_single_process() { None } else { Some(self.write([scope]).await?) };
        Ok(Lock(held))
    }
}

impl Lock {
    /// Does something and keeps the lock meanwhile. Fails where the lock was lost.
    pub(crate) async fn during<T>(&mut self, work: impl Future<Output = T>) -> Result<T> {
        match &mut self.0 {
            Some(tx) => tx.during(work).await,
            None => Ok(work.await),
        }
    }

    /// The transaction that holds the lock: what is written in it is committed only if the lock was not lost.
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
