//! What holds for whole consumers, on every backend.

use std::{
    collections::BTreeMap,
    future::pending,
    sync::{Arc, Mutex},
};

use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{Delivery, Event, Fault, Handler, Queue, Verdict, consume, contract::Trial, topology};

/// Does as its plan says, and notes the tries that went well by number of event.
struct Planned {
    plan: fn(&Delivery) -> Result<(), Fault>,
    handled: Mutex<BTreeMap<u64, u32>>,
}

impl Handler for Planned {
    async fn handle(&self, deliveries: &[Delivery]) -> Vec<Result<(), Fault>> {
        let outcomes: Vec<_> = deliveries.iter().map(self.plan).collect();
        let mut handled = self.handled.lock().expect("no panic under the lock");
        for (delivery, outcome) in deliveries.iter().zip(&outcomes) {
            if outcome.is_ok() {
                handled.insert(delivery.event.sequence, delivery.attempt);
            }
        }
        outcomes
    }
}

/// Consumes ten events after the plan until one is given up. Returns that one and what was handled, with the try.
async fn consume_ten(
    trial: &Trial,
    queue: &Queue,
    plan: fn(&Delivery) -> Result<(), Fault>,
) -> (Delivery, BTreeMap<u64, u32>) {
    let events: Vec<Event> = (1..=10).map(|number| trial.event("done.v1", number)).collect();
    trial.publish(&events).await;
    let handler = Arc::new(Planned { plan, handled: Mutex::default() });
    let stop = CancellationToken::new();
    let mut consumers = JoinSet::new();
    consumers.spawn(consume(trial.bus.clone(), queue.clone(), handler.clone(), stop.clone()));
    let letter = trial.dead_letter(queue).await;
    stop.cancel();
    consumers.join_next().await.expect("a consumer").expect("no panic").expect("it ends well");
    trial.settle(&topology::dead_letters(), std::slice::from_ref(&letter), Verdict::Ack, "").await;
    let tries = handler.handled.lock().expect("no panic under the lock").clone();
    (letter, tries)
}

fn all_but(number: u64) -> BTreeMap<u64, u32> {
    (1..=10).filter(|other| *other != number).map(|other| (other, 1)).collect()
}

/// A delivery that always fails is given up after its last try; the others are handled at their first.
pub async fn what_is_tried_too_often_is_given_up(trial: Trial) {
    let queue = trial.declare("exhausted", &["done.v1"]).await;
    let plan = |delivery: &Delivery| match delivery.event.sequence {
        4 => Err(Fault::Retry(anyhow::anyhow!("away at try {}", delivery.attempt))),
        _ => Ok(()),
    };
    let (letter, handled) = consume_ten(&trial, &queue, plan).await;
    let origin = letter.origin.expect("an origin");
    assert_eq!((letter.event.sequence, origin.attempts), (4, 3));
    assert_eq!(origin.reason, "away at try 3");
    assert_eq!(handled, all_but(4));
    trial.assert_empty(&queue).await;
}

/// A delivery whose handling panics is tried again and given up; the others of its batch lose no try to it.
pub async fn a_panic_costs_no_other_delivery(trial: Trial) {
    let queue = trial.declare("panic", &["done.v1"]).await;
    let plan = |delivery: &Delivery| {
        assert_ne!(delivery.event.sequence, 5, "five is too much");
        Ok(())
    };
    let (letter, handled) = consume_ten(&trial, &queue, plan).await;
    let origin = letter.origin.expect("an origin");
    assert_eq!((letter.event.sequence, origin.attempts), (5, 3));
    assert!(origin.reason.contains("five is too much"), "{}", origin.reason);
    assert_eq!(handled, all_but(5));
    trial.assert_empty(&queue).await;
}

/// Takes deliveries and never ends.
struct Stuck(Notify);

impl Handler for Stuck {
    async fn handle(&self, _deliveries: &[Delivery]) -> Vec<Result<(), Fault>> {
        self.0.notify_one();
        pending().await
    }
}

/// What a consumer held when it was dropped without a word comes again.
pub async fn what_a_lost_consumer_held_comes_again(trial: Trial) {
    let queue = trial.declare("lost", &["done.v1"]).await;
    let events: Vec<Event> = (1..=5).map(|number| trial.event("done.v1", number)).collect();
    trial.publish(&events).await;
    let handler = Arc::new(Stuck(Notify::new()));
    let mut consumers = JoinSet::new();
    let stop = CancellationToken::new();
    consumers.spawn(consume(trial.bus.clone(), queue.clone(), handler.clone(), stop));
    handler.0.notified().await;
    consumers.shutdown().await;
    let mut again = trial.receive(&queue, 5).await;
    again.sort_by_key(|delivery| delivery.event.sequence);
    assert_eq!(
        again.iter().map(|delivery| &delivery.event).collect::<Vec<_>>(),
        events.iter().collect::<Vec<_>>()
    );
    trial.settle(&queue, &again, Verdict::Ack, "").await;
    trial.assert_empty(&queue).await;
}
