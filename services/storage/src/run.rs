//! Wires storage and serves until it is stopped.

use std::sync::Arc;

use bus::{Bus, topology};
use futures::FutureExt as _;
use model::{Clock, IdSource};
use object_store::ObjectStore;
use rpc::Incoming;
use tokio_util::sync::CancellationToken;

use crate::{
    Config, Storage, access::guard::Guard, audit::checkpoints::checkpoint,
    catalogue::keep_catalogue, check::check, consumer, epochs::keep_epoch, grpc, metrics::watch,
    printing::Printing, problems, readiness, relay::relay, reminders::remind, store::Store,
};

/// What storage needs from outside.
#[derive(Debug)]
pub struct Parts {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn IdSource>,
    /// Where events go.
    pub bus: Arc<dyn Bus>,
    /// Where files go.
    pub objects: Arc<dyn ObjectStore>,
    /// What editions can be printed with.
    pub printing: Printing,
}

/// Serves storage until `stop`: the calls, the relay of events, the parking of dead letters, the care of the audit log,
/// reminders, and the check of what is kept.
pub async fn run(
    config: Config,
    parts: Parts,
    incoming: Incoming,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let store = Box::pin(Store::open(&config, parts.clock, parts.ids)).await?;
    keep_epoch(&store).await?;
    let storage = Arc::new(Storage::new(config, store, parts.objects, parts.bus, parts.printing)?);
    storage.show_in_catalogue().await;
    storage.remove_withdrawn_files().await?;
    // Jobs that are published before the first worker starts wait in its queue.
    storage.bus.declare(&topology::rendering_jobs(1)).await?;
    let (serves, is_serving) = tokio::sync::watch::channel(true);
    let serve = grpc::add(rpc::server(), storage.clone())
        .behind(Guard(storage.clone()))
        .serving_while(is_serving)
        .serve(incoming, stop.clone());
    let relay = relay(storage.clone(), stop.clone()).boxed();
    let park = consumer::park_dead_letters(storage.clone(), stop.clone());
    let checkpoint = Box::pin(checkpoint(storage.clone(), stop.clone()));
    let remind = remind(storage.clone(), stop.clone()).boxed();
    let catalogue = keep_catalogue(storage.clone(), stop.clone()).boxed();
    let check = Box::pin(check(storage.clone(), stop.clone()));
    let look = Box::pin(problems::watch(&storage, stop.clone()));
    let readiness = readiness::watch(storage.clone(), serves, stop.clone()).boxed();
    let watch = watch(&storage, stop);
    tokio::try_join!(
        serve, relay, park, checkpoint, remind, catalogue, check, look, readiness, watch
    )?;
    storage.write_last_reads().await;
    storage.store.close().await;
    Ok(())
}
