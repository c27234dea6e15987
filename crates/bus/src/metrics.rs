//! What the bus counts.

#![expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float, and what is counted stays far below 2^52"
)]

use std::{sync::Arc, time::Duration};

use metrics::{Counter, counter, describe_counter, describe_gauge, gauge};
use tokio_util::sync::CancellationToken;

use crate::{Bus, Verdict};

const DELIVERIES: &str = "voortgang_bus_deliveries_total";
const DEPTH: &str = "voortgang_bus_queue_depth";
/// How often the depth of queues is read.
const PAUSE: Duration = Duration::from_secs(5);

/// Deliveries of a queue by what became of them.
#[derive(Debug)]
pub(crate) struct Metrics {
    acknowledged: Counter,
    retried: Counter,
    dead_lettered: Counter,
}

impl Metrics {
    pub(crate) fn new(queue: &str) -> Self {
        describe_counter!(DELIVERIES, "Deliveries by what became of them.");
        let outcome = |verdict: Verdict| counter!(DELIVERIES, "queue" => queue.to_owned(), "outcome" => verdict.name());
        Self {
            acknowledged: outcome(Verdict::Ack),
            retried: outcome(Verdict::RetryAfter(Duration::ZERO)),
            dead_lettered: outcome(Verdict::DeadLetter),
        }
    }

    pub(crate) fn settled(&self, verdict: Verdict) {
        match verdict {
            Verdict::Ack => self.acknowledged.increment(1),
            Verdict::RetryAfter(_) => self.retried.increment(1),
            Verdict::DeadLetter => self.dead_lettered.increment(1),
        }
    }
}

/// Shows the depth of every queue that this process knows, until `stop`. While the bus is away the depths are unknown.
pub async fn watch(bus: Arc<dyn Bus>, stop: CancellationToken) -> anyhow::Result<()> {
    describe_gauge!(DEPTH, "Messages that wait in a queue or are under way.");
    while stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_some() {
        if let Some(Ok(depths)) = stop.run_until_cancelled(bus.depths()).await {
            for (queue, depth) in depths {
                gauge!(DEPTH, "queue" => queue).set(depth as f64);
            }
        }
    }
    Ok(())
}
