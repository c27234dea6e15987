//! What becomes of events when the connection to the broker goes.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bus::{Bus as _, Confirms, RabbitMq, contract};
use lapin::options::ExchangeDeleteOptions;
use tokio::{task::JoinSet, time::timeout};

use crate::broker::{
    Cleanup, Gate, TIMEOUT, acks, drain, meddler, on_broker, open, open_named, options,
};

/// Publishes numbered events, one after the other, until it is stopped.
#[derive(Default)]
struct Publisher {
    is_over: AtomicBool,
    /// How many were answered as published.
    published: AtomicUsize,
}

impl Publisher {
    /// Returns those that were answered as published.
    async fn run(&self, bus: &RabbitMq) -> BTreeSet<u64> {
        let mut published = BTreeSet::new();
        for number in 1.. {
            if self.is_over.load(Ordering::SeqCst) {
                break;
            }
            if bus.publish(&[contract::event("a.done.v1", number)]).await.is_ok() {
                published.insert(number);
                self.published.fetch_add(1, Ordering::SeqCst);
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        published
    }

    /// Waits until so many more are published.
    async fn wait_for_more(&self, more: usize) {
        let expected = self.published.load(Ordering::SeqCst) + more;
        let waiting = async {
            while self.published.load(Ordering::SeqCst) < expected {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(TIMEOUT, waiting).await.expect("events are published");
    }
}

/// Publishes numbered events while the gate is cut and opened again; returns those that were answered as published,
/// and those that came.
async fn published_and_received(confirms: Confirms) -> (BTreeSet<u64>, BTreeSet<u64>) {
    let waits = matches!(confirms, Confirms::On);
    let mut gate = Gate::open().await;
    let bus = open(gate.address.clone(), confirms);
    let _cleanup = Cleanup(bus.clone());
    let queue = contract::queue("cut", &["#"]);
    bus.declare(&queue).await.unwrap();
    let publisher = Arc::new(Publisher::default());
    let publishing = tokio::spawn({
        let (publisher, bus) = (publisher.clone(), bus.clone());
        async move { publisher.run(&bus).await }
    });
    for _ in 0..3 {
        publisher.wait_for_more(50).await;
        gate.swallow();
        if waits {
            tokio::time::sleep(Duration::from_millis(50)).await;
        } else {
            // The first may have been under way; the second is swallowed, and yet answered as published.
            publisher.wait_for_more(2).await;
        }
        gate.cut().await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        gate = gate.open_again().await;
    }
    publisher.wait_for_more(50).await;
    publisher.is_over.store(true, Ordering::SeqCst);
    let sent = publishing.await.unwrap();
    // Whoever knows that some are lost does not wait for them.
    let expected = if waits { sent.clone() } else { BTreeSet::new() };
    let received = drain(&bus, &queue, &expected).await;
    (sent, received)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_loses_nothing_that_was_published() {
    let (published, received) = published_and_received(Confirms::On).await;
    assert!(published.len() > 100, "only {} events were published", published.len());
    let lost: Vec<&u64> = published.difference(&received).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
}

/// The same check sees a loss when publications do not wait for the broker.
#[tokio::test(flavor = "multi_thread")]
async fn without_confirms_a_cut_connection_loses_events() {
    let (published, received) = published_and_received(Confirms::OffForFaultTests).await;
    assert!(published.difference(&received).next().is_some(), "nothing was lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absent_broker_is_waited_for() {
    let mut gate = Gate::open().await;
    gate.cut().await;
    let bus = open(gate.address.clone(), Confirms::On);
    let _cleanup = Cleanup(bus.clone());
    let queue = contract::queue("late", &["#"]);
    assert!(bus.publish(&[contract::event("a.done.v1", 1)]).await.is_err());
    let declared = tokio::spawn({
        let (bus, queue) = (bus.clone(), queue.clone());
        async move { bus.declare(&queue).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!declared.is_finished());
    let _gate = gate.open_again().await;
    timeout(TIMEOUT, declared).await.unwrap().unwrap().unwrap();
    bus.publish(&[contract::event("a.done.v1", 2)]).await.unwrap();
    assert_eq!(bus.receive(&queue.name, 1).await.unwrap()[0].event.sequence, 2);
}

/// A publication that fails on a connection that lives takes all of it down, consumers too: nobody acknowledges on it
/// any more, and what it holds would never come again.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_given_up_keeps_no_deliveries() {
    let (bus, namespace, _cleanup) = open_named();
    let queue = contract::queue("kept", &["#"]);
    bus.declare(&queue).await.unwrap();
    bus.publish(&[contract::event("a.done.v1", 1)]).await.unwrap();
    let held = bus.receive(&queue.name, 1).await.unwrap();
    let waiting = tokio::spawn({
        let (bus, queue) = (bus.clone(), queue.clone());
        async move { drain(&bus, &queue, &BTreeSet::from([1, 3])).await }
    });
    let (_connection, channel) = meddler().await;
    let exchange = format!("{namespace}{}", bus::topology::EXCHANGE);
    channel.exchange_delete(exchange.into(), ExchangeDeleteOptions::default()).await.unwrap();
    assert!(bus.publish(&[contract::event("a.done.v1", 2)]).await.is_err());
    bus.publish(&[contract::event("a.done.v1", 3)]).await.unwrap();
    assert_eq!(waiting.await.unwrap(), BTreeSet::from([1, 3]));
    bus.settle(&queue.name, &acks(&held)).await.unwrap();
    assert_eq!(bus.depths().await.unwrap()[&queue.name], 0);
}

/// The workers of one queue share a consumer; when the connection is lost, they share the next one.
#[tokio::test(flavor = "multi_thread")]
async fn workers_share_the_next_consumer_after_a_cut() {
    let mut gate = Gate::open().await;
    let options = options(gate.address.clone(), Confirms::On);
    let namespace = options.namespace.clone();
    let bus = Arc::new(RabbitMq::new(options));
    let _cleanup = Cleanup(bus.clone());
    let queue = contract::queue("workers", &["#"]);
    let name = format!("{namespace}{}", queue.name);
    bus.declare(&queue).await.unwrap();
    let mut workers = JoinSet::new();
    for _ in 0..8 {
        let (bus, queue) = (bus.clone(), queue.clone());
        workers.spawn(async move {
            loop {
                let deliveries = bus.receive(&queue.name, 4).await.unwrap();
                let _ = bus.settle(&queue.name, &acks(&deliveries)).await;
            }
        });
    }
    for cut in 0..10 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        gate.cut().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        gate = gate.open_again().await;
        let events: Vec<_> = (0..64).map(|number| contract::event("a.done.v1", number)).collect();
        while bus.publish(&events).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let deadline = Instant::now() + TIMEOUT;
        while bus.depths().await.map_or(1, |depths| depths[&queue.name]) != 0 {
            assert!(Instant::now() < deadline, "after cut {cut} some are never settled");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        while on_broker(&name).await.consumer_count() != 1 {
            assert!(Instant::now() < deadline, "after cut {cut} a consumer is left over");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
