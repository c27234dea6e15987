//! A gRPC server with the limits, the health service and the log line that every service has.

use std::{convert::Infallible, error::Error as _, sync::Arc, time::Duration};

use http::{Request, Response};
use tokio_util::sync::CancellationToken;
use tonic::{
    Status,
    body::Body,
    server::NamedService,
    service::{Routes, RoutesBuilder},
};
use tonic_health::server::HealthReporter;
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
}

/// Returns a server that so far only answers health.
pub fn server() -> Server {
    let (health, service) = tonic_health::server::health_reporter();
    let mut routes = RoutesBuilder::default();
    routes.add_service(service);
    Server { routes, health, names: Vec::new(), guard: None }
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

    /// Reports ready and serves until `stop`; then reports not serving and finishes what is running.
    pub async fn serve(self, incoming: Incoming, stop: CancellationToken) -> anyhow::Result<()> {
        let Self { routes, health, names, guard } = self;
        for name in &names {
            health.set_service_status(name, tonic_health::ServingStatus::Serving).await;
        }
        let drained = async move {
            stop.cancelled().await;
            for name in &names {
                health.set_service_status(name, tonic_health::ServingStatus::NotServing).await;
            }
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
            .serve_with_incoming_shutdown(incoming, drained)
            .await?;
        Ok(())
    }
}

/// Writes the one line that a failed call leaves in the log, with the cause, which its caller does not get.
fn log_failure(response: Response<Body>) -> Response<Body> {
    if let Some(status) = response.extensions().get::<Status>() {
        let cause = status.source().map(causes).unwrap_or_default();
        match status.code() {
            tonic::Code::Internal | tonic::Code::Unknown | tonic::Code::DataLoss => {
                tracing::error!(code = ?status.code(), cause, "call failed: {}", status.message());
            }
            code => tracing::debug!(?code, cause, "call refused: {}", status.message()),
        }
    }
    response
}

fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut chain = vec![error.to_string()];
    let mut at = error.source();
    while let Some(source) = at {
        chain.push(source.to_string());
        at = source.source();
    }
    chain.join(": ")
}
