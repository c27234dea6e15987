//! A gRPC server with the limits, the health service and the log line that every service has.

use std::{convert::Infallible, error::Error as _, sync::Arc, time::Duration};

use http::{Request, Response};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tonic::{
    Status,
    body::Body,
    server::NamedService,
    service::{Routes, RoutesBuilder},
};
use tonic_health::{ServingStatus, server::HealthReporter};
use tower::{Service, util::MapResponseLayer};

use crate::{Guard, Incoming, calls::Calls, guard::Guarding};

/// Interval and timeout of HTTP/2 pings on an idle connection.
pub(crate) const KEEPALIVE: (Duration, Duration) =
    (Duration::from_secs(30), Duration::from_secs(10));

/// A server being put together.
#[derive(Debug)]
#[must_use]
pub struct Server {
    routes: RoutesBuilder,
    health: HealthReporter,
    names: Vec<&'static str>,
    guard: Option<Arc<dyn Guard>>,
    serves: watch::Receiver<bool>,
}

/// Returns a server that so far only answers health.
pub fn server() -> Server {
    let (health, service) = tonic_health::server::health_reporter();
    let mut routes = RoutesBuilder::default();
    routes.add_service(service);
    let (_, serves) = watch::channel(true);
    Server { routes, health, names: Vec::new(), guard: None, serves }
}

impl Server {
    /// Adds a service.
    pub fn with<S>(mut self, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        self.names.push(S::NAME);
        self.routes.add_service(service);
        self
    }

    /// Has every call but those of health decided on by a guard.
    pub fn behind(mut self, guard: impl Guard) -> Self {
        self.guard = Some(Arc::new(guard));
        self
    }

    /// Reports that it does not serve while this is false; calls are answered all the same.
    pub fn serving_while(mut self, serves: watch::Receiver<bool>) -> Self {
        self.serves = serves;
        self
    }

    /// Reports ready and serves until `stop`; then reports not serving, takes calls until those who make them have noticed, and
    /// finishes what is running.
    pub async fn serve(self, incoming: Incoming, stop: CancellationToken) -> anyhow::Result<()> {
        let Self { routes, health, mut names, guard, serves } = self;
        // The empty name stands for the server as a whole.
        names.push("");
        let health = Reported { health, names };
        let serves_now = *serves.borrow();
        health.set(serves_now).await;
        let drained = drain(incoming.draining, stop.clone());
        let reported = health.follow(serves, stop);
        let end = async {
            tokio::join!(reported, drained);
        };
        let routes: Routes = routes.routes();
        tonic::transport::Server::builder()
            .max_concurrent_streams(256)
            .http2_keepalive_interval(Some(KEEPALIVE.0))
            .http2_keepalive_timeout(Some(KEEPALIVE.1))
            .http2_max_pending_accept_reset_streams(Some(64))
            .layer(Calls::new())
            .layer(MapResponseLayer::new(log_failure))
            .layer(Guarding(guard))
            .add_routes(routes)
            .serve_with_incoming_shutdown(incoming, end)
            .await?;
        Ok(())
    }
}

/// Completes when a server that is asked to stop should take no more calls: after the time in which its callers notice.
pub(crate) async fn drain(pause: Duration, stop: CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(pause).await;
}

/// The health of a server, under each name.
#[derive(Debug)]
struct Reported {
    health: HealthReporter,
    names: Vec<&'static str>,
}

impl Reported {
    async fn set(&self, serves: bool) {
        let status = if serves { ServingStatus::Serving } else { ServingStatus::NotServing };
        for name in &self.names {
            self.health.set_service_status(name, status).await;
        }
    }

    /// Reports every change until `stop`, and from then on that the server does not serve.
    async fn follow(self, mut serves: watch::Receiver<bool>, stop: CancellationToken) {
        while let Some(Ok(())) = stop.run_until_cancelled(serves.changed()).await {
            let serves = *serves.borrow_and_update();
            self.set(serves).await;
        }
        stop.cancelled().await;
        self.set(false).await;
    }
}

/// What the library answers a call that ended before its message came.
const NO_MESSAGE: &str = "Missing request message.";

/// Writes the one line that a failed call leaves in the log, with the cause, which its caller does not get.
fn log_failure(response: Response<Body>) -> Response<Body> {
    if let Some(status) = response.extensions().get::<Status>() {
        let cause = status.source().map(causes).unwrap_or_default();
        match status.code() {
            // Its caller has given up.
            tonic::Code::Internal if status.message() == NO_MESSAGE => {}
            tonic::Code::Internal | tonic::Code::Unknown | tonic::Code::DataLoss => {
                tracing::error!(code = ?status.code(), cause, "call failed: {}", status.message());
            }
            code => tracing::debug!(?code, cause, "call refused: {}", status.message()),
        }
    }
    response
}

/// An error and what caused it, in one line.
pub(crate) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut chain = vec![error.to_string()];
    let mut at = error.source();
    while let Some(source) = at {
        chain.push(source.to_string());
        at = source.source();
    }
    chain.join(": ")
}
