//! Wires ingest and serves until stopped.

use std::sync::Arc;

use fonts::Fonts;
use identity::AccessGuard;
use rpc::Incoming;
use tokio_util::sync::CancellationToken;

use crate::{Config, Ingest, grpc};

/// What ingest needs from outside.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The channel to storage.
    pub storage: rpc::Channel,
    /// What texts are printed with.
    pub fonts: Arc<Fonts>,
}

/// Serves ingest until `stop`.
pub async fn run(
    config: Config,
    parts: Parts,
    incoming: Incoming,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let guard = AccessGuard::new(parts.storage.clone());
    let ingest = Arc::new(Ingest::new(&config, parts.storage, parts.fonts));
    rpc::server().with(grpc::service(ingest)).behind(guard).serve(incoming, stop).await
}
