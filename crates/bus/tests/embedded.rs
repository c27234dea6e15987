//! Holds the embedded bus to the contract, and to its own promise: a restart loses nothing.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bus::{
    Bus, Delivery, Embedded, Fault, Handler, Millis, Settlement, Verdict, consume, contract,
    topology,
};
use tokio_util::sync::CancellationToken;

fn clock() -> Millis {
    let start = std::time::Instant::now();
    Arc::new(move || i64::try_from(start.elapsed().as_millis()).unwrap())
}

async fn open(file: &Path) -> Arc<Embedded> {
    Arc::new(Embedded::open(file, clock()).await.unwrap())
}

macro_rules! holds_the_contract {
    ($($promise:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $promise() {
                let folder = tempfile::tempdir().unwrap();
                contract::$promise(open(&folder.path().join("bus.sqlite")).await, "test").await;
            }
        )+
    };
}

holds_the_contract!(
    an_event_reaches_each_bound_queue,
    a_retry_comes_again_with_its_attempt,
    a_retry_holds_up_nobody,
    a_dead_letter_keeps_its_origin_and_replays,
    what_is_released_comes_again,
    many_publishers_lose_nothing_and_keep_order,
    a_large_payload_travels_whole,
);

#[tokio::test]
async fn what_was_under_way_at_a_restart_comes_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bus.sqlite");
    let queue = contract::queue("test", "restart", &["#"]);
    let before = open(&file).await;
    before.declare(&queue).await.unwrap();
    let events: Vec<_> = (1..=10).map(|number| contract::event("a.done.v1", number)).collect();
    before.publish(&events).await.unwrap();
    let deliveries = before.receive(&queue.name, 5).await.unwrap();
    let acked: Vec<Settlement> = deliveries[..2]
        .iter()
        .map(|d| Settlement { tag: d.tag, verdict: Verdict::Ack, reason: String::new() })
        .collect();
    before.settle(&queue.name, &acked).await.unwrap();
    before.close().await;
    let after = open(&file).await;
    let again = after.receive(&queue.name, 100).await.unwrap();
    assert_eq!(
        again.iter().map(|delivery| delivery.event.sequence).collect::<Vec<_>>(),
        (3..=10).collect::<Vec<u64>>()
    );
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bus.sqlite");
    open(&file).await.close().await;
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99999999999999, 'later', 1, x'00', 0)")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let refusal = Embedded::open(&file, clock()).await.unwrap_err().to_string();
    assert!(refusal.contains("newer version"), "{refusal}");
}

/// Fails each delivery until its third try; panics on the first.
struct Moody {
    handled: AtomicUsize,
}

impl Handler for Moody {
    async fn handle(&self, deliveries: &[Delivery]) -> Vec<Result<(), Fault>> {
        let outcome = |delivery: &Delivery| match (delivery.event.sequence, delivery.attempt) {
            (13, _) => Err(Fault::Reject(anyhow::anyhow!("thirteen"))),
            (1, 1) => panic!("the first time is too much"),
            (_, attempt) if attempt < 3 => Err(Fault::Retry(anyhow::anyhow!("not yet"))),
            _ => {
                self.handled.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
        };
        deliveries.iter().map(outcome).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_retries_rejects_and_survives_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let time = Arc::new(AtomicI64::new(0));
    let now = time.clone();
    // The clock runs fast, so that retries are due at once.
    let bus: Arc<dyn Bus> = Arc::new(
        Embedded::open(
            &folder.path().join("bus.sqlite"),
            Arc::new(move || now.fetch_add(1_000, Ordering::SeqCst)),
        )
        .await
        .unwrap(),
    );
    let queue = contract::queue("test", "moody", &["#"]);
    bus.declare(&queue).await.unwrap();
    bus.declare(&topology::dead_letters()).await.unwrap();
    bus.publish(&(1..=20).map(|number| contract::event("a.done.v1", number)).collect::<Vec<_>>())
        .await
        .unwrap();
    let handler = Arc::new(Moody { handled: AtomicUsize::new(0) });
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(consume(bus.clone(), queue.clone(), handler.clone(), stop.clone()));
    let settled = async {
        while bus.depths().await.unwrap()[&queue.name] != 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), settled).await.expect("the queue empties");
    stop.cancel();
    consumer.await.unwrap().unwrap();
    let depths = bus.depths().await.unwrap();
    // Thirteen is rejected, or exhausted where it shared the batch of the panic.
    assert_eq!(
        (handler.handled.load(Ordering::SeqCst), depths[topology::DEAD_LETTERS]),
        (19, 1),
        "{depths:?}"
    );
}
