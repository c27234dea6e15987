//! Wires the portal and serves until it is stopped.

use rpc::Incoming;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{Config, Parts, Portal, serve::serve};

/// Serves the pages until `stop`; then finishes what is running.
pub async fn run(
    config: Config,
    parts: Parts,
    listener: TcpListener,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let incoming = Incoming::port(listener, config.connections());
    let router = Portal::new(config, parts)?.router();
    serve(router, incoming, stop).await;
    Ok(())
}
