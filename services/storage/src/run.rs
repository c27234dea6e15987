//! Wires storage and serves until it is stopped.

use std::sync::Arc;

use bus::{Bus, topology};
use model::{Clock, IdSource};
use object_store::ObjectStore;
use rpc::Incoming;
use tokio_util::sync::CancellationToken;

use crate::{
    Config, Storage, access::guard::Guard, audit::checkpoints::checkpoint, consumer, grpc,
    metrics::watch, relay::relay, reminders::remind, store::Store,
};

/// What storage needs from outside.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn IdSource>,
    /// Where events go.
    pub bus: Arc<dyn Bus>,
    /// Where files go.
    pub objects: Arc<dyn ObjectStore>,
}

/// Serves storage until `stop`: the calls, the relay of events, the parking of dead letters, the care of the audit log,
/// and reminders.
pub async fn run(
    config: Config,
    parts: Parts,
    incoming: Incoming,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let store = Store::open(&config, parts.clock, parts.ids).await?;
    let storage = Arc::new(Storage::new(config, store, parts.objects, parts.bus)?);
    storage.write_catalogue().await?;
    storage.remove_withdrawn_files().await?;
    // Jobs that are published before the first worker starts wait in its queue.
    storage.bus.declare(&topology::rendering_jobs(1)).await?;
    let serve = grpc::add(rpc::server(), storage.clone())
        .behind(Guard(storage.clone()))
        .serve(incoming, stop.clone());
    let relay = relay(storage.clone(), stop.clone());
    let park = consumer::park_dead_letters(storage.clone(), stop.clone());
    let checkpoint = checkpoint(storage.clone(), stop.clone());
    let remind = Box::pin(remind(storage.clone(), stop.clone()));
    let watch = watch(&storage, stop);
    tokio::try_join!(serve, relay, park, checkpoint, remind, watch)?;
    storage.write_last_reads().await;
    storage.store.close().await;
    Ok(())
}
