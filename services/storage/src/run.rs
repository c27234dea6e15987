//! Wires storage and serves until told to stop.

use std::sync::Arc;

use bus::{Bus, topology};
use model::{Clock, IdSource};
use object_store::ObjectStore;
use rpc::Incoming;
use tokio_util::sync::CancellationToken;

use crate::{
    Config, Storage, consumer, grpc, metrics::watch, objects::Objects, relay::relay, store::Store,
};

/// What storage needs from outside.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids.
    pub ids: Arc<dyn IdSource>,
    /// Where events go.
    pub bus: Arc<dyn Bus>,
    /// Where files go.
    pub objects: Arc<dyn ObjectStore>,
}

/// Serves storage until `stop`: the calls, the relay of events, and the parking of dead letters.
pub async fn run(
    config: Config,
    parts: Parts,
    incoming: Incoming,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let store = Store::open(&config, parts.clock, parts.ids).await?;
    let storage = Arc::new(Storage::new(config, store, Objects::new(parts.objects), parts.bus));
    storage.write_catalogue().await?;
    // What is told before the first worker ever started waits for it.
    storage.bus.declare(&topology::rendering_jobs(1)).await?;
    let serve = rpc::server()
        .with(grpc::service(storage.clone()))
        .with(grpc::history::service(storage.clone()))
        .serve(incoming, stop.clone());
    let relay = relay(storage.clone(), stop.clone());
    let park = consumer::park_dead_letters(storage.clone(), stop.clone());
    let watch = watch(&storage, stop);
    tokio::try_join!(serve, relay, park, watch)?;
    storage.store.close().await;
    Ok(())
}
