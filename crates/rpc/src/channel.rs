//! Channels to services: over the network, or over a pipe to a server in the same process.

use std::{
    future, io,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures::{StreamExt as _, future::BoxFuture};
use http::{
    HeaderMap, HeaderValue, Request as HttpRequest, Response as HttpResponse, header::AUTHORIZATION,
};
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::{
    Request, Status,
    body::Body,
    transport::{self, ClientTlsConfig, Endpoint, Uri},
};
use tower::{BoxError, Service, ServiceExt as _, service_fn};

use crate::{Identity, Incoming, Tls, identity, peer, replicas::Replicas};

/// Largest message between our own services, in bytes: a dry run of many contributions is one message.
pub const MAX_INNER_MESSAGE: usize = 128 * 1024 * 1024;

/// The way to a service: one server, or any replica of a role.
#[derive(Debug, Clone)]
pub struct Channel {
    way: Way,
    /// Headers of every call: who makes it.
    headers: HeaderMap,
}

#[derive(Debug, Clone)]
enum Way {
    One(transport::Channel),
    Any(Arc<Replicas>),
}

impl Channel {
    fn by(way: Way) -> Self {
        Self { way, headers: HeaderMap::new() }
    }

    /// The same way, with a bearer token on every call (RFC 6750, section 2.1). Fails on what fits no header.
    pub fn with_token(mut self, token: &str) -> Result<Self, http::header::InvalidHeaderValue> {
        let mut value = HeaderValue::try_from(format!("Bearer {token}"))?;
        value.set_sensitive(true);
        self.headers.insert(AUTHORIZATION, value);
        Ok(self)
    }

    /// The same way, for calls as if they came through the door from this caller. Only roles are believed.
    #[must_use]
    pub fn acting_as(mut self, identity: &Identity) -> Self {
        identity::set(&mut self.headers, identity);
        self
    }

    /// The same way, for calls of a role of the installation.
    #[must_use]
    pub fn of_service(mut self, name: &'static str) -> Self {
        self.headers.insert(peer::HEADER, peer::header(name));
        self
    }
}

impl Service<HttpRequest<Body>> for Channel {
    type Response = HttpResponse<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<HttpResponse<Body>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: HttpRequest<Body>) -> Self::Future {
        let way = self.way.clone();
        for (name, value) in &self.headers {
            request.headers_mut().insert(name.clone(), value.clone());
        }
        Box::pin(async move {
            match way {
                Way::One(channel) => Ok(channel.oneshot(request).await?),
                Way::Any(replicas) => replicas.call(request).await,
            }
        })
    }
}

/// Returns a channel and the connections that it makes, for a server in the same process.
/// The channel connects on first use and again after a failure.
pub fn in_process() -> (Channel, Incoming) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let connector = service_fn(move |_: Uri| {
        let (client, server) = tokio::io::duplex(256 * 1024);
        let sent = sender.send(server).map_err(|_| io::Error::other("the server has stopped"));
        future::ready(sent.map(|()| TokioIo::new(client)))
    });
    let channel = Endpoint::from_static("http://in-process").connect_with_connector_lazy(connector);
    (
        Channel::by(Way::One(channel)),
        Incoming::pipes(UnboundedReceiverStream::new(receiver).boxed()),
    )
}

/// Returns a channel to `address`, such as `http://127.0.0.1:7400`; it connects on first use.
/// An address with `https:` needs `tls`.
pub fn connect(
    address: &str,
    tls: Option<&ClientTlsConfig>,
) -> Result<Channel, tonic::transport::Error> {
    Ok(Channel::by(Way::One(endpoint(address, tls)?.connect_lazy())))
}

/// Returns a channel over the replicas of a role: each call goes to the least busy that can be reached, and waits a little
/// where none can. Needs a runtime.
pub fn connect_any(
    addresses: &[String],
    tls: Option<&Tls>,
) -> Result<Channel, tonic::transport::Error> {
    let tls = tls.map(Tls::client);
    let connect = |address: &String| Ok(endpoint(address, tls.as_ref())?.connect_lazy());
    let channels = addresses.iter().map(connect).collect::<Result<_, _>>()?;
    Ok(Channel::by(Way::Any(Arc::new(Replicas::of(channels)))))
}

fn endpoint(
    address: &str,
    tls: Option<&ClientTlsConfig>,
) -> Result<Endpoint, tonic::transport::Error> {
    let endpoint = Endpoint::from_shared(address.to_owned())?;
    let endpoint = match tls {
        Some(tls) if address.starts_with("https:") => endpoint.tls_config(tls.clone())?,
        _ => endpoint,
    };
    Ok(endpoint
        .connect_timeout(Duration::from_secs(5))
        .http2_keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10))
        // So that a replica that vanished is known before the next call goes to it.
        .keep_alive_while_idle(true)
        .tcp_nodelay(true))
}

/// A request that must be answered within `limit`, part of the trace of what runs now, and marked where that came from
/// outside.
pub fn deadline<T>(message: T, limit: Duration) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(limit);
    identity::go_on(&mut request);
    if let Some(cause) = trace::current().and_then(|cause| cause.parse().ok()) {
        request.metadata_mut().insert(trace::HEADER, cause);
    }
    request
}

/// Reads a streamed answer within `limit`: a deadline bounds the wait for its beginning only.
pub async fn within<T, E: From<Status>>(
    limit: Duration,
    reading: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let late = |_| Err(Status::deadline_exceeded("the answer did not end in time").into());
    tokio::time::timeout(limit, reading).await.unwrap_or_else(late)
}
