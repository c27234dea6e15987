//! In whatever order events come, the same is found.

use bus::Event;
use proptest::{prelude::*, test_runner::TestRunner};
use wire::v1::{Dimension, Filter, Scope, SearchRequest};

use crate::{
    sandbox::{Running, Sandbox, all},
    storage::{Storage, text, unanswered},
};

/// Everything about an index that can be seen from outside, apart from scores.
#[derive(Debug, Clone, PartialEq)]
struct Contents {
    watermark: u64,
    published: u64,
    working: u64,
    found: Vec<Vec<(String, String)>>,
}

async fn contents(running: &Running, last: u64) -> Contents {
    let status = running.reaches(last).await;
    let mut found = Vec::new();
    for scope in [Scope::Working, Scope::Published] {
        let mut hits = running.found(all(scope)).await;
        hits.sort();
        found.push(hits);
    }
    Contents {
        watermark: status.watermark,
        published: status.published,
        working: status.working,
        found,
    }
}

/// Revisions, an open cell, and two editions; returned are the events in order.
fn history(storage: &Storage) -> Vec<Event> {
    vec![
        storage.save(text("a-1", 1, "Eerste tekst over vrede.")),
        storage.save(text("a-2", 1, "Veiligheid voor iedereen.")),
        storage.save(text("a-1", 2, "Tweede tekst over vrede.")),
        storage.publish(),
        storage.save(text("a-3", 1, "Wordt later een open cel.")),
        storage.save(unanswered("a-3", 2)),
        storage.save(text("a-2", 2, "Veiligheid, herzien.")),
        storage.publish(),
        storage.save(text("a-4", 1, "Na de editie.")),
    ]
}

/// Plays the history to a search that was there before it; `order` are places in it.
async fn play(order: &[usize], batch: usize) -> Contents {
    let sandbox = Sandbox::new(Storage::example()).await;
    let running = sandbox.started().await;
    let events = history(&sandbox.storage);
    for places in order.chunks(batch) {
        let events: Vec<Event> = places.iter().map(|place| events[*place].clone()).collect();
        sandbox.publish(&events).await;
    }
    let contents = contents(&running, events.len() as u64).await;
    running.stop().await.unwrap();
    contents
}

/// Every place once, and some again, in any order.
fn orders() -> impl Strategy<Value = (Vec<usize>, usize)> {
    let again = proptest::collection::vec(0..9_usize, 0..9);
    let order = again.prop_map(|again| (0..9).chain(again).collect::<Vec<_>>());
    (order.prop_shuffle(), 1..9_usize)
}

#[test]
fn any_order_of_the_same_events_gives_the_same_documents() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let expected = runtime.block_on(play(&[0, 1, 2, 3, 4, 5, 6, 7, 8], 9));
    assert_eq!((expected.watermark, expected.working), (9, 3), "{expected:?}");
    // Of the older edition too, since it is what links to it open.
    assert_eq!(expected.published, 2 + 2, "{expected:?}");
    let config =
        ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let runs = TestRunner::new(config).run(&orders(), |(order, batch)| {
        prop_assert_eq!(runtime.block_on(play(&order, batch)), expected.clone());
        Ok(())
    });
    runs.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_that_goes_on_with_another_framework_is_found_by_that() {
    let sandbox = Sandbox::new(Storage::example()).await;
    let running = sandbox.started().await;
    let under = |pillar: &str| SearchRequest {
        filters: vec![Filter { dimension: Dimension::Pillar.into(), values: vec![pillar.into()] }],
        ..all(Scope::Working)
    };
    let found = async |pillar: &str| running.search(under(pillar)).await.unwrap().total;
    let saved = sandbox.storage.save(text("a-1", 1, "Tekst over vrede."));
    sandbox.publish(&[saved]).await;
    running.reaches(1).await;
    assert_eq!((found("een").await, found("twee").await), (1, 0));
    let moved = sandbox.storage.move_under("twee");
    sandbox.publish(&[moved]).await;
    running.reaches(2).await;
    assert_eq!((found("een").await, found("twee").await), (0, 1));
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_finds_the_same_as_the_events() {
    let expected = play(&[0, 1, 2, 3, 4, 5, 6, 7, 8], 9).await;
    let sandbox = Sandbox::new(Storage::example()).await;
    history(&sandbox.storage);
    let running = sandbox.started().await;
    assert_eq!(contents(&running, 9).await, expected);
    running.reindex().await.unwrap();
    assert_eq!(contents(&running, 9).await, expected);
    running.stop().await.unwrap();
}

/// Editions that come and go, a text that is erased, and one that takes its place; returned are the events in order.
fn departures(storage: &Storage) -> Vec<Event> {
    vec![
        storage.save(text("a-1", 1, "Vrede met namen.")),
        storage.save(text("a-2", 1, "Veiligheid.")),
        storage.publish(),
        storage.save(text("a-2", 2, "Veiligheid, herzien.")),
        storage.publish(),
        storage.withdraw(2),
        storage.publish(),
        storage.withdraw(3),
        storage.withdraw(1),
        storage.erase("a-1"),
        storage.publish(),
        storage.save(text("a-3", 1, "Nog een naam.")),
        storage.erase("a-3"),
        storage.save(text("a-3", 2, "Zonder namen.")),
    ]
}

async fn depart(order: &[usize], batch: usize) -> Contents {
    let sandbox = Sandbox::new(Storage::example()).await;
    let running = sandbox.started().await;
    let events = departures(&sandbox.storage);
    for places in order.chunks(batch) {
        let events: Vec<Event> = places.iter().map(|place| events[*place].clone()).collect();
        sandbox.publish(&events).await;
    }
    let contents = contents(&running, events.len() as u64).await;
    running.stop().await.unwrap();
    contents
}

#[test]
fn what_left_is_not_found_in_whatever_order_events_come() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let expected = runtime.block_on(depart(&(0..14).collect::<Vec<_>>(), 14));
    let hit = |id: &str, text: &str| (id.to_owned(), text.to_owned());
    let (safety, clean) = (hit("a-2", "Veiligheid, herzien."), hit("a-3", "Zonder namen."));
    assert_eq!(expected.found, [vec![safety.clone(), clean], vec![safety]], "{expected:?}");
    assert_eq!((expected.working, expected.published), (2, 1), "{expected:?}");
    let again = proptest::collection::vec(0..14_usize, 0..14);
    let order = again.prop_map(|again| (0..14).chain(again).collect::<Vec<_>>());
    let orders = (order.prop_shuffle(), 1..14_usize);
    let config =
        ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let runs = TestRunner::new(config).run(&orders, |(order, batch)| {
        prop_assert_eq!(runtime.block_on(depart(&order, batch)), expected.clone());
        Ok(())
    });
    runs.unwrap();
}

/// In the order of events: each is applied before the next one is made, and what was found goes.
#[tokio::test(flavor = "multi_thread")]
async fn the_edition_before_is_current_again_when_one_is_withdrawn_and_a_rebuild_agrees() {
    let sandbox = Sandbox::new(Storage::example()).await;
    let running = sandbox.started().await;
    let storage = &sandbox.storage;
    let mut position = 0;
    let event = storage.save(text("a-1", 1, "Eerste."));
    publish(&sandbox, &running, event, &mut position, &[]).await;
    publish(&sandbox, &running, storage.publish(), &mut position, &["Eerste."]).await;
    let event = storage.save(text("a-1", 2, "Tweede."));
    publish(&sandbox, &running, event, &mut position, &["Eerste."]).await;
    publish(&sandbox, &running, storage.publish(), &mut position, &["Tweede."]).await;
    publish(&sandbox, &running, storage.withdraw(2), &mut position, &["Eerste."]).await;
    let withdrawn = storage.withdraw(1);
    publish(&sandbox, &running, withdrawn.clone(), &mut position, &[]).await;
    let event = storage.erase("a-1");
    publish(&sandbox, &running, event, &mut position, &[]).await;
    assert_eq!(running.status().await.unwrap().working, 0);
    let before = contents(&running, position).await;
    sandbox.publish(&[withdrawn]).await;
    running.reindex().await.unwrap();
    assert_eq!(contents(&running, position).await, before);
    running.stop().await.unwrap();
    let running = sandbox.started().await;
    assert_eq!(contents(&running, position).await, before);
    running.stop().await.unwrap();
}

/// Publishes an event and checks what is found in the public index.
async fn publish(
    sandbox: &Sandbox,
    running: &Running,
    event: Event,
    position: &mut u64,
    expected: &[&str],
) {
    sandbox.publish(&[event]).await;
    *position += 1;
    running.reaches(*position).await;
    let found = running.found(all(Scope::Published)).await;
    let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, expected, "after {position}");
}

/// The queue expired, or was made anew, while search was away.
#[tokio::test(flavor = "multi_thread")]
async fn events_that_never_reached_the_queue_are_fetched_at_the_start() {
    let sandbox = Sandbox::new(Storage::example()).await;
    let running = sandbox.started().await;
    sandbox.publish(&[sandbox.storage.save(text("a-1", 1, "Vrede."))]).await;
    running.reaches(1).await;
    running.stop().await.unwrap();
    sandbox.storage.save(text("a-2", 1, "Gemist."));
    sandbox.storage.publish();
    let running = sandbox.started().await;
    let status = running.reaches(3).await;
    assert_eq!((status.working, status.published), (2, 2));
    running.stop().await.unwrap();
}

/// A delivery that was given up must not hold the watermark for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_gap_under_many_positions_is_closed_from_storage() {
    let sandbox = Sandbox::new(Storage::example()).await;
    let running = sandbox.started().await;
    sandbox.storage.save(text("a-1", 1, "Komt nooit langs de bus."));
    let events: Vec<Event> =
        (1..=1_100).map(|version| sandbox.storage.save(text("a-2", version, "Vrede."))).collect();
    sandbox.publish(&events).await;
    assert_eq!(running.reaches(1_101).await.working, 2);
    running.stop().await.unwrap();
}

/// Storage was set back to a copy of earlier: what is no longer there must not be found.
#[tokio::test(flavor = "multi_thread")]
async fn an_index_ahead_of_storage_is_built_anew() {
    let mut sandbox = Sandbox::new(Storage::example()).await;
    history(&sandbox.storage);
    sandbox.started().await.stop().await.unwrap();
    sandbox.storage = Storage::example();
    sandbox.storage.save(text("b-1", 1, "Alleen dit."));
    let running = sandbox.started().await;
    running.reaches(1).await;
    let found = running.found(all(Scope::Working)).await;
    assert_eq!(found, [("b-1".to_owned(), "Alleen dit.".to_owned())]);
    running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_cannot_be_applied_holds_up_neither_start_nor_rebuild() {
    let sandbox = Sandbox::new(Storage::example()).await;
    sandbox.started().await.stop().await.unwrap();
    let spoilt = text("a-1", 1, "Onleesbaar.");
    sandbox.storage.save(spoilt.clone());
    sandbox.storage.save(text("a-2", 1, "Leesbaar."));
    let running = sandbox.started().await;
    running.reaches(2).await;
    running.stop().await.unwrap();
    sandbox.storage.spoil(&spoilt);
    sandbox.storage.save(text("a-1", 2, "Onleesbaar."));
    let running = sandbox.started().await;
    running.reaches(3).await;
    running.stop().await.unwrap();
}
