//! Takes events from the outbox to the bus, in order of position, and moves on only when the bus has confirmed.

use std::{
    mem,
    sync::{Arc, PoisonError},
    time::Duration,
};

use bus::Event;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{Outbox, Storage, store::EventRow};

/// Most events in one publication.
const BATCH: u32 = 256;
/// After the last batch it lets some more come together: each batch costs the bus and the database a write to disk.
const PAUSE: Duration = Duration::from_millis(50);
/// A commit wakes the relay; this often it looks all the same.
const IDLE: Duration = Duration::from_secs(1);

/// Relays until `stop`.
pub(crate) async fn relay(storage: Arc<Storage>, stop: CancellationToken) -> anyhow::Result<()> {
    if storage.config.outbox == Outbox::OffForFaultTests {
        tracing::warn!(
            "the outbox is off: what is committed and not yet told is lost with the process"
        );
    }
    while !stop.is_cancelled() {
        let relayed = match storage.config.outbox {
            Outbox::On => relay_batch(&storage).await,
            Outbox::OffForFaultTests => relay_untold(&storage).await,
        };
        match relayed {
            Ok(relayed) if relayed == BATCH as usize => {}
            Ok(1..) => {
                stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await;
            }
            Ok(0) => {
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

/// Relays one batch, alone among the replicas, and tells how many events it had.
async fn relay_batch(storage: &Storage) -> Result<usize, crate::Error> {
    let _turn = storage.store.turn("relay").await?;
    let mut tx = storage.store.read().await?;
    let told = tx.relayed_position().await?;
    let rows = tx.events_after(told, BATCH).await?;
    drop(tx);
    let Some(reached) = rows.last().map(|row| row.position) else { return Ok(0) };
    let events: Vec<Event> =
        rows.into_iter().map(|row| event(row, &storage.config.event_source)).collect();
    storage.bus.publish(&events).await?;
    let mut tx = storage.store.write(["relayed position"]).await?;
    tx.set_relayed_position(reached).await?;
    tx.commit().await?;
    Ok(events.len())
}

/// Tells what this process remembers: what a system without an outbox does.
async fn relay_untold(storage: &Storage) -> Result<usize, crate::Error> {
    let rows = mem::take(&mut *storage.untold.lock().unwrap_or_else(PoisonError::into_inner));
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
