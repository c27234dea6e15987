//! The loop that every consumer runs: receive, handle, settle.
//!
//! However a handler ends, each delivery is settled or given back.

use std::{future::Future, sync::Arc};

use tokio::{task::JoinSet, time::Duration};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use tracing::{Instrument as _, Span, field::Empty};

use crate::{Bus, Delivery, Error, Kind, Queue, Settlement, Verdict, metrics::Metrics};

/// Why a delivery was not handled.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Trying again later may help.
    #[error("{0:#}")]
    Retry(anyhow::Error),
    /// Trying again never helps.
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
/// The largest reason that travels with a dead letter: it must fit in the broker's headers.
const MAX_REASON_CHARACTERS: usize = 4_000;

/// Declares the queue and handles its deliveries until `stop`; what is under way then is finished.
///
/// Waits while the bus is unavailable, and fails when it is available and cannot serve this queue.
pub async fn consume(
    bus: Arc<dyn Bus>,
    queue: Queue,
    handler: Arc<impl Handler>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    bus.declare(&queue).await?;
    let metrics = Arc::new(Metrics::new(&queue.name));
    let mut workers = JoinSet::new();
    for _ in 0..queue.workers.max(1) {
        let consumer = Consumer {
            bus: bus.clone(),
            queue: queue.clone(),
            handler: handler.clone(),
            metrics: metrics.clone(),
        };
        workers.spawn(consumer.work(stop.clone()));
    }
    while let Some(ended) = workers.join_next().await {
        ended??;
    }
    Ok(())
}

/// One worker of a queue, with what it works with.
struct Consumer<H> {
    bus: Arc<dyn Bus>,
    queue: Queue,
    handler: Arc<H>,
    metrics: Arc<Metrics>,
}

impl<H: Handler> Consumer<H> {
    async fn work(self, stop: CancellationToken) -> Result<(), Error> {
        while !stop.is_cancelled() {
            let received = tokio::select! {
                received = self.bus.receive(&self.queue.name, self.queue.batch) => received,
                () = stop.cancelled() => return Ok(()),
            };
            let outcome = match received {
                Ok(deliveries) => self.handle_and_settle(deliveries).await,
                Err(error) => Err(error),
            };
            match outcome {
                Ok(()) => {}
                Err(error) if error.kind() == Kind::Unavailable => {
                    wait_out(&self.queue, error, &stop).await;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn handle_and_settle(&self, deliveries: Vec<Delivery>) -> Result<(), Error> {
        let Self { bus, queue, handler, metrics } = self;
        let held = Held::new(&**bus, &queue.name, &deliveries);
        let spans = spans(&queue.name, &deliveries);
        let deliveries: Arc<[Delivery]> = deliveries.into();
        let working = spans.first().cloned().unwrap_or_else(Span::none);
        let outcomes = handle(handler, &deliveries).instrument(working).await;
        let settled = deliveries.iter().zip(outcomes).zip(&spans);
        let settle = |((delivery, outcome), span): ((&Delivery, Result<(), Fault>), &Span)| {
            span.in_scope(|| settlement(queue, delivery, &outcome))
        };
        let settlements: Vec<Settlement> = settled.map(settle).collect();
        bus.settle(&queue.name, &settlements).await?;
        held.settled();
        for Settlement { tag: _, verdict, reason: _ } in &settlements {
            metrics.settled(*verdict);
        }
        Ok(())
    }
}

/// A span for each delivery, part of the trace that caused its event. A batch is handled in the span of its first; the
/// others are linked to that one.
fn spans(queue: &str, deliveries: &[Delivery]) -> Vec<Span> {
    let span = |delivery: &Delivery| {
        let span = tracing::info_span!(
            parent: None,
            "deliver",
            otel.name = format!("deliver {}", delivery.event.topic),
            otel.kind = "consumer",
            messaging.destination.name = queue,
            messaging.message.id = delivery.event.id,
            messaging.batch.message_count = deliveries.len(),
            attempt = delivery.attempt,
            outcome = Empty,
        );
        trace::continue_from(&span, delivery.event.traceparent.as_deref());
        span
    };
    let spans: Vec<Span> = deliveries.iter().map(span).collect();
    if let [first, others @ ..] = spans.as_slice() {
        let first = trace::of(first);
        for other in others {
            trace::link(other, first.as_deref());
        }
    }
    spans
}

async fn wait_out(queue: &Queue, error: Error, stop: &CancellationToken) {
    let error = format!("{:#}", anyhow::Error::from(error));
    tracing::warn!(queue = queue.name, error, "the bus failed; trying again");
    tokio::select! { () = tokio::time::sleep(PAUSE) => {}, () = stop.cancelled() => {} }
}

/// Received deliveries. When this is dropped before they are settled, they are released to the bus.
struct Held<'a> {
    bus: &'a dyn Bus,
    queue: &'a str,
    tags: Vec<u64>,
}

impl<'a> Held<'a> {
    fn new(bus: &'a dyn Bus, queue: &'a str, deliveries: &[Delivery]) -> Self {
        Self { bus, queue, tags: deliveries.iter().map(|delivery| delivery.tag).collect() }
    }

    fn settled(mut self) {
        self.tags.clear();
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if !self.tags.is_empty() {
            self.bus.release(self.queue, &self.tags);
        }
    }
}

/// Handles a batch. Where the handler fails on the whole batch, each delivery is handled alone, so that the faulty one costs
/// no other delivery a try.
async fn handle(
    handler: &Arc<impl Handler>,
    deliveries: &Arc<[Delivery]>,
) -> Vec<Result<(), Fault>> {
    match handle_together(handler, deliveries.clone()).await {
        Ok(outcomes) => outcomes,
        Err(fault) if deliveries.len() == 1 => vec![Err(fault)],
        Err(_) => {
            let mut outcomes = Vec::with_capacity(deliveries.len());
            for delivery in deliveries.iter() {
                let alone = handle_together(handler, Arc::new([delivery.clone()])).await;
                outcomes.push(alone.and_then(|mut one| one.pop().unwrap_or(Ok(()))));
            }
            outcomes
        }
    }
}

/// Handles in a task of its own, so that a panic is a fault of these deliveries and of nothing else. Dropping the
/// consumer ends the task.
async fn handle_together(
    handler: &Arc<impl Handler>,
    deliveries: Arc<[Delivery]>,
) -> Result<Vec<Result<(), Fault>>, Fault> {
    let (handler, count) = (handler.clone(), deliveries.len());
    let handling = async move { handler.handle(&deliveries).await };
    let task = tokio::spawn(handling.instrument(Span::current()));
    match AbortOnDropHandle::new(task).await {
        Ok(outcomes) if outcomes.len() == count => Ok(outcomes),
        Ok(outcomes) => Err(Fault::Retry(anyhow::anyhow!(
            "the handler gave {} outcomes for {count} deliveries",
            outcomes.len()
        ))),
        Err(panic) => Err(Fault::Retry(anyhow::anyhow!("the handler panicked: {panic}"))),
    }
}

fn settlement(queue: &Queue, delivery: &Delivery, outcome: &Result<(), Fault>) -> Settlement {
    let verdict = queue.policy.verdict(delivery.attempt, outcome);
    let reason = outcome.as_ref().err().map_or(String::new(), ToString::to_string);
    let reason: String = reason.chars().take(MAX_REASON_CHARACTERS).collect();
    let (topic, id) = (&delivery.event.topic, &delivery.event.id);
    Span::current().record("outcome", verdict.name());
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
