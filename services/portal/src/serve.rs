//! Serves the pages on connections that are in bounds, none of them waiting for the head of a request for ever.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    extract::Request,
    http,
    middleware::{Next, from_fn},
    response::Response,
};
use futures::StreamExt as _;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use rpc::{Incoming, Slot, keeping};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// Longest time that a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Largest head of a request, in bytes.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// Serves `router` until `stop`, then lets running requests finish.
pub(crate) async fn serve(router: Router, mut incoming: Incoming, stop: CancellationToken) {
    let server = server();
    let router = router.layer(from_fn(occupy));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    while let Some(Some(accepted)) = stop.run_until_cancelled(incoming.next()).await {
        let Ok(connection) = accepted else { continue };
        let slot = connection.slot().cloned();
        let service = router.clone().map_request(move |mut request: http::Request<_>| {
            if let Some(slot) = slot.clone() {
                request.extensions_mut().insert(slot);
            }
            request
        });
        let service = TowerToHyperService::new(service);
        let connection = server.serve_connection(TokioIo::new(connection), service).into_owned();
        let connection = graceful.watch(connection);
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!("connection ended: {error}");
            }
        });
        while connections.try_join_next().is_some() {}
    }
    drop(incoming);
    graceful.shutdown().await;
    connections.join_all().await;
}

/// Keeps the connection from being idle until the answer was read.
async fn occupy(request: Request, next: Next) -> Response {
    let busy = request.extensions().get::<Slot>().map(Slot::begin);
    next.run(request).await.map(|body| Body::new(keeping(body, busy)))
}

fn server() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(HEAD_TIMEOUT)
        .max_concurrent_streams(64);
    builder
}
