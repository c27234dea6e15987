//! What every backend promises, as functions that a test of the backend calls with a fresh bus.
//!
//! Each function panics where a promise is broken. Queues are named after `prefix`, so that several may share a broker.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use tokio::time::timeout;

use crate::{Bus, Delivery, Event, Queue, RetryPolicy, Settlement, Verdict, topology};

const SOON: Duration = Duration::from_secs(20);

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
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        payload: number.to_be_bytes().to_vec(),
    }
}

/// A queue of a test.
pub fn queue(prefix: &str, name: &str, bindings: &[&str]) -> Queue {
    Queue {
        name: format!("{prefix}.{name}"),
        bindings: bindings.iter().map(|binding| (*binding).to_owned()).collect(),
        policy: RetryPolicy {
            max_attempts: 3,
            first_delay: Duration::from_millis(50),
            max_delay: Duration::from_secs(1),
        },
        batch: 16,
        workers: 1,
    }
}

async fn receive(bus: &dyn Bus, queue: &Queue, count: usize) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    while deliveries.len() < count {
        let more = timeout(SOON, bus.receive(&queue.name, count - deliveries.len())).await;
        deliveries.extend(
            more.unwrap_or_else(|_| panic!("{} of {count} deliveries came", deliveries.len()))
                .expect("the bus works"),
        );
    }
    deliveries
}

async fn settle(
    bus: &dyn Bus,
    queue: &Queue,
    deliveries: &[Delivery],
    verdict: Verdict,
    reason: &str,
) {
    let one =
        |delivery: &Delivery| Settlement { tag: delivery.tag, verdict, reason: reason.to_owned() };
    let settlements: Vec<Settlement> = deliveries.iter().map(one).collect();
    bus.settle(&queue.name, &settlements).await.expect("the bus works");
}

/// An event reaches each bound queue with all its attributes, and no other queue.
pub async fn an_event_reaches_each_bound_queue(bus: Arc<dyn Bus>, prefix: &str) {
    let (one, other) = (queue(prefix, "one", &["a.*.v1"]), queue(prefix, "other", &["b.#"]));
    let all = queue(prefix, "all", &["#"]);
    for queue in [&one, &other, &all] {
        bus.declare(queue).await.expect("declared");
    }
    let (first, second) = (event("a.done.v1", 1), event("b.done.v1", 2));
    bus.publish(&[first.clone(), second.clone()]).await.expect("published");
    for (queue, expected) in
        [(&one, vec![&first]), (&other, vec![&second]), (&all, vec![&first, &second])]
    {
        let deliveries = receive(&*bus, queue, expected.len()).await;
        assert_eq!(deliveries.iter().map(|delivery| &delivery.event).collect::<Vec<_>>(), expected);
        assert!(
            deliveries.iter().all(|delivery| delivery.attempt == 1 && delivery.origin.is_none())
        );
        settle(&*bus, queue, &deliveries, Verdict::Ack, "").await;
        assert!(
            timeout(Duration::from_millis(300), bus.receive(&queue.name, 1)).await.is_err(),
            "{} is empty now",
            queue.name
        );
    }
}

/// A delivery that is to come again does, later, with the number of its try.
pub async fn a_retry_comes_again_with_its_attempt(bus: Arc<dyn Bus>, prefix: &str) {
    let queue = queue(prefix, "retry", &["c.done.v1"]);
    bus.declare(&queue).await.expect("declared");
    bus.publish(&[event("c.done.v1", 1)]).await.expect("published");
    for attempt in 1..=3 {
        let deliveries = receive(&*bus, &queue, 1).await;
        assert_eq!(deliveries[0].attempt, attempt);
        let verdict = if attempt < 3 {
            Verdict::RetryAfter(Duration::from_millis(100))
        } else {
            Verdict::Ack
        };
        settle(&*bus, &queue, &deliveries, verdict, "not yet").await;
    }
}

/// A poisoned delivery that waits for its next try holds up no other.
pub async fn a_retry_holds_up_nobody(bus: Arc<dyn Bus>, prefix: &str) {
    let queue = queue(prefix, "poison", &["d.done.v1"]);
    bus.declare(&queue).await.expect("declared");
    bus.publish(&[event("d.done.v1", 1), event("d.done.v1", 2)]).await.expect("published");
    let first = receive(&*bus, &queue, 1).await;
    settle(&*bus, &queue, &first, Verdict::RetryAfter(Duration::from_secs(60)), "poison").await;
    let second = receive(&*bus, &queue, 1).await;
    assert_eq!(second[0].event.sequence, 2);
    settle(&*bus, &queue, &second, Verdict::Ack, "").await;
}

/// A delivery that is given up stands among the dead letters with its origin, and can be replayed from there.
pub async fn a_dead_letter_keeps_its_origin_and_replays(bus: Arc<dyn Bus>, prefix: &str) {
    let queue = queue(prefix, "doomed", &["e.done.v1"]);
    let dead = topology::dead_letters();
    bus.declare(&dead).await.expect("declared");
    bus.declare(&queue).await.expect("declared");
    bus.publish(&[event("e.done.v1", 1)]).await.expect("published");
    let deliveries = receive(&*bus, &queue, 1).await;
    settle(&*bus, &queue, &deliveries, Verdict::DeadLetter, "it does not decode").await;
    let letters = receive(&*bus, &dead, 1).await;
    let origin = letters[0].origin.clone().expect("an origin");
    assert_eq!(
        (origin.queue.as_str(), origin.reason.as_str(), origin.attempts),
        (queue.name.as_str(), "it does not decode", 1)
    );
    assert_eq!(letters[0].event, event("e.done.v1", 1));
    bus.publish_to(&origin.queue, &letters[0].event).await.expect("replayed");
    settle(&*bus, &dead, &letters, Verdict::Ack, "").await;
    let again = receive(&*bus, &queue, 1).await;
    assert_eq!((again[0].attempt, &again[0].event), (1, &event("e.done.v1", 1)));
    settle(&*bus, &queue, &again, Verdict::Ack, "").await;
}

/// What was received and not settled comes again once it is released.
pub async fn what_is_released_comes_again(bus: Arc<dyn Bus>, prefix: &str) {
    let queue = queue(prefix, "released", &["f.done.v1"]);
    bus.declare(&queue).await.expect("declared");
    bus.publish(&[event("f.done.v1", 1)]).await.expect("published");
    let deliveries = receive(&*bus, &queue, 1).await;
    bus.release(&queue.name, &[deliveries[0].tag]).await;
    let again = receive(&*bus, &queue, 1).await;
    assert_eq!(again[0].event, deliveries[0].event);
    settle(&*bus, &queue, &again, Verdict::Ack, "").await;
}

/// Events of one publisher keep their order, and none of many publishers is lost.
pub async fn many_publishers_lose_nothing_and_keep_order(bus: Arc<dyn Bus>, prefix: &str) {
    let queue = Queue { batch: 64, ..queue(prefix, "many", &["g.#"]) };
    bus.declare(&queue).await.expect("declared");
    let mut publishers = tokio::task::JoinSet::new();
    for publisher in 0..8_u64 {
        let bus = bus.clone();
        publishers.spawn(async move {
            for number in 0..125 {
                bus.publish(&[event(&format!("g.{publisher}.v1"), number)])
                    .await
                    .expect("published");
            }
        });
    }
    let deliveries = receive(&*bus, &queue, 1_000).await;
    while let Some(ended) = publishers.join_next().await {
        ended.expect("a publisher ends well");
    }
    let distinct: BTreeSet<(String, u64)> = deliveries
        .iter()
        .map(|delivery| (delivery.event.topic.clone(), delivery.event.sequence))
        .collect();
    assert_eq!(distinct.len(), 1_000);
    for publisher in 0..8 {
        let of = |delivery: &&Delivery| delivery.event.topic == format!("g.{publisher}.v1");
        let order: Vec<u64> =
            deliveries.iter().filter(of).map(|delivery| delivery.event.sequence).collect();
        assert!(order.is_sorted(), "{order:?}");
    }
    settle(&*bus, &queue, &deliveries, Verdict::Ack, "").await;
}

/// A payload of a megabyte travels whole.
pub async fn a_large_payload_travels_whole(bus: Arc<dyn Bus>, prefix: &str) {
    let queue = queue(prefix, "large", &["h.done.v1"]);
    bus.declare(&queue).await.expect("declared");
    let large = Event {
        payload: (0..1 << 20).map(|i: u32| i.to_le_bytes()[1]).collect(),
        ..event("h.done.v1", 1)
    };
    bus.publish(std::slice::from_ref(&large)).await.expect("published");
    let deliveries = receive(&*bus, &queue, 1).await;
    assert!(deliveries[0].event == large, "the payload differs");
    settle(&*bus, &queue, &deliveries, Verdict::Ack, "").await;
}
