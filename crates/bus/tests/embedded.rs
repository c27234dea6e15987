//! Holds the embedded bus to the contract, and to what only it promises.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bus::{
    Bus, Embedded, Millis, Settlement, Verdict,
    contract::{self, Trial},
};
use tempfile::TempDir;
use tokio::time::timeout;

bus::holds_the_contract!(fresh);

fn clock() -> Millis {
    let start = std::time::Instant::now();
    Arc::new(move || i64::try_from(start.elapsed().as_millis()).unwrap())
}

async fn open(file: &Path) -> Arc<Embedded> {
    Arc::new(Embedded::open(file, clock()).await.unwrap())
}

async fn fresh() -> (Trial, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let bus = open(&folder.path().join("bus.sqlite")).await;
    (Trial::new(bus, "trial"), folder)
}

/// Writes past the bus into its file.
async fn meddle(file: &Path, sql: &'static str) {
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    sqlx::query(sql).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bus.sqlite");
    open(&file).await.close().await;
    meddle(&file, "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99999999999999, 'later', 1, x'00', 0)").await;
    let refusal = Embedded::open(&file, clock()).await.unwrap_err().to_string();
    assert!(refusal.contains("newer version"), "{refusal}");
}

#[tokio::test]
async fn a_message_that_does_not_read_back_holds_up_nobody_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bus.sqlite");
    let bus = open(&file).await;
    let queue = contract::queue("damaged", &["#"]);
    bus.declare(&queue).await.unwrap();
    let events: Vec<_> = (1..=5).map(|number| contract::event("a.done.v1", number)).collect();
    bus.publish(&events).await.unwrap();
    meddle(&file, "UPDATE messages SET attributes = 'gone' WHERE id = 3").await;
    let mut numbers = Vec::new();
    while numbers.len() < 4 {
        let more = timeout(Duration::from_mins(1), bus.receive(&queue.name, 10)).await;
        let deliveries = more.expect("the others come").unwrap();
        let done = |tag| Settlement { tag, verdict: Verdict::Ack, reason: String::new() };
        let acked: Vec<_> = deliveries.iter().map(|delivery| done(delivery.tag)).collect();
        bus.settle(&queue.name, &acked).await.unwrap();
        numbers.extend(deliveries.iter().map(|delivery| delivery.event.sequence));
    }
    assert_eq!(numbers, [1, 2, 4, 5]);
    assert_eq!(bus.depths().await.unwrap()[&queue.name], 1);
}

#[tokio::test]
async fn a_binding_that_a_queue_no_longer_has_is_removed() {
    let (trial, _folder) = fresh().await;
    let (both, first) = (contract::queue("one", &["a", "b"]), contract::queue("one", &["a"]));
    trial.bus.declare(&both).await.unwrap();
    trial.bus.declare(&first).await.unwrap();
    trial.bus.publish(&[contract::event("b", 1), contract::event("a", 2)]).await.unwrap();
    assert_eq!(trial.bus.depths().await.unwrap()["one"], 1);
}

#[tokio::test]
async fn a_replay_into_an_unknown_queue_is_refused() {
    let (trial, _folder) = fresh().await;
    let refusal = trial.bus.publish_to("nowhere", &contract::event("a", 1)).await.unwrap_err();
    assert_eq!(refusal.to_string(), "there is no queue `nowhere`");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_two_receivers_hold_the_same_delivery() {
    const EVENTS: usize = 300;
    let (trial, _folder) = fresh().await;
    let queue = contract::queue("shared", &["#"]);
    trial.bus.declare(&queue).await.unwrap();
    let events: Vec<_> = (0..EVENTS as u64).map(|number| contract::event("a", number)).collect();
    trial.bus.publish(&events).await.unwrap();
    let received = Arc::new(AtomicUsize::new(0));
    let mut receivers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (bus, name, received) = (trial.bus.clone(), queue.name.clone(), received.clone());
        receivers.spawn(async move {
            let mut numbers = Vec::new();
            loop {
                let more = timeout(Duration::from_secs(1), bus.receive(&name, 3)).await;
                // Nothing came for a while: it is over once all came, and a pause of the machine before.
                let Ok(deliveries) = more else {
                    if received.load(Ordering::SeqCst) >= EVENTS {
                        break;
                    }
                    continue;
                };
                for delivery in deliveries.unwrap() {
                    let done = Settlement {
                        tag: delivery.tag,
                        verdict: Verdict::Ack,
                        reason: String::new(),
                    };
                    bus.settle(&name, &[done]).await.unwrap();
                    numbers.push(delivery.event.sequence);
                    received.fetch_add(1, Ordering::SeqCst);
                }
            }
            numbers
        });
    }
    let all = timeout(Duration::from_mins(2), receivers.join_all()).await.expect("all come");
    let mut numbers: Vec<u64> = all.concat();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..EVENTS as u64).collect::<Vec<u64>>());
}
