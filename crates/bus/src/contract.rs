//! What every backend promises, as functions that a test of the backend calls.
//!
//! Each function panics where a promise is broken. [`holds_the_contract`](crate::holds_the_contract) makes a test of
//! each, so that no backend can leave one out. Delays are short and real: a broker's clock cannot be moved.

mod consumers;
mod trial;

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use tokio::{task::JoinSet, time::timeout};

pub use crate::contract::{
    consumers::{
        a_panic_costs_no_other_delivery, what_a_lost_consumer_held_comes_again,
        what_is_tried_too_often_is_given_up,
    },
    trial::{Trial, event, queue},
};
use crate::{Delivery, Event, Queue, Verdict, topology};

/// Makes a test of each promise. `$open` is an async function without arguments that returns a [`Trial`] and
/// something to keep until the test ends.
#[macro_export]
macro_rules! holds_the_contract {
    ($open:path) => {
        $crate::holds_the_contract!(@ $open:
            a_dead_letter_keeps_its_origin_and_replays,
            a_large_payload_travels_whole,
            a_panic_costs_no_other_delivery,
            a_retry_comes_again_after_its_delay_with_its_attempt,
            a_retry_holds_up_nobody,
            a_stuck_queue_holds_up_no_other,
            an_event_reaches_each_bound_queue_and_no_other,
            declaring_again_keeps_what_waits,
            many_publishers_lose_nothing_and_keep_order,
            the_same_event_twice_comes_twice,
            what_a_lost_consumer_held_comes_again,
            what_is_released_comes_again,
            what_is_tried_too_often_is_given_up,
        );
    };
    (@ $open:path: $($promise:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $promise() {
                let (trial, _kept) = $open().await;
                $crate::contract::$promise(trial).await;
            }
        )+
    };
}

/// An event reaches each bound queue with all its attributes, and no other queue.
pub async fn an_event_reaches_each_bound_queue_and_no_other(trial: Trial) {
    let one = trial.declare("one", &["a.*.v1"]).await;
    let other = trial.declare("other", &["b.#", "b.done.*"]).await;
    let all = trial.declare("all", &["#"]).await;
    let (first, second) = (trial.event("a.done.v1", 1), trial.event("b.done.v1", 2));
    let nobodys = Event { topic: format!("not-{}", first.topic), ..first.clone() };
    trial.publish(&[first.clone(), second.clone(), nobodys]).await;
    for (queue, expected) in
        [(&one, vec![&first]), (&other, vec![&second]), (&all, vec![&first, &second])]
    {
        let deliveries = trial.receive(queue, expected.len()).await;
        assert_eq!(deliveries.iter().map(|delivery| &delivery.event).collect::<Vec<_>>(), expected);
        assert!(
            deliveries.iter().all(|delivery| delivery.attempt == 1 && delivery.origin.is_none())
        );
        trial.settle(queue, &deliveries, Verdict::Ack, "").await;
        trial.assert_empty(queue).await;
    }
}

/// What waits in a queue outlives its being declared again, as at every start.
pub async fn declaring_again_keeps_what_waits(trial: Trial) {
    let queue = trial.declare("again", &["done.v1"]).await;
    trial.publish(&[trial.event("done.v1", 1)]).await;
    trial.declare("again", &["done.v1"]).await;
    let deliveries = trial.receive(&queue, 1).await;
    trial.settle(&queue, &deliveries, Verdict::Ack, "").await;
    trial.assert_empty(&queue).await;
}

/// A delivery that is to come again does, not before its delay, with the number of its try.
pub async fn a_retry_comes_again_after_its_delay_with_its_attempt(trial: Trial) {
    let queue = trial.declare("retry", &["done.v1"]).await;
    trial.publish(&[trial.event("done.v1", 1)]).await;
    let mut deliveries = trial.receive(&queue, 1).await;
    for attempt in 1..=3 {
        assert_eq!(deliveries[0].attempt, attempt);
        let delay = queue.policy.delay(attempt);
        let settled = Instant::now();
        trial.settle(&queue, &deliveries, Verdict::RetryAfter(delay), "not yet").await;
        deliveries = match timeout(delay / 2, trial.bus.receive(&queue.name, 1)).await {
            // The machine may have stood still for as long as the delay.
            Ok(come) => {
                assert!(delay <= settled.elapsed(), "it came before its delay");
                come.expect("the bus works")
            }
            Err(_) => trial.receive(&queue, 1).await,
        };
    }
    assert_eq!((deliveries[0].attempt, &deliveries[0].event), (4, &trial.event("done.v1", 1)));
    trial.settle(&queue, &deliveries, Verdict::Ack, "").await;
    trial.assert_empty(&queue).await;
}

/// A poisoned delivery that waits for its next try holds up no other.
pub async fn a_retry_holds_up_nobody(trial: Trial) {
    let queue = trial.declare("poison", &["done.v1"]).await;
    trial.publish(&[trial.event("done.v1", 1), trial.event("done.v1", 2)]).await;
    let first = trial.receive(&queue, 1).await;
    let later = Verdict::RetryAfter(Duration::from_mins(1));
    trial.settle(&queue, &first, later, "poison").await;
    let second = trial.receive(&queue, 1).await;
    assert_eq!(second[0].event.sequence, 2);
    trial.settle(&queue, &second, Verdict::Ack, "").await;
}

/// A consumer that never settles what it holds holds up no other queue, nor the publisher.
pub async fn a_stuck_queue_holds_up_no_other(trial: Trial) {
    let stuck = trial.declare("stuck", &["done.v1"]).await;
    let moving = trial.declare("moving", &["done.v1"]).await;
    trial.publish(&[trial.event("done.v1", 0)]).await;
    let held = trial.receive(&stuck, 1).await;
    let events: Vec<Event> = (1..100).map(|number| trial.event("done.v1", number)).collect();
    trial.publish(&events).await;
    let moved = trial.receive(&moving, 100).await;
    trial.settle(&moving, &moved, Verdict::Ack, "").await;
    trial.assert_empty(&moving).await;
    trial.settle(&stuck, &held, Verdict::Ack, "").await;
    let late = trial.receive(&stuck, 99).await;
    trial.settle(&stuck, &late, Verdict::Ack, "").await;
    trial.assert_empty(&stuck).await;
}

/// A delivery that is given up stands among the dead letters with its origin, and can be replayed from there.
pub async fn a_dead_letter_keeps_its_origin_and_replays(trial: Trial) {
    let queue = trial.declare("doomed", &["done.v1"]).await;
    trial.publish(&[trial.event("done.v1", 1)]).await;
    let deliveries = trial.receive(&queue, 1).await;
    let later = Verdict::RetryAfter(Duration::from_millis(20));
    trial.settle(&queue, &deliveries, later, "not yet").await;
    let deliveries = trial.receive(&queue, 1).await;
    trial.settle(&queue, &deliveries, Verdict::DeadLetter, "it does not decode").await;
    let letter = trial.dead_letter(&queue).await;
    let origin = letter.origin.clone().expect("an origin");
    assert_eq!((origin.reason.as_str(), origin.attempts), ("it does not decode", 2));
    assert_eq!(letter.event, trial.event("done.v1", 1));
    trial.assert_empty(&queue).await;
    trial.bus.publish_to(&origin.queue, &letter.event).await.expect("replayed");
    trial.settle(&topology::dead_letters(), &[letter], Verdict::Ack, "").await;
    let again = trial.receive(&queue, 1).await;
    assert_eq!((again[0].attempt, &again[0].event), (1, &trial.event("done.v1", 1)));
    trial.settle(&queue, &again, Verdict::Ack, "").await;
}

/// What was received and not settled comes again once it is released, and counts as the same try or the next.
pub async fn what_is_released_comes_again(trial: Trial) {
    let queue = trial.declare("released", &["done.v1"]).await;
    trial.publish(&[trial.event("done.v1", 1)]).await;
    let deliveries = trial.receive(&queue, 1).await;
    trial.assert_empty(&queue).await;
    trial.release(&queue, &deliveries);
    let again = trial.receive(&queue, 1).await;
    assert_eq!(again[0].event, deliveries[0].event);
    trial.settle(&queue, &again, Verdict::Ack, "").await;
    trial.assert_empty(&queue).await;
}

/// At least once: an event published twice is not taken for one, since its publisher may know better.
pub async fn the_same_event_twice_comes_twice(trial: Trial) {
    let queue = trial.declare("twice", &["done.v1"]).await;
    let event = trial.event("done.v1", 1);
    trial.publish(&[event.clone(), event.clone()]).await;
    trial.publish(std::slice::from_ref(&event)).await;
    let deliveries = trial.receive(&queue, 3).await;
    assert!(deliveries.iter().all(|delivery| delivery.event == event));
    trial.settle(&queue, &deliveries, Verdict::Ack, "").await;
}

/// Events of one publisher keep their order, and none of many publishers is lost.
pub async fn many_publishers_lose_nothing_and_keep_order(trial: Trial) {
    let queue = Queue { batch: 64, ..trial.declare("many", &["many.#"]).await };
    let mut publishers = JoinSet::new();
    for publisher in 0..8_u64 {
        let trial = trial.clone();
        publishers.spawn(async move {
            for number in 0..125 {
                trial.publish(&[trial.event(&format!("many.{publisher}.v1"), number)]).await;
            }
        });
    }
    let deliveries = trial.receive(&queue, 1_000).await;
    while let Some(ended) = publishers.join_next().await {
        ended.expect("a publisher ends well");
    }
    let key = |delivery: &Delivery| (delivery.event.topic.clone(), delivery.event.sequence);
    assert_eq!(deliveries.iter().map(key).collect::<BTreeSet<_>>().len(), 1_000);
    for publisher in 0..8 {
        let topic = trial.event(&format!("many.{publisher}.v1"), 0).topic;
        let of = |delivery: &&Delivery| delivery.event.topic == topic;
        let order: Vec<u64> =
            deliveries.iter().filter(of).map(|delivery| delivery.event.sequence).collect();
        assert!(order.is_sorted(), "{order:?}");
    }
    trial.settle(&queue, &deliveries, Verdict::Ack, "").await;
    trial.assert_empty(&queue).await;
}

/// A payload of a megabyte travels whole.
pub async fn a_large_payload_travels_whole(trial: Trial) {
    let queue = trial.declare("large", &["done.v1"]).await;
    let payload = (0..1 << 20).map(|i: u32| i.to_le_bytes()[1]).collect();
    let large = Event { payload, ..trial.event("done.v1", 1) };
    trial.publish(std::slice::from_ref(&large)).await;
    let deliveries = trial.receive(&queue, 1).await;
    assert!(deliveries[0].event == large, "the payload differs");
    trial.settle(&queue, &deliveries, Verdict::Ack, "").await;
}
