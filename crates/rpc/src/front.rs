//! One port for outsiders: passes each call on to the role that serves it.
//!
//! It reads of a call the name of its service and who makes it, which it says in a header of its own. Health is answered by the role that is asked after.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{Router, extract::State, routing::any};
use http::{HeaderMap, HeaderValue, Request, Response, header::AUTHORIZATION};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, body::Body, service::Routes};
use tonic_health::pb::{
    HealthCheckRequest, HealthCheckResponse,
    health_client::HealthClient,
    health_server::{Health, HealthServer},
};
use tower::ServiceExt;

use crate::{
    Channel, Identity, Incoming, Peer, calls::Calls, deadline, identity, limit::Limit, peer,
    replicas, server::KEEPALIVE,
};

/// Calls of outsiders at the same time, at most, whatever connections they come on.
const MAX_CALLS: usize = 512;
/// How long a role has to tell its health.
const PATIENCE: Duration = Duration::from_secs(2);

/// The roles by the full name of their service, such as `voortgang.search.v1.SearchService`.
type Roles = Arc<BTreeMap<&'static str, Channel>>;

/// Serves the services of all `roles` on one port until `stop`.
pub async fn front(
    roles: BTreeMap<&'static str, Channel>,
    descriptors: &'static [u8],
    authenticate: Arc<dyn Authenticate>,
    incoming: Incoming,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let roles: Roles = Arc::new(roles);
    let router = roles.iter().fold(Router::new(), |router, (name, channel)| {
        router.route(
            &format!("/{name}/{{*method}}"),
            any(pass_on).with_state((channel.clone(), authenticate.clone())),
        )
    });
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(descriptors)
        .build_v1()?;
    let services = Routes::from(router)
        .add_service(HealthServer::new(RoleHealth(roles)))
        .add_service(reflection);
    tonic::transport::Server::builder()
        .max_concurrent_streams(256)
        .http2_keepalive_interval(Some(KEEPALIVE.0))
        .http2_keepalive_timeout(Some(KEEPALIVE.1))
        .http2_max_pending_accept_reset_streams(Some(64))
        .layer(Calls::new())
        .layer(Limit::new(MAX_CALLS))
        .add_routes(services)
        .serve_with_incoming_shutdown(incoming, stop.cancelled_owned())
        .await?;
    Ok(())
}

/// Finds out who makes a call.
#[tonic::async_trait]
pub trait Authenticate: std::fmt::Debug + Send + Sync + 'static {
    /// Who shows these headers and this certificate (DER), which was found valid. What is shown and not valid is refused:
    /// nobody is taken for anybody by mistake.
    async fn identify(
        &self,
        headers: &HeaderMap,
        certificate: Option<&[u8]>,
    ) -> Result<Identity, Status>;
}

async fn pass_on(
    State((channel, authenticate)): State<(Channel, Arc<dyn Authenticate>)>,
    request: Request<axum::body::Body>,
) -> Response<Body> {
    let mut request = request.map(Body::new);
    let certificate = request.extensions().get::<Peer>().and_then(Peer::certificate);
    let identity = match authenticate.identify(request.headers(), certificate).await {
        Ok(identity) => identity,
        Err(refusal) => return refusal.into_http(),
    };
    let headers = request.headers_mut();
    headers.remove(peer::HEADER);
    headers.remove(AUTHORIZATION);
    identity::set(headers, &identity);
    if let Some(cause) = trace::current().and_then(|cause| HeaderValue::try_from(cause).ok()) {
        request.headers_mut().insert(trace::HEADER, cause);
    }
    let answer = channel.oneshot(request).await;
    answer.unwrap_or_else(|_| replicas::away().into_http())
}

/// Answers for a role by asking it; the empty name stands for all roles.
#[derive(Debug)]
struct RoleHealth(Roles);

impl RoleHealth {
    async fn ask(&self, name: &str) -> Result<i32, Status> {
        let channel = self.0.get(name).ok_or_else(|| {
            Status::new(Code::NotFound, format!("no service `{}` here", name.escape_debug()))
        })?;
        let request = deadline(HealthCheckRequest { service: name.to_owned() }, PATIENCE);
        let answer = HealthClient::new(channel.clone()).check(request).await;
        Ok(answer.map_or(NOT_SERVING, |answer| answer.into_inner().status))
    }
}

const SERVING: i32 = 1;
const NOT_SERVING: i32 = 2;

#[tonic::async_trait]
impl Health for RoleHealth {
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
        Err(Status::unimplemented("ask with Check; a watch is kept by each role itself"))
    }
}
