//! The gateway: one port for outsiders, which forwards each call to the server of its service.
//!
//! Of a call it reads the name of the service alone; a [`Guard`] decides what is forwarded, and under which headers. A
//! health probe is answered by the server that it asks about.
//!
//! Invariant: a call takes a permit once it is known who makes it and its request has arrived, so that nobody holds permits
//! by sending slowly, and whoever signed in finds some however many calls others make.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};

use axum::{Router, extract::State, routing::any};
use futures::future::try_join_all;
use http::{HeaderValue, Request, Response};
use prost::Message as _;
use prost_types::FileDescriptorSet;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, body::Body, service::Routes};
use tonic_health::pb::{
    HealthCheckRequest, HealthCheckResponse,
    health_client::HealthClient,
    health_server::{Health, HealthServer},
};
use tower::ServiceExt;

use crate::{
    CallBounds, Channel, Guard, Incoming, Next,
    calls::Calls,
    deadline,
    permits::{Caller, Permits},
    replicas,
    request_body::{self, Bounds, MessageMemory, Until},
    response_body,
    server::{KEEPALIVE, drain},
};

/// Calls at the same time on one connection; a client keeps more waiting (RFC 9113, section 5.1.2).
const MAX_STREAMS: u32 = 100;
/// For the answers of the services to a health probe of the gateway: less than its prober waits, who would take a gateway for
/// gone while one of its services does not answer.
const SERVICES_TIMEOUT: Duration = Duration::from_secs(1);

/// Channels by the full name of a service, such as `voortgang.v1.SearchService`.
type Services = Arc<BTreeMap<&'static str, Channel>>;

/// Serves `services` on one port until `stop`, each call behind `guard`.
pub async fn gateway(
    services: BTreeMap<&'static str, Channel>,
    descriptors: &'static [u8],
    guard: Arc<dyn Guard>,
    bounds: CallBounds,
    incoming: Incoming,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let services: Services = Arc::new(services);
    let gate = Gate::new(guard, bounds, descriptors)?;
    let passed_on = services.iter().fold(Router::new(), |router, (name, channel)| {
        router.route(
            &format!("/{name}/{{*method}}"),
            any(guarded).with_state((channel.clone(), gate.clone())),
        )
    });
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(descriptors)
        .build_v1()?;
    let routes = Routes::from(passed_on)
        .add_service(HealthServer::new(ServiceHealth { services, stop: stop.clone() }))
        .add_service(reflection);
    let ended = drain(incoming.draining, stop);
    tonic::transport::Server::builder()
        .max_concurrent_streams(MAX_STREAMS)
        .http2_keepalive_interval(Some(KEEPALIVE.0))
        .http2_keepalive_timeout(Some(KEEPALIVE.1))
        .http2_max_pending_accept_reset_streams(Some(64))
        .layer(Calls::new())
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, ended)
        .await?;
    Ok(())
}

/// What every forwarded call passes.
#[derive(Debug, Clone)]
struct Gate {
    guard: Arc<dyn Guard>,
    /// Calls whose request is on its way; a permit each, which the call gives back when it has one of the others.
    arriving: Permits,
    /// Calls that are being answered.
    answering: Permits,
    memory: MessageMemory,
    /// Paths of the calls with a stream of messages.
    streams: Arc<HashSet<String>>,
}

impl Gate {
    fn new(
        guard: Arc<dyn Guard>,
        bounds: CallBounds,
        descriptors: &[u8],
    ) -> Result<Self, prost::DecodeError> {
        let streams = Arc::new(streams(&FileDescriptorSet::decode(descriptors)?));
        let (arriving, answering) = (Permits::new(bounds), Permits::new(bounds));
        Ok(Self { guard, arriving, answering, memory: MessageMemory::new(), streams })
    }

    async fn answer(
        &self,
        channel: Channel,
        request: Request<Body>,
    ) -> Result<Response<Body>, Status> {
        let caller = Caller::of(request.extensions());
        let bounds = if caller.is_known() { Bounds::KNOWN } else { Bounds::ANYBODY };
        let is_stream = self.streams.contains(request.uri().path());
        let until = if is_stream { Until::FirstMessage } else { Until::End };
        let arriving = self.arriving.acquire(&caller)?;
        let (parts, body) = request.into_parts();
        // Its memory is kept until the answer begins: for so long the service has the message too.
        let (body, _memory) = request_body::read(body, until, bounds, &self.memory).await?;
        let permit = self.answering.acquire(&caller)?;
        drop(arriving);
        let answered = forward(channel, Request::from_parts(parts, body)).await;
        Ok(answered.map(|body| response_body::keeping(body, permit)))
    }
}

/// The calls with a stream of messages, as paths.
fn streams(descriptors: &FileDescriptorSet) -> HashSet<String> {
    let services = descriptors
        .file
        .iter()
        .flat_map(|file| file.service.iter().map(|service| (file.package(), service)));
    let methods = services.flat_map(|(package, service)| {
        let streams = service.method.iter().filter(|method| method.client_streaming());
        streams.map(move |method| format!("/{package}.{}/{}", service.name(), method.name()))
    });
    methods.collect()
}

async fn guarded(
    State((channel, gate)): State<(Channel, Gate)>,
    request: Request<axum::body::Body>,
) -> Response<Body> {
    let guard = gate.guard.clone();
    let next = Next::new(move |request| {
        Box::pin(
            async move { gate.answer(channel, request).await.unwrap_or_else(Status::into_http) },
        )
    });
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
struct ServiceHealth {
    services: Services,
    stop: CancellationToken,
}

impl ServiceHealth {
    async fn ask(&self, name: &str) -> Result<i32, Status> {
        if self.stop.is_cancelled() {
            return Ok(NOT_SERVING);
        }
        let channel = self.services.get(name).ok_or_else(|| {
            Status::new(Code::NotFound, format!("no service `{}` here", name.escape_debug()))
        })?;
        let request = deadline(HealthCheckRequest { service: name.to_owned() }, SERVICES_TIMEOUT);
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
        let asked = try_join_all(self.services.keys().map(|name| self.ask(name))).await?;
        let all_serve = asked.into_iter().all(|status| status == SERVING);
        let status = if all_serve { SERVING } else { NOT_SERVING };
        Ok(tonic::Response::new(HealthCheckResponse { status }))
    }

    type WatchStream = futures::stream::Empty<Result<HealthCheckResponse, Status>>;

    async fn watch(
        &self,
        _: tonic::Request<HealthCheckRequest>,
    ) -> Result<tonic::Response<Self::WatchStream>, Status> {
        Err(Status::unimplemented("use Check; only the services themselves can be watched"))
    }
}
