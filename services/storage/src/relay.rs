//! Publishes events from the outbox to the bus, in order of position, and advances only after the bus has confirmed.

use std::{
    mem,
    sync::{Arc, PoisonError},
    time::Duration,
};

use bus::Event;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{
    Outbox, Storage,
    store::{EventRow, scopes},
};

/// Maximum number of events in one batch.
const BATCH: u32 = 256;
/// Pause after a batch that was not full, so that the next one is larger: each costs bus and database a write to disk.
const BATCH_DELAY: Duration = Duration::from_millis(50);
/// Time between two looks while no commit wakes the relay.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Relays until `stop`.
pub(crate) async fn relay(storage: Arc<Storage>, stop: CancellationToken) -> anyhow::Result<()> {
    if storage.config.outbox == Outbox::OffForFaultTests {
        tracing::warn!(
            "the outbox is off: committed events that are not published yet are lost with the process"
        );
    }
    while !stop.is_cancelled() {
        let relayed = match storage.config.outbox {
            Outbox::On => relay_batch(&storage).await,
            Outbox::OffForFaultTests => relay_unpublished(&storage).await,
        };
        match relayed {
            Ok(relayed) if relayed == BATCH as usize => {}
            Ok(1..) => {
                stop.run_until_cancelled(tokio::time::sleep(BATCH_DELAY)).await;
            }
            Ok(0) => {
                let woken = timeout(POLL_INTERVAL, storage.committed.notified());
                tokio::select! { _ = woken => {}, () = stop.cancelled() => {} }
            }
            Err(error) => {
                tracing::warn!(
                    error = format!("{:#}", anyhow::Error::from(error)),
                    "events could not be published and wait in the outbox; trying again"
                );
                tokio::select! { () = tokio::time::sleep(POLL_INTERVAL) => {}, () = stop.cancelled() => {} }
            }
        }
    }
    Ok(())
}

/// Relays one batch, alone among the replicas, and returns the number of events.
async fn relay_batch(storage: &Storage) -> Result<usize, crate::Error> {
    let _held = storage.store.exclusive(scopes::RELAY).await?;
    let mut tx = storage.store.read().await?;
    let relayed = tx.relayed_position().await?;
    let rows = tx.events_after(relayed, BATCH).await?;
    drop(tx);
    let Some(reached) = rows.last().map(|row| row.position) else { return Ok(0) };
    let events: Vec<Event> =
        rows.into_iter().map(|row| event(row, &storage.config.event_source)).collect();
    storage.bus.publish(&events).await?;
    let mut tx = storage.store.write([scopes::RELAYED_POSITION]).await?;
    tx.set_relayed_position(reached).await?;
    tx.commit().await?;
    Ok(events.len())
}

/// Publishes the events that this process holds in memory, as a system without an outbox does.
async fn relay_unpublished(storage: &Storage) -> Result<usize, crate::Error> {
    let rows = mem::take(&mut *storage.unpublished.lock().unwrap_or_else(PoisonError::into_inner));
    let events: Vec<Event> =
        rows.into_iter().map(|row| event(row, &storage.config.event_source)).collect();
    if !events.is_empty() {
        storage.bus.publish(&events).await?;
    }
    Ok(events.len())
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
