//! Wires the portal and serves until told to stop.

use std::sync::Arc;

use object_store::ObjectStore;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{Config, Portal, serve::serve};

/// What the portal needs from outside.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Where the catalogue and the files are.
    pub objects: Arc<dyn ObjectStore>,
    /// The search service.
    pub search: rpc::Channel,
}

/// Serves the pages until `stop`; then finishes what is running.
pub async fn run(
    config: Config,
    parts: Parts,
    listener: TcpListener,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let max_connections = config.max_connections;
    let router = Portal::new(config, parts).router();
    serve(router, listener, max_connections, stop).await;
    Ok(())
}
