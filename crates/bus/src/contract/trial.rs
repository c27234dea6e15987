//! A bus on trial. Its queues and topics carry a word of their own, so that several trials may share a broker.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::timeout;

use crate::{Bus, Delivery, Event, Queue, RetryPolicy, Settlement, Verdict, topology};

/// How long a test waits.
const SOON: Duration = Duration::from_mins(1);
/// A queue that gives nothing for so long is taken to be empty.
const QUIET: Duration = Duration::from_millis(300);

/// A bus under test.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The bus.
    pub bus: Arc<dyn Bus>,
    /// First word of its queues and topics; without dots.
    pub word: String,
}

/// An event of a test.
pub fn event(topic: &str, number: u64) -> Event {
    Event {
        id: format!("00000000-0000-7000-8000-{number:012}"),
        topic: topic.to_owned(),
        subject: format!("subject {number}"),
        source: "urn:nld:oin:00000000000000000000:systeem:test".to_owned(),
        ty: "nl.tests.test-done.v1".to_owned(),
        time: "2021-12-31T23:59:59.000Z".to_owned(),
        sequence: number,
        epoch: "e-1".to_owned(),
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        payload: number.to_be_bytes().to_vec(),
    }
}

/// A queue of a test: three tries with short delays.
pub fn queue(name: &str, bindings: &[&str]) -> Queue {
    Queue {
        name: name.to_owned(),
        bindings: bindings.iter().map(|binding| (*binding).to_owned()).collect(),
        policy: RetryPolicy {
            max_attempts: 3,
            first_delay: Duration::from_millis(100),
            max_delay: Duration::from_secs(1),
        },
        batch: 1_000,
        workers: 1,
    }
}

impl Trial {
    /// Tries a bus under a word that no other trial on it uses.
    pub fn new(bus: Arc<dyn Bus>, word: impl Into<String>) -> Self {
        Self { bus, word: word.into() }
    }

    pub(crate) fn event(&self, topic: &str, number: u64) -> Event {
        event(&format!("{}.{topic}", self.word), number)
    }

    /// Declares a queue of this trial, and that of dead letters.
    pub(crate) async fn declare(&self, name: &str, bindings: &[&str]) -> Queue {
        let mut queue = queue(&format!("{}.{name}", self.word), bindings);
        for binding in &mut queue.bindings {
            *binding = format!("{}.{binding}", self.word);
        }
        self.bus.declare(&topology::dead_letters()).await.expect("declared");
        self.bus.declare(&queue).await.expect("declared");
        queue
    }

    pub(crate) async fn publish(&self, events: &[Event]) {
        self.bus.publish(events).await.expect("published");
    }

    /// Receives so many deliveries, in order.
    pub(crate) async fn receive(&self, queue: &Queue, count: usize) -> Vec<Delivery> {
        let mut deliveries = Vec::new();
        while deliveries.len() < count {
            let more = timeout(SOON, self.bus.receive(&queue.name, count - deliveries.len())).await;
            let more =
                more.unwrap_or_else(|_| panic!("{} of {count} deliveries came", deliveries.len()));
            deliveries.extend(more.expect("the bus works"));
        }
        deliveries
    }

    pub(crate) async fn settle(
        &self,
        queue: &Queue,
        deliveries: &[Delivery],
        verdict: Verdict,
        reason: &str,
    ) {
        let settlement = |delivery: &Delivery| Settlement {
            tag: delivery.tag,
            verdict,
            reason: reason.to_owned(),
        };
        let settlements: Vec<Settlement> = deliveries.iter().map(settlement).collect();
        self.bus.settle(&queue.name, &settlements).await.expect("the bus works");
    }

    pub(crate) fn release(&self, queue: &Queue, deliveries: &[Delivery]) {
        let tags: Vec<u64> = deliveries.iter().map(|delivery| delivery.tag).collect();
        self.bus.release(&queue.name, &tags);
    }

    pub(crate) async fn assert_empty(&self, queue: &Queue) {
        let more = timeout(QUIET, self.bus.receive(&queue.name, 1)).await;
        assert!(more.is_err(), "`{}` gives {more:?}", queue.name);
    }

    /// Waits for a dead letter of a queue. Those of other trials are given back, now and then, for their owners.
    pub(crate) async fn dead_letter(&self, queue: &Queue) -> Delivery {
        let dead = topology::dead_letters();
        let deadline = Instant::now() + SOON;
        while Instant::now() < deadline {
            let Ok(letters) = timeout(QUIET, self.bus.receive(&dead.name, dead.batch)).await else {
                continue;
            };
            let is_mine = |letter: &Delivery| {
                letter.origin.as_ref().is_some_and(|origin| origin.queue == queue.name)
            };
            let (mut mine, others): (Vec<_>, Vec<_>) =
                letters.expect("the bus works").into_iter().partition(is_mine);
            self.release(&dead, &others);
            if let Some(letter) = mine.pop() {
                self.release(&dead, &mine);
                return letter;
            }
            tokio::task::yield_now().await;
        }
        panic!("no dead letter of `{}` came", queue.name);
    }
}
