//! Events a second from outbox to acknowledgement, against the same messages sent and settled without us.
//!
//! The outbox is filled while the bus is held shut. The clock runs from the moment that it opens until the last
//! delivery is settled.

mod gate;
mod lapin_alone;
mod sqlite_alone;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bus::{
    Bus, Confirms, Delivery, Embedded, Event, Fault, Handler, Queue, RabbitMq, RabbitMqOptions,
    consume, contract,
};
use tokio_util::sync::CancellationToken;
use wire::{internal, v1 as pb};

use crate::{
    database::Database,
    events::gate::Gate,
    system::{Inside, organisation},
    table::{Row, rate, rates},
};

/// Contributions, each with an event.
const CONTRIBUTIONS: usize = 5_000;
/// With the events of the framework and the cycle.
const EVENTS: usize = CONTRIBUTIONS + 2;
/// Events in a publication and deliveries in a batch, as the relay and search have them.
const BATCH: usize = 256;
const ROUNDS: usize = 3;

pub(crate) async fn measure() -> anyhow::Result<Vec<Row>> {
    let mut rows = vec![embedded().await?];
    match (std::env::var_os("VOORTGANG_POSTGRES"), std::env::var_os("VOORTGANG_RABBITMQ")) {
        (Some(admin), Some(broker)) => {
            rows.push(rabbitmq(&admin.to_string_lossy(), &broker.to_string_lossy()).await?);
        }
        _ => println!("RabbitMQ is left out: VOORTGANG_POSTGRES or VOORTGANG_RABBITMQ is not set"),
    }
    Ok(rows)
}

async fn embedded() -> anyhow::Result<Row> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir()?;
        let bus = Embedded::open(&folder.path().join("bus.sqlite"), Arc::new(|| 0)).await?;
        let ours = from_outbox_to_ack(Database::sqlite()?, Arc::new(bus)).await?;
        let baseline = sqlite_alone::sent_and_settled(&ours.events).await?;
        rounds.push((rate(ours.events.len(), ours.took), rate(ours.events.len(), baseline)));
    }
    Ok(rates("events, outbox to ack, embedded", "bare SQLite inserts and deletes", &rounds))
}

async fn rabbitmq(admin: &str, broker: &str) -> anyhow::Result<Row> {
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        let bus = Arc::new(RabbitMq::new(RabbitMqOptions {
            address: broker.to_owned(),
            namespace: format!("bench-{}-{round}.", std::process::id()),
            confirms: Confirms::On,
        }));
        let ours = from_outbox_to_ack(Database::postgres(admin).await?, bus.clone()).await?;
        bus.delete_declared().await?;
        let baseline = lapin_alone::sent_and_settled(broker, &ours.events).await?;
        rounds.push((rate(ours.events.len(), ours.took), rate(ours.events.len(), baseline)));
    }
    Ok(rates("events, outbox to ack, PostgreSQL and RabbitMQ", "lapin alone", &rounds))
}

/// What went through, and how long it took.
struct Passed {
    took: Duration,
    events: Vec<Event>,
}

async fn from_outbox_to_ack(database: Database, bus: Arc<dyn Bus>) -> anyhow::Result<Passed> {
    let gate = Arc::new(Gate::before(bus));
    let queue = Queue { batch: BATCH, ..contract::queue("bench", &["#"]) };
    gate.declare(&queue).await?;
    let inside =
        Inside::start_with(&database.address(), gate.clone(), tempfile::tempdir()?).await?;
    fill(&inside).await?;
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(consume(gate.clone(), queue, Arc::new(Accept), stop.clone()));
    let start = Instant::now();
    gate.open();
    gate.settled(EVENTS).await;
    let took = start.elapsed();
    stop.cancel();
    consumer.await??;
    inside.stop().await?;
    Ok(Passed { took, events: gate.published() })
}

/// Records contributions, each with its event, many in a transaction.
async fn fill(inside: &Inside) -> anyhow::Result<()> {
    let names: Vec<usize> = (0..CONTRIBUTIONS).collect();
    for chunk in names.chunks(1_000) {
        let save = |i: &usize| {
            let text = "Een korte tekst over vrede.";
            let organisation = organisation(*i);
            let save = pb::Save { organisation, ..testkit::save(&format!("save-{i}"), text) };
            internal::CheckedSave { save: Some(save), findings: Vec::new() }
        };
        let saves = chunk.iter().map(save).collect();
        let request = internal::SaveContributionsRequest { saves, validate_only: false };
        inside.storage.saves().save_contributions(request).await?;
    }
    Ok(())
}

/// Takes everything.
struct Accept;

impl Handler for Accept {
    async fn handle(&self, deliveries: &[Delivery]) -> Vec<Result<(), Fault>> {
        deliveries.iter().map(|_| Ok(())).collect()
    }
}
