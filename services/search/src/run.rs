//! Wires search and serves until `stop`.

use std::{sync::Arc, time::Duration};

use bus::{Bus, topology};
use identity::AccessGuard;
use model::Clock;
use rpc::{Channel, Incoming};
use tokio_util::sync::CancellationToken;

use crate::{
    Config, Search, check::check, completeness::keep_complete, consumer::Indexer, grpc,
    metrics::watch, source::Source,
};

/// Pause between two tries to reach storage at the start.
const PAUSE: Duration = Duration::from_millis(200);

/// What search needs from outside.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Where the record is read.
    pub storage: Channel,
    /// Where events come from.
    pub bus: Arc<dyn Bus>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// Serves search until `stop`: the calls, and the events of its queue.
pub async fn run(
    config: Config,
    parts: Parts,
    incoming: Incoming,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let queue = topology::search(&config.replica);
    // The queue is declared before storage is read, so that no event is missed in between.
    parts.bus.declare(&queue).await?;
    let guard = AccessGuard::new(parts.storage.clone());
    let search = Arc::new(Search::open(config, Source::new(parts.storage), parts.clock).await?);
    let serve =
        grpc::add(rpc::server(), search.clone()).behind(guard).serve(incoming, stop.clone());
    let consume = async {
        start(&search, &stop).await;
        bus::consume(parts.bus, queue, Arc::new(Indexer(search.clone())), stop.clone()).await
    };
    let check = check(&search, stop.clone());
    let complete = keep_complete(&search, stop.clone());
    tokio::try_join!(serve, consume, check, complete, watch(&search, stop.clone()))?;
    Ok(())
}

/// Waits for storage, however long it takes, and logs that it waits.
async fn start(search: &Search, stop: &CancellationToken) {
    while let Err(error) = search.start().await {
        tracing::warn!(
            error = format!("{:#}", anyhow::Error::from(error)),
            "storage is not available; search tries again"
        );
        tokio::select! { () = tokio::time::sleep(PAUSE) => {}, () = stop.cancelled() => return }
    }
}
