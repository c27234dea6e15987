//! What becomes of events when somebody does something to the queues, or to one of them alone.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use bus::{Bus as _, Confirms, Error, Kind, RabbitMq, Settlement, Verdict, contract};
use lapin::{
    BasicProperties,
    options::{
        BasicGetOptions, BasicPublishOptions, BasicRejectOptions, QueueDeclareOptions,
        QueueDeleteOptions,
    },
    types::FieldTable,
};
use tokio::{task::JoinSet, time::timeout};

use crate::broker::{Cleanup, TIMEOUT, address, drain, meddler, open, open_named, options};

/// Giving back waits for nothing, and yet is never left undone because somebody else is busy with the bus.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_released_on_a_busy_bus_comes_again() {
    let bus = open(address(), Confirms::On);
    let _cleanup = Cleanup(bus.clone());
    let queue = contract::queue("busy", &["#"]);
    bus.declare(&queue).await.unwrap();
    bus.publish(&[contract::event("a.done.v1", 1)]).await.unwrap();
    let held = bus.receive(&queue.name, 1).await.unwrap();
    let mut others = JoinSet::new();
    let queues: Vec<_> =
        (0..8).map(|number| contract::queue(&format!("other-{number}"), &[])).collect();
    for other in &queues {
        bus.declare(other).await.unwrap();
    }
    for other in queues {
        let bus = bus.clone();
        others.spawn(async move { bus.receive(&other.name, 1).await });
    }
    // Time for the others to begin to open their consumers, not to end it.
    tokio::time::sleep(Duration::from_millis(2)).await;
    bus.release(&queue.name, &[held[0].tag]);
    let again = timeout(TIMEOUT, bus.receive(&queue.name, 1)).await;
    assert_eq!(again.expect("it comes again").unwrap(), held);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses_until_there_is_room_and_loses_nothing() {
    let bus = RabbitMq::new(options(address(), Confirms::On)).with_max_length(5);
    let bus = Arc::new(bus);
    let _cleanup = Cleanup(bus.clone());
    let queue = contract::queue("full", &["#"]);
    bus.declare(&queue).await.unwrap();
    let mut published = BTreeSet::new();
    let mut refusal = None;
    for number in 1..=100 {
        match bus.publish(&[contract::event("a.done.v1", number)]).await {
            Ok(()) => drop(published.insert(number)),
            Err(error) => refusal = Some(error),
        }
    }
    let refusal = refusal.expect("a refusal");
    assert!(matches!(refusal, Error::Full(_)), "{refusal:?}");
    assert_eq!(refusal.kind(), Kind::Unavailable);
    assert!((5..50).contains(&published.len()), "{} of 100 were taken", published.len());
    assert!(drain(&bus, &queue, &published).await.is_superset(&published));
    let deadline = Instant::now() + TIMEOUT;
    while let Err(error) = bus.publish(&[contract::event("a.done.v1", 101)]).await {
        // The broker notices that there is room when it gets to it.
        assert!(matches!(error, Error::Full(_)) && Instant::now() < deadline, "{error:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let last = BTreeSet::from([101]);
    assert_eq!(drain(&bus, &queue, &last).await, last);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_stands_with_other_arguments_is_named_and_stops_nothing_else() {
    let (bus, namespace, _cleanup) = open_named();
    let (sound, other) = (contract::queue("sound", &["#"]), contract::queue("other", &["#"]));
    bus.declare(&sound).await.unwrap();
    let (_connection, channel) = meddler().await;
    let name = format!("{namespace}{}", other.name);
    let classic = FieldTable::default();
    channel
        .queue_declare(name.as_str().into(), QueueDeclareOptions::durable(), classic)
        .await
        .unwrap();
    let refusal = timeout(TIMEOUT, bus.declare(&other)).await.unwrap().unwrap_err();
    channel.queue_delete(name.as_str().into(), QueueDeleteOptions::default()).await.unwrap();
    assert_eq!(refusal.kind(), Kind::Internal);
    assert!(refusal.to_string().starts_with(&format!("queue `{name}` stands")), "{refusal}");
    bus.publish(&[contract::event("a.done.v1", 1)]).await.unwrap();
    let sent = BTreeSet::from([1]);
    assert_eq!(drain(&bus, &sound, &sent).await, sent);
}

#[tokio::test]
async fn an_address_that_is_none_is_not_waited_for() {
    let bus = open("http://nowhere".to_owned(), Confirms::On);
    let queue = contract::queue("none", &["#"]);
    let refused = timeout(TIMEOUT, bus.declare(&queue)).await;
    let refusal = refused.expect("an answer").unwrap_err().to_string();
    assert!(refusal.starts_with("`bus.address` is no AMQP address"), "{refusal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_deleted_under_its_consumer_is_declared_again() {
    let (bus, namespace, _cleanup) = open_named();
    let queue = contract::queue("deleted", &["#"]);
    bus.declare(&queue).await.unwrap();
    let waiting = tokio::spawn({
        let (bus, queue) = (bus.clone(), queue.clone());
        async move { bus.receive(&queue.name, 1).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (_connection, channel) = meddler().await;
    let name = format!("{namespace}{}", queue.name);
    channel.queue_delete(name.into(), QueueDeleteOptions::default()).await.unwrap();
    let publishing = async {
        while !waiting.is_finished() {
            bus.publish(&[contract::event("a.done.v1", 1)]).await.ok();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(TIMEOUT, publishing).await.expect("it consumes again");
    assert_eq!(waiting.await.unwrap().unwrap()[0].event.sequence, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_does_not_read_back_holds_up_nobody_and_is_kept() {
    let (bus, namespace, _cleanup) = open_named();
    let queue = contract::queue("garbled", &["#"]);
    bus.declare(&bus::topology::dead_letters()).await.unwrap();
    bus.declare(&queue).await.unwrap();
    let (_connection, channel) = meddler().await;
    let name = format!("{namespace}{}", queue.name);
    let garbage = channel.basic_publish(
        "".into(),
        name.into(),
        BasicPublishOptions::default(),
        b"garbage",
        BasicProperties::default(),
    );
    garbage.await.unwrap();
    bus.publish(&[contract::event("a.done.v1", 1)]).await.unwrap();
    let sent = BTreeSet::from([1]);
    assert_eq!(drain(&bus, &queue, &sent).await, sent);
    let deadline = Instant::now() + TIMEOUT;
    loop {
        let depths = bus.depths().await.unwrap();
        let of_both = (depths[&queue.name], depths[bus::topology::DEAD_LETTERS]);
        if of_both == (0, 1) {
            break;
        }
        // The broker moves a dead letter when it gets to it.
        assert!(Instant::now() < deadline, "{of_both:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A message that the broker itself gave up names the queue it was in, not of the delay queue that it had been in before.
/// A bus that is dropped holds nothing back.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_broker_gave_up_has_its_queue_and_tries() {
    let options = options(address(), Confirms::On);
    let name = format!("{}limit", options.namespace);
    let (queue, dead) = (contract::queue("limit", &["#"]), bus::topology::dead_letters());
    let first = RabbitMq::new(options.clone());
    first.declare(&queue).await.unwrap();
    first.publish(&[contract::event("a.done.v1", 1)]).await.unwrap();
    let deliveries = first.receive(&queue.name, 1).await.unwrap();
    let verdict = Verdict::RetryAfter(Duration::from_millis(100));
    let later = Settlement { tag: deliveries[0].tag, verdict, reason: String::new() };
    first.settle(&queue.name, &[later]).await.unwrap();
    assert_eq!(first.receive(&queue.name, 1).await.unwrap()[0].attempt, 2);
    drop(first);

    let second = Arc::new(RabbitMq::new(options));
    let _cleanup = Cleanup(second.clone());
    second.declare(&queue).await.unwrap();
    second.declare(&dead).await.unwrap();
    let (_connection, channel) = meddler().await;
    let taking = async {
        loop {
            let taken = channel.basic_get(name.as_str().into(), BasicGetOptions::default()).await;
            if let Some(taken) = taken.unwrap() {
                return taken;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let taken = timeout(TIMEOUT, taking).await.expect("the first gave it back");
    taken.delivery.acker.reject(BasicRejectOptions::default()).await.unwrap();
    let letters = timeout(TIMEOUT, second.receive(&dead.name, 1)).await;
    let origin = letters.expect("a dead letter").unwrap()[0].origin.clone().unwrap();
    assert_eq!((origin.queue.as_str(), origin.attempts), ("limit", 2));
    assert_eq!(origin.reason, "the broker gave it up: rejected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_into_an_unknown_queue_is_refused() {
    let (bus, _, _cleanup) = open_named();
    let refusal = bus.publish_to("nowhere", &contract::event("a", 1)).await.unwrap_err();
    assert_eq!(refusal.to_string(), "there is no queue `nowhere`");
}
