//! The loop that every consumer runs: receive, handle, settle.

use std::{future::Future, sync::Arc};

use tokio::{task::JoinSet, time::Duration};
use tokio_util::sync::CancellationToken;

use crate::{Bus, Delivery, Queue, Settlement, Verdict};

/// Why a delivery was not handled.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// May go better later.
    #[error("{0:#}")]
    Retry(anyhow::Error),
    /// Never goes better.
    #[error("{0:#}")]
    Reject(anyhow::Error),
}

/// Handles deliveries. Runs at least once for each, so it must be idempotent.
pub trait Handler: Send + Sync + 'static {
    /// Handles deliveries in order and returns one outcome for each.
    fn handle(
        &self,
        deliveries: &[Delivery],
    ) -> impl Future<Output = Vec<Result<(), Fault>>> + Send;
}

/// Pause after the bus itself failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Declares the queue and handles its deliveries until `stop`; what is under way then is finished.
pub async fn consume(
    bus: Arc<dyn Bus>,
    queue: Queue,
    handler: Arc<impl Handler>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    bus.declare(&queue).await?;
    let mut workers = JoinSet::new();
    for _ in 0..queue.workers.max(1) {
        workers.spawn(work(bus.clone(), queue.clone(), handler.clone(), stop.clone()));
    }
    while let Some(ended) = workers.join_next().await {
        ended?;
    }
    Ok(())
}

async fn work(
    bus: Arc<dyn Bus>,
    queue: Queue,
    handler: Arc<impl Handler>,
    stop: CancellationToken,
) {
    while !stop.is_cancelled() {
        let received = tokio::select! {
            received = bus.receive(&queue.name, queue.batch) => received,
            () = stop.cancelled() => return,
        };
        let failed = match received {
            Ok(deliveries) => handle_and_settle(&*bus, &queue, &handler, deliveries).await,
            Err(error) => Err(error),
        };
        if let Err(error) = failed {
            tracing::warn!(
                queue = queue.name,
                error = format!("{:#}", anyhow::Error::from(error)),
                "the bus failed; trying again"
            );
            tokio::select! { () = tokio::time::sleep(PAUSE) => {}, () = stop.cancelled() => return }
        }
    }
}

async fn handle_and_settle(
    bus: &dyn Bus,
    queue: &Queue,
    handler: &Arc<impl Handler>,
    deliveries: Vec<Delivery>,
) -> Result<(), crate::Error> {
    let outcomes = handle(handler.clone(), deliveries.clone()).await;
    let settle =
        |(delivery, outcome): (&Delivery, Result<(), Fault>)| settlement(queue, delivery, &outcome);
    let settlements: Vec<Settlement> = deliveries.iter().zip(outcomes).map(settle).collect();
    let settled = bus.settle(&queue.name, &settlements).await;
    if settled.is_err() {
        let tags: Vec<u64> = deliveries.iter().map(|delivery| delivery.tag).collect();
        bus.release(&queue.name, &tags).await;
    }
    settled
}

/// Handles in a task of its own, so that a panic is a fault of these deliveries and of nothing else.
async fn handle(handler: Arc<impl Handler>, deliveries: Vec<Delivery>) -> Vec<Result<(), Fault>> {
    let count = deliveries.len();
    let handled = tokio::spawn(async move { handler.handle(&deliveries).await }).await;
    let mut outcomes = match handled {
        Ok(outcomes) => outcomes,
        Err(panic) => (0..count)
            .map(|_| Err(Fault::Retry(anyhow::anyhow!("the handler panicked: {panic}"))))
            .collect(),
    };
    outcomes
        .resize_with(count, || Err(Fault::Retry(anyhow::anyhow!("the handler gave no outcome"))));
    outcomes
}

fn settlement(queue: &Queue, delivery: &Delivery, outcome: &Result<(), Fault>) -> Settlement {
    let verdict = queue.policy.verdict(delivery.attempt, outcome);
    let reason = outcome.as_ref().err().map_or(String::new(), ToString::to_string);
    let (topic, id) = (&delivery.event.topic, &delivery.event.id);
    match verdict {
        Verdict::Ack => {}
        Verdict::RetryAfter(delay) => tracing::warn!(
            queue = queue.name,
            topic,
            id,
            attempt = delivery.attempt,
            ?delay,
            reason,
            "delivery comes again"
        ),
        Verdict::DeadLetter => tracing::error!(
            queue = queue.name,
            topic,
            id,
            attempt = delivery.attempt,
            reason,
            "delivery given up"
        ),
    }
    Settlement { tag: delivery.tag, verdict, reason }
}
