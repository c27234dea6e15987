//! Applies events: one commit for a batch, and its deliveries are settled after it.

use std::sync::Arc;

use bus::{Delivery, Event, Fault, Handler};
use model::{Instant, InvalidField};
use wire::EventBody;

use crate::{Error, Search};

/// Applies deliveries to the indexes.
#[derive(Debug)]
pub(crate) struct Indexer(pub(crate) Arc<Search>);

impl Handler for Indexer {
    async fn handle(&self, deliveries: &[Delivery]) -> Vec<Result<(), Fault>> {
        let mut outcomes = Vec::with_capacity(deliveries.len());
        let (mut changes, mut positions) = (Vec::new(), Vec::new());
        for delivery in deliveries {
            if let Err(error) = self.0.follow(&delivery.event).await {
                outcomes.push(Err(fault(error)));
                continue;
            }
            // It is of before the record was restored, and the index holds all that is still there.
            if self.0.is_of_another_epoch(&delivery.event) {
                outcomes.push(Ok(()));
                continue;
            }
            let outcome = match read(&delivery.event) {
                Ok((body, time)) => self.0.changes(&body, time).await.map_err(fault),
                Err(error) => Err(Fault::Reject(error.into())),
            };
            // A rejected delivery counts as applied: the watermark must not wait for it for ever.
            if !matches!(outcome, Err(Fault::Retry(_))) {
                positions.push(delivery.event.sequence);
            }
            outcomes.push(outcome.map(|found| changes.extend(found)));
        }
        match self.0.apply(changes, positions).await {
            Ok(()) => outcomes,
            Err(error) => {
                let reason = format!("{:#}", anyhow::Error::from(error));
                deliveries
                    .iter()
                    .map(|_| {
                        Err(Fault::Retry(anyhow::anyhow!("the batch was not committed: {reason}")))
                    })
                    .collect()
            }
        }
    }
}

/// Returns the body of an event, and when it happened.
fn read(event: &Event) -> Result<(EventBody, Instant), InvalidField> {
    let body = EventBody::decode(&event.topic, &event.payload)?;
    let time = event.time.parse().map_err(|error: InvalidField| error.within("time"))?;
    Ok((body, time))
}

fn fault(error: Error) -> Fault {
    if error.is_retryable() { Fault::Retry(error.into()) } else { Fault::Reject(error.into()) }
}
