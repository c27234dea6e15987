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
    epochs::keep_epoch,
    store::{EventRow, scopes},
};

/// Maximum number of events in one batch.
const BATCH: u32 = 256;
/// Pause after a batch that was not full, so that the next one is larger: each costs bus and database a write to disk.
const BATCH_DELAY: Duration = Duration::from_millis(50);
/// Time between two looks while no commit wakes the relay.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// For the bus to confirm a batch. Then another replica has the lock, to which the bus may answer.
const MAX_TURN: Duration = Duration::from_secs(10);
/// For which events stay in memory where there is no outbox, so that a kill at any moment loses some: whether the fault tests see
/// a loss must not hang on how soon this machine publishes.
const HELD_WITHOUT_OUTBOX: Duration = Duration::from_millis(500);

/// Relays until `stop`.
pub(crate) async fn relay(storage: Arc<Storage>, stop: CancellationToken) -> anyhow::Result<()> {
    if storage.config.outbox == Outbox::OffForFaultTests {
        tracing::warn!(
            "the outbox is off: committed events that are not published yet are lost with the process"
        );
    }
    let mut was_away = false;
    while !stop.is_cancelled() {
        let relayed = relay_next(&storage, was_away).await;
        was_away = relayed.is_err();
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

/// Relays a batch. A database that was away may come back restored.
async fn relay_next(storage: &Storage, was_away: bool) -> Result<usize, crate::Error> {
    if was_away {
        keep_epoch(&storage.store).await?;
    }
    match storage.config.outbox {
        Outbox::On => relay_batch(storage).await,
        Outbox::OffForFaultTests => relay_unpublished(storage).await,
    }
}

/// Relays one batch, alone among the replicas, and returns the number of events. How far it came is written by whoever still has
/// the lock: one that stood still does not set it back.
async fn relay_batch(storage: &Storage) -> Result<usize, crate::Error> {
    let mut lock = storage.store.lock(scopes::RELAY).await?;
    let mut tx = storage.store.read().await?;
    let relayed = tx.relayed_position().await?;
    let rows = tx.events_after(relayed, BATCH).await?;
    let epoch = tx.epoch().await?.map(|epoch| epoch.id).unwrap_or_default();
    drop(tx);
    let Some(reached) = rows.last().map(|row| row.position) else { return Ok(0) };
    let events: Vec<Event> =
        rows.into_iter().map(|row| event(row, &epoch, &storage.config.event_source)).collect();
    let published = timeout(MAX_TURN, storage.bus.publish(&events));
    lock.during(published).await?.map_err(|_| too_long())??;
    let mut tx = lock.last_write(&storage.store, scopes::RELAY).await?;
    tx.set_relayed_position(reached).await?;
    tx.commit().await?;
    Ok(events.len())
}

fn too_long() -> bus::Error {
    bus::Error::Away(format!("it did not confirm within {} seconds", MAX_TURN.as_secs()))
}

/// Publishes the events that this process holds in memory, as a system without an outbox does.
async fn relay_unpublished(storage: &Storage) -> Result<usize, crate::Error> {
    tokio::time::sleep(HELD_WITHOUT_OUTBOX).await;
    let rows = mem::take(&mut *storage.unpublished.lock().unwrap_or_else(PoisonError::into_inner));
    let events: Vec<Event> =
        rows.into_iter().map(|row| event(row, "", &storage.config.event_source)).collect();
    if !events.is_empty() {
        storage.bus.publish(&events).await?;
    }
    Ok(events.len())
}

/// The event as a CloudEvent; `contribution.submitted.v1` has the type `nl.contributions.contribution-submitted.v1`.
fn event(row: EventRow, epoch: &str, source: &str) -> Event {
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
        epoch: epoch.to_owned(),
        traceparent: (!traceparent.is_empty()).then_some(traceparent),
        payload,
    }
}
