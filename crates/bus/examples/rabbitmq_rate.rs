//! Measures the bus on RabbitMQ against lapin publishing and consuming the same messages directly, in the same run.
//!
//! `VOORTGANG_RABBITMQ=amqp://guest:guest@127.0.0.1:5672 cargo run --release -p bus --example rabbitmq_rate`
#![expect(clippy::print_stdout, reason = "this is a command, and its result is what it prints")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bus::{
    Bus, Confirms, Delivery, Event, Fault, Handler, Queue, RabbitMq, RabbitMqOptions, consume,
    contract,
};
use futures::{StreamExt as _, future::join_all};
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions,
        ConfirmSelectOptions, QueueDeclareOptions, QueueDeleteOptions,
    },
    types::{AMQPValue, FieldTable},
};
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;

const EVENTS: usize = 20_000;
const BATCH: usize = 256;
const ROUNDS: usize = 3;
const LIMIT: Duration = Duration::from_mins(5);

/// Events a second.
#[derive(Debug, Clone, Copy)]
struct Rates {
    published: f64,
    consumed: f64,
}

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
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by the environment where their servers and tools are"
)]
async fn main() -> anyhow::Result<()> {
    let address = std::env::var("VOORTGANG_RABBITMQ")
        .map_err(|_| anyhow::anyhow!("set VOORTGANG_RABBITMQ to an AMQP address"))?;
    let events: Vec<Event> =
        (0..EVENTS as u64).map(|number| contract::event("rate.measured.v1", number)).collect();
    for round in 1..=ROUNDS {
        let bare = bare(&address, &events).await?;
        let ours = ours(&address, &events).await?;
        println!(
            "round {round}: published {:.0}/s, lapin {:.0}/s, ratio {:.2}; consumed {:.0}/s, lapin {:.0}/s, ratio {:.2}",
            ours.published,
            bare.published,
            ours.published / bare.published,
            ours.consumed,
            bare.consumed,
            ours.consumed / bare.consumed,
        );
    }
    Ok(())
}

async fn ours(address: &str, events: &[Event]) -> anyhow::Result<Rates> {
    let bus = Arc::new(RabbitMq::new(RabbitMqOptions {
        address: address.to_owned(),
        namespace: "rate.".to_owned(),
        confirms: Confirms::On,
    }));
    let queue = Queue { batch: BATCH, ..contract::queue("ours", &["#"]) };
    bus.declare(&queue).await?;
    let start = Instant::now();
    for batch in events.chunks(BATCH) {
        bus.publish(batch).await?;
    }
    let published = rate(start);
    let counter = Arc::new(Counter { handled: AtomicUsize::new(0), all: Notify::new() });
    let stop = CancellationToken::new();
    let start = Instant::now();
    let until_all = async {
        let ended = timeout(LIMIT, counter.all.notified()).await;
        let consumed = rate(start);
        stop.cancel();
        ended.map(|()| consumed).map_err(anyhow::Error::from)
    };
    let consuming = consume(bus.clone(), queue, counter.clone(), stop.clone());
    let ((), consumed) = tokio::try_join!(consuming, until_all)?;
    bus.delete_declared().await?;
    Ok(Rates { published, consumed })
}

/// The same payloads, persistent, with confirms, into a quorum queue; consumed with the same prefetch and one
/// acknowledgement for each.
async fn bare(address: &str, events: &[Event]) -> anyhow::Result<Rates> {
    let connection = Connection::connect(address, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
    channel.queue_declare("rate.bare".into(), QueueDeclareOptions::durable(), arguments).await?;
    let start = Instant::now();
    for batch in events.chunks(BATCH) {
        publish_bare(&channel, batch).await?;
    }
    let published = rate(start);
    channel.basic_qos(u16::try_from(BATCH)?, BasicQosOptions::default()).await?;
    let start = Instant::now();
    let mut deliveries = channel
        .basic_consume(
            "rate.bare".into(),
            "".into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        )
        .await?;
    for _ in 0..events.len() {
        let delivery = deliveries.next().await.ok_or_else(|| anyhow::anyhow!("it ended"))??;
        delivery.acker.ack(BasicAckOptions::default()).await?;
    }
    let consumed = rate(start);
    channel.queue_delete("rate.bare".into(), QueueDeleteOptions::default()).await?;
    Ok(Rates { published, consumed })
}

async fn publish_bare(channel: &Channel, events: &[Event]) -> anyhow::Result<()> {
    let mut confirms = Vec::with_capacity(events.len());
    for event in events {
        let properties = BasicProperties::default().with_delivery_mode(2);
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let sent = channel.basic_publish(
            "".into(),
            "rate.bare".into(),
            options,
            &event.payload,
            properties,
        );
        confirms.push(sent.await?);
    }
    for confirmation in join_all(confirms).await {
        anyhow::ensure!(confirmation?.is_ack(), "not confirmed");
    }
    Ok(())
}

fn rate(start: Instant) -> f64 {
    let events = u32::try_from(EVENTS).unwrap_or(u32::MAX);
    f64::from(events) / start.elapsed().as_secs_f64()
}
