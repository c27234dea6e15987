//! Metrics of storage: the lag of the outbox, and dead letters.

#![expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float, and what is counted stays far below 2^52"
)]

use std::time::Duration;

use metrics::{Gauge, describe_gauge, gauge};
use tokio_util::sync::CancellationToken;

use crate::{Storage, store::Result};

const LAST: &str = "voortgang_storage_last_position";
const LENGTH: &str = "voortgang_storage_outbox_events";
const AGE: &str = "voortgang_storage_outbox_age_seconds";
const PARKED: &str = "voortgang_storage_dead_letters";
/// Time between two measurements.
const INTERVAL: Duration = Duration::from_secs(2);

struct Metrics {
    last_position: Gauge,
    outbox_length: Gauge,
    outbox_age: Gauge,
    dead_letters: Gauge,
}

impl Metrics {
    fn new() -> Self {
        describe_gauge!(LAST, "Highest position assigned.");
        describe_gauge!(LENGTH, "Events that the bus has not confirmed yet.");
        describe_gauge!(AGE, "Age of the oldest event that the bus has not confirmed yet.");
        describe_gauge!(PARKED, "Dead letters that are parked and not replayed.");
        Self {
            last_position: gauge!(LAST),
            outbox_length: gauge!(LENGTH),
            outbox_age: gauge!(AGE),
            dead_letters: gauge!(PARKED),
        }
    }

    async fn measure(&self, storage: &Storage) -> Result<()> {
        let mut tx = storage.store.read().await?;
        let (last, relayed) = (tx.last_position().await?, tx.relayed_position().await?);
        let oldest = tx.events_after(relayed, 1).await?.pop();
        let age = oldest.map_or(0, |event| tx.now().0.saturating_sub(event.time.0).max(0));
        self.last_position.set(last as f64);
        self.outbox_length.set(last.saturating_sub(relayed) as f64);
        self.outbox_age.set(age as f64 / 1_000.0);
        self.dead_letters.set(tx.count_dead_letters().await? as f64);
        Ok(())
    }
}

/// Updates the metrics until `stop`.
pub(crate) async fn watch(storage: &Storage, stop: CancellationToken) -> anyhow::Result<()> {
    let metrics = Metrics::new();
    loop {
        if let Some(Err(error)) = stop.run_until_cancelled(metrics.measure(storage)).await {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::debug!(error, "metrics could not be read");
        }
        if stop.run_until_cancelled(tokio::time::sleep(INTERVAL)).await.is_none() {
            return Ok(());
        }
    }
}
