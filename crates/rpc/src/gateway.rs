//! The gateway: one port for outsiders, which forwards each call to the server of its service.
//!
//! Of a call it reads the name of the service alone; a [`Guard`] decides what is forwarded, and under which headers. A
//! health probe is answered by the server that it asks about.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{Router, extract::State, routing::any};
use http::{HeaderValue, Request, Response};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, body::Body, service::Routes};
use tonic_health::pb::{
    HealthCheckRequest, HealthCheckResponse,
    health_client::HealthClient,
    health_server::{Health, HealthServer},
};
use tower::ServiceExt;

use crate::{
    Channel, Guard, Incoming, Next, calls::Calls, deadline, limit::Limit, replicas,
    server::KEEPALIVE,
};

/// Calls of outsiders at the same time, at most, whatever connections they come on.
const MAX_CALLS: usize = 512;
/// For a health probe.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// Channels by the full name of a service, such as `voortgang.v1.SearchService`.
type Services = Arc<BTreeMap<&'static str, Channel>>;

/// Serves `services` on one port until `stop`, each call behind `guard`.
pub async fn gateway(
    services: BTreeMap<&'static str, Channel>,
    descriptors: &'static [u8],
    guard: Arc<dyn Guard>,
    incoming: Incoming,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let services: Services = Arc::new(services);
    let passed_on = services.iter().fold(Router::new(), |router, (name, channel)| {
        router.route(
            &format!("/{name}/{{*method}}"),
            any(guarded).with_state((channel.clone(), guard.clone())),
        )
    });
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(descriptors)
        .build_v1()?;
    let routes = Routes::from(passed_on)
        .add_service(HealthServer::new(ServiceHealth(services)))
        .add_service(reflection);
    tonic::transport::Server::builder()
        .max_concurrent_streams(256)
        .http2_keepalive_interval(Some(KEEPALIVE.0))
        .http2_keepalive_timeout(Some(KEEPALIVE.1))
        .http2_max_pending_accept_reset_streams(Some(64))
        .layer(Calls::new())
        .layer(Limit::new(MAX_CALLS))
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, stop.cancelled_owned())
        .await?;
    Ok(())
}

async fn guarded(
    State((channel, guard)): State<(Channel, Arc<dyn Guard>)>,
    request: Request<axum::body::Body>,
) -> Response<Body> {
    let next = Next::new(move |request| Box::pin(forward(channel, request)));
    guard.answer(request.map(Body::new), next).await
}

async fn forward(channel: Channel, mut request: Request<Body>) -> Response<Body> {
    if let Some(cause) = trace::current().and_then(|cause| HeaderValue::try_from(cause).ok()) {
        request.headers_mut().insert(trace::HEADER, cause);
    }
    let answer = channel.oneshot(request).await;
    answer.unwrap_or_else(|_| replicas::unavailable().into_http())
}

/// Answers a probe by asking the service itself; the empty name stands for all services.
#[derive(Debug)]
struct ServiceHealth(Services);

impl ServiceHealth {
    async fn ask(&self, name: &str) -> Result<i32, Status> {
        let channel = self.0.get(name).ok_or_else(|| {
            Status::new(Code::NotFound, format!("no service `{}` here", name.escape_debug()))
        })?;
        let request = deadline(HealthCheckRequest { service: name.to_owned() }, PROBE_TIMEOUT);
        let answer = HealthClient::new(channel.clone()).check(request).await;
        Ok(answer.map_or(NOT_SERVING, |answer| answer.into_inner().status))
    }
}

const SERVING: i32 = 1;
const NOT_SERVING: i32 = 2;

#[tonic::async_trait]
impl Health for ServiceHealth {
    async fn check(
        &self,
        request: tonic::Request<HealthCheckRequest>,
    ) -> Result<tonic::Response<HealthCheckResponse>, Status> {
        let name = request.into_inner().service;
        if !name.is_empty() {
            return Ok(tonic::Response::new(HealthCheckResponse {
                status: self.ask(&name).await?,
            }));
        }
        for name in self.0.keys() {
            if self.ask(name).await? != SERVING {
                return Ok(tonic::Response::new(HealthCheckResponse { status: NOT_SERVING }));
            }
        }
        Ok(tonic::Response::new(HealthCheckResponse { status: SERVING }))
    }

    type WatchStream = futures::stream::Empty<Result<HealthCheckResponse, Status>>;

    async fn watch(
        &self,
        _: tonic::Request<HealthCheckRequest>,
    ) -> Result<tonic::Response<Self::WatchStream>, Status> {
        Err(Status::unimplemented("use Check; only the services themselves can be watched"))
    }
}
