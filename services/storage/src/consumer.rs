//! Parks the deliveries that other consumers gave up: into the table first, then off the queue.

use std::sync::Arc;

use bus::{Delivery, Fault, Handler, topology};
use tokio_util::sync::CancellationToken;

use crate::Storage;

#[derive(Debug)]
struct Parker(Arc<Storage>);

impl Handler for Parker {
    async fn handle(&self, deliveries: &[Delivery]) -> Vec<Result<(), Fault>> {
        let mut outcomes = Vec::with_capacity(deliveries.len());
        for delivery in deliveries {
            outcomes.push(self.0.park(delivery).await.map_err(|error| Fault::Retry(error.into())));
        }
        outcomes
    }
}

/// Parks dead letters until `stop`.
pub(crate) async fn park_dead_letters(
    storage: Arc<Storage>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    bus::consume(storage.bus.clone(), topology::dead_letters(), Arc::new(Parker(storage)), stop)
        .await
}
