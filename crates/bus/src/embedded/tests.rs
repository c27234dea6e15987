//! What stands in the file when the process is killed: exactly what was confirmed.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::atomic::{AtomicI64, Ordering},
};

use tempfile::TempDir;

use super::*;
use crate::contract::{event, queue};

/// How long a test waits.
const SOON: Duration = Duration::from_mins(1);
/// What does not come within this time is taken not to come.
const QUIET: Duration = Duration::from_millis(300);

async fn open(file: &Path) -> Embedded {
    Embedded::open(file, Arc::new(|| 0)).await.unwrap()
}

/// A bus in a folder of its own with one queue of ten events.
async fn bus_with_ten() -> (Embedded, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let bus = open(&folder.path().join("bus.sqlite")).await;
    bus.declare(&queue("all", &["#"])).await.unwrap();
    bus.publish(&(1..=10).map(|number| event("a", number)).collect::<Vec<_>>()).await.unwrap();
    (bus, folder)
}

/// Which files a killed process leaves behind.
#[derive(PartialEq)]
enum Left {
    All,
    NoLog,
}

/// Copies the files of a bus that is still open: what `kill -9` would leave at this moment. Opening the copy is the
/// restart. Returns the numbers of the events that come then.
async fn come_after_a_kill(folder: &TempDir, left: Left) -> BTreeSet<u64> {
    let copy = tempfile::tempdir().unwrap();
    let mut names = vec!["bus.sqlite"];
    names.extend((left == Left::All).then_some("bus.sqlite-wal"));
    for name in names {
        std::fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let bus = open(&copy.path().join("bus.sqlite")).await;
    // Nothing waits for a retry, so that all that is there comes; where the log is gone, so is the queue.
    let depth = bus.depths().await.unwrap().get("all").copied().unwrap_or(0);
    let mut deliveries = Vec::new();
    while (deliveries.len() as u64) < depth {
        deliveries.extend(receive(&bus, 100).await);
    }
    deliveries.iter().map(|delivery| delivery.event.sequence).collect()
}

async fn receive(bus: &Embedded, at_most: usize) -> Vec<Delivery> {
    timeout(SOON, bus.receive("all", at_most)).await.expect("deliveries come").unwrap()
}

fn acks(deliveries: &[Delivery]) -> Vec<Settlement> {
    let ack =
        |d: &Delivery| Settlement { tag: d.tag, verdict: Verdict::Ack, reason: String::new() };
    deliveries.iter().map(ack).collect()
}

#[tokio::test]
async fn what_was_confirmed_and_not_acknowledged_comes_again_after_a_kill() {
    let (bus, folder) = bus_with_ten().await;
    let deliveries = receive(&bus, 5).await;
    bus.settle("all", &acks(&deliveries[..2])).await.unwrap();
    assert_eq!(come_after_a_kill(&folder, Left::All).await, (3..=10).collect());
}

#[tokio::test]
async fn the_harness_sees_a_loss() {
    let (_bus, folder) = bus_with_ten().await;
    assert_eq!(come_after_a_kill(&folder, Left::NoLog).await, BTreeSet::new());
}

#[tokio::test]
async fn a_publication_without_its_commit_is_lost_in_a_kill() {
    let (bus, folder) = bus_with_ten().await;
    let mut tx = bus.write().await.unwrap();
    rows::insert(&mut tx, "all", &event("a", 11), None, 0).await.unwrap();
    assert_eq!(come_after_a_kill(&folder, Left::All).await, (1..=10).collect());
    tx.commit().await.unwrap();
    assert_eq!(come_after_a_kill(&folder, Left::All).await, (1..=11).collect());
}

#[tokio::test]
async fn a_delivery_given_up_is_in_one_of_the_two_queues_after_a_kill() {
    let (bus, folder) = bus_with_ten().await;
    let deliveries = receive(&bus, 1).await;
    let given_up = Settlement {
        tag: deliveries[0].tag,
        verdict: Verdict::DeadLetter,
        reason: "bad".to_owned(),
    };
    let mut tx = bus.write().await.unwrap();
    rows::bury(&mut tx, "all", given_up.tag, "bad", 0).await.unwrap();
    assert_eq!(come_after_a_kill(&folder, Left::All).await, (1..=10).collect());
    drop(tx);
    bus.settle("all", &[given_up]).await.unwrap();
    assert_eq!(come_after_a_kill(&folder, Left::All).await, (2..=10).collect());
    assert_eq!(bus.depths().await.unwrap()[topology::DEAD_LETTERS], 1);
}

#[tokio::test]
async fn a_retry_keeps_its_time_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join("bus.sqlite");
    let bus = open(&file).await;
    bus.declare(&queue("all", &["#"])).await.unwrap();
    bus.publish(&[event("a", 1)]).await.unwrap();
    let tag = receive(&bus, 1).await[0].tag;
    let verdict = Verdict::RetryAfter(Duration::from_hours(1));
    bus.settle("all", &[Settlement { tag, verdict, reason: String::new() }]).await.unwrap();
    bus.close().await;
    let time = Arc::new(AtomicI64::new(3_599_999));
    let now = time.clone();
    let bus = Embedded::open(&file, Arc::new(move || now.load(Ordering::SeqCst))).await.unwrap();
    assert!(timeout(QUIET, bus.receive("all", 1)).await.is_err(), "it is not due");
    time.store(3_600_000, Ordering::SeqCst);
    assert_eq!(receive(&bus, 1).await[0].attempt, 2);
}

#[tokio::test]
async fn what_a_dropped_receiver_claimed_is_free_again() {
    let (bus, _folder) = bus_with_ten().await;
    for _ in 0..20 {
        // Polled a few times and dropped at one of its waits.
        let mut receive = Box::pin(bus.receive("all", 10));
        for _ in 0..3 {
            if futures::poll!(receive.as_mut()).is_ready() {
                bus.claims.give_back(1..=10);
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(bus.claims.count(), 0);
}

#[tokio::test]
async fn what_was_settled_between_looking_and_claiming_does_not_come_again() {
    let (bus, _folder) = bus_with_ten().await;
    let seen = rows::first_due(&bus.readers, "all", 0, 3).await.unwrap();
    let mut settled = acks(&receive(&bus, 2).await);
    settled[1].verdict = Verdict::RetryAfter(Duration::from_mins(1));
    bus.settle("all", &settled).await.unwrap();
    let claim = bus.claims.claim(&seen, 3).unwrap();
    let deliveries = bus.read_claimed("all", claim).await.unwrap();
    let numbers: Vec<u64> = deliveries.iter().map(|delivery| delivery.event.sequence).collect();
    assert_eq!((numbers, bus.claims.count()), (vec![3], 1));
}
