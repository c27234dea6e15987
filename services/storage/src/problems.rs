//! Tries what storage needs, and notes what does not work.
//!
//! Invariant: what is called ready was seen to work, a short while ago: the database took a write, the bus answered, the object
//! store took a file.

use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{
    Error, Storage,
    store::{Result, scopes},
};

/// Time between two looks.
const INTERVAL: Duration = Duration::from_secs(5);
/// How long each may take.
const TIMEOUT: Duration = Duration::from_secs(4);

/// Tries what storage needs, again and again, until `stop`.
pub(crate) async fn watch(storage: &Storage, stop: CancellationToken) -> anyhow::Result<()> {
    loop {
        let look = async {
            tokio::join!(
                storage.try_to("database", storage.try_database()),
                storage.try_to("bus", storage.try_bus()),
                storage.try_to("objects", storage.objects.probe()),
            );
            tokio::time::sleep(INTERVAL).await;
        };
        if stop.run_until_cancelled(look).await.is_none() {
            return Ok(());
        }
    }
}

impl Storage {
    /// Commits a row that says nothing, as far as the disk, and waits for all that a save waits for.
    async fn try_database(&self) -> Result<()> {
        let mut tx = self.store.write([scopes::PROBES]).await?;
        tx.hold_order().await?;
        tx.probe().await?;
        tx.commit().await?;
        self.progress.works();
        Ok(())
    }

    async fn try_bus(&self) -> Result<()> {
        self.bus.depths().await.map(drop).map_err(Error::from)
    }

    async fn try_to(&self, what: &'static str, act: impl Future<Output = Result<()>>) {
        let late = || format!("no answer within {} seconds", TIMEOUT.as_secs());
        let problem = match timeout(TIMEOUT, act).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(format!("{:#}", anyhow::Error::from(error))),
            Err(_) => Some(late()),
        };
        if self.problems.set(what, problem.clone(), self.store.now()) {
            tracing::warn!(problem, "{what} does not work; this is looked at again");
        }
    }
}
