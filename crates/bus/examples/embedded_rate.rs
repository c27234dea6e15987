//! Measures the embedded bus: events a second, published in batches and consumed.
//!
//! `cargo run --release -p bus --example embedded_rate -- FILE` with a file on the disk that is to be measured.
#![expect(clippy::print_stdout, reason = "this is a command, and its result is what it prints")]

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bus::{Bus, Delivery, Embedded, Event, Fault, Handler, Queue, consume, contract};
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;

const EVENTS: usize = 10_000;
const LIMIT: Duration = Duration::from_mins(5);

/// Counts.
struct Counter {
    handled: AtomicUsize,
    all: Notify,
}

impl Handler for Counter {
    async fn handle(&self, deliveries: &[Delivery]) -> Vec<Result<(), Fault>> {
        if self.handled.fetch_add(deliveries.len(), Ordering::SeqCst) + deliveries.len() == EVENTS {
            self.all.notify_one();
        }
        deliveries.iter().map(|_| Ok(())).collect()
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let file = std::env::args().nth(1).ok_or_else(|| anyhow::anyhow!("name a file"))?;
    let start = Instant::now();
    let now = Arc::new(move || i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX));
    let bus: Arc<dyn Bus> = Arc::new(Embedded::open(Path::new(&file), now).await?);
    for size in [1, 16, 256] {
        let queue = Queue { batch: size, ..contract::queue("rate", &["#"]) };
        bus.declare(&queue).await?;
        let published = publish(&*bus, size).await?;
        let consumed = drain(bus.clone(), queue).await?;
        println!("batches of {size:>3}: published {published:>6}/s, consumed {consumed:>6}/s");
    }
    Ok(())
}

async fn publish(bus: &dyn Bus, size: usize) -> anyhow::Result<u128> {
    let events: Vec<Event> =
        (0..EVENTS as u64).map(|number| contract::event("rate.measured.v1", number)).collect();
    let start = Instant::now();
    for batch in events.chunks(size) {
        bus.publish(batch).await?;
    }
    Ok(rate(start))
}

async fn drain(bus: Arc<dyn Bus>, queue: Queue) -> anyhow::Result<u128> {
    let counter = Arc::new(Counter { handled: AtomicUsize::new(0), all: Notify::new() });
    let stop = CancellationToken::new();
    let start = Instant::now();
    let until_all = async {
        let ended = timeout(LIMIT, counter.all.notified()).await;
        stop.cancel();
        ended.map(|()| rate(start)).map_err(anyhow::Error::from)
    };
    let consumer = consume(bus, queue, counter.clone(), stop.clone());
    let ((), rate) = tokio::try_join!(consumer, until_all)?;
    Ok(rate)
}

fn rate(start: Instant) -> u128 {
    EVENTS as u128 * 1_000 / start.elapsed().as_millis().max(1)
}
