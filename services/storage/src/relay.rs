//! Takes events from the outbox to the bus, in order of position, and moves on only when the bus has confirmed.

use std::{sync::Arc, time::Duration};

use bus::Event;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{Outbox, Storage, store::EventRow};

/// Most events in one publication.
const BATCH: u32 = 256;
/// A commit wakes the relay; this often it looks all the same.
const IDLE: Duration = Duration::from_secs(1);

/// Relays until `stop`.
pub(crate) async fn relay(storage: Arc<Storage>, stop: CancellationToken) -> anyhow::Result<()> {
    let mut position = last_position(&storage).await?;
    while !stop.is_cancelled() {
        match relay_batch(&storage, position).await {
            Ok(Some(reached)) => position = reached,
            Ok(None) => {
                let woken = timeout(IDLE, storage.committed.notified());
                tokio::select! { _ = woken => {}, () = stop.cancelled() => {} }
            }
            Err(error) => {
                tracing::warn!(
                    error = format!("{:#}", anyhow::Error::from(error)),
                    "events wait in the outbox; trying again"
                );
                tokio::select! { () = tokio::time::sleep(IDLE) => {}, () = stop.cancelled() => {} }
            }
        }
    }
    Ok(())
}

async fn last_position(storage: &Storage) -> Result<u64, crate::Error> {
    if storage.config.outbox == Outbox::OffForFaultTests {
        tracing::warn!("the outbox is off: events of an earlier run are not told");
    }
    storage.store.read().await?.last_position().await
}

/// Relays one batch, alone among the replicas, and tells how far it came. `position` is how far this process came before.
async fn relay_batch(storage: &Storage, position: u64) -> Result<Option<u64>, crate::Error> {
    storage.store.sequence().await?;
    let _turn = storage.store.turn("relay").await?;
    let mut tx = storage.store.read().await?;
    let told = match storage.config.outbox {
        Outbox::On => tx.relayed_position().await?,
        Outbox::OffForFaultTests => position,
    };
    let rows = tx.events_after(told, BATCH).await?;
    drop(tx);
    let Some(reached) = rows.last().map(|row| row.position) else { return Ok(None) };
    let events: Vec<Event> =
        rows.into_iter().map(|row| event(row, &storage.config.event_source)).collect();
    storage.bus.publish(&events).await?;
    let mut tx = storage.store.write(["relayed position"]).await?;
    tx.set_relayed_position(reached).await?;
    tx.commit().await?;
    Ok(Some(reached))
}

/// The event as a CloudEvent; `contribution.submitted.v1` has the type `nl.contributions.contribution-submitted.v1`.
fn event(row: EventRow, source: &str) -> Event {
    let EventRow { position, id, topic, subject, time, traceparent, payload } = row;
    let mut parts = topic.split('.');
    let (thing, happened, version) =
        (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    Event {
        ty: format!("nl.{thing}s.{thing}-{happened}.{version}"),
        id,
        topic,
        subject,
        source: source.to_owned(),
        time: time.to_string(),
        sequence: position,
        traceparent: (!traceparent.is_empty()).then_some(traceparent),
        payload,
    }
}
