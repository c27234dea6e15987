//! Channels to services: over the network, or over a pipe to a server in the same process.

use std::{
    future, io,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures::{StreamExt as _, future::BoxFuture};
use http::{
    HeaderMap, HeaderName, HeaderValue, Request as HttpRequest, Response as HttpResponse,
    header::AUTHORIZATION,
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

use crate::{
    Incoming, propagation,
    replicas::Replicas,
    retry::{self, Retryable},
};

/// Largest message between our own services, in bytes: a dry run of many contributions is one message.
pub const MAX_INNER_MESSAGE: usize = 128 * 1024 * 1024;

/// A channel to a service: to one server, or to any replica.
#[derive(Debug, Clone)]
pub struct Channel {
    target: Target,
    /// Headers of every call.
    headers: HeaderMap,
    retryable: Option<Retryable>,
}

#[derive(Debug, Clone)]
enum Target {
    One(transport::Channel),
    Any(Arc<Replicas>),
}

impl Channel {
    fn to(target: Target) -> Self {
        Self { target, headers: HeaderMap::new(), retryable: None }
    }

    /// The same channel, with a bearer token on every call (RFC 6750, section 2.1). Fails on what fits no header.
    pub fn with_token(mut self, token: &str) -> Result<Self, http::header::InvalidHeaderValue> {
        let mut value = HeaderValue::try_from(format!("Bearer {token}"))?;
        value.set_sensitive(true);
        self.headers.insert(AUTHORIZATION, value);
        Ok(self)
    }

    /// The same channel, over which a call that had no answer is made again where it may be.
    #[must_use]
    pub fn with_retries(self, retryable: Retryable) -> Self {
        Self { retryable: Some(retryable), ..self }
    }

    /// The same channel, with this header on every call.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
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
        let target = self.target.clone();
        for (name, value) in &self.headers {
            request.headers_mut().insert(name.clone(), value.clone());
        }
        let may_retry = self.retryable.and_then(|retryable| retryable(request.uri().path()));
        Box::pin(async move {
            match (target, may_retry) {
                (Target::One(channel), _) => Ok(channel.oneshot(request).await?),
                (Target::Any(replicas), None) => replicas.call(request).await,
                (Target::Any(replicas), Some(may_retry)) => {
                    retry::call(&replicas, request, may_retry).await
                }
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
        Channel::to(Target::One(channel)),
        Incoming::pipes(UnboundedReceiverStream::new(receiver).boxed()),
    )
}

/// Returns a channel to `address`, such as `http://127.0.0.1:7400`; it connects on first use.
/// An address with `https:` needs `tls`.
pub fn connect(
    address: &str,
    tls: Option<&ClientTlsConfig>,
) -> Result<Channel, tonic::transport::Error> {
    Ok(Channel::to(Target::One(endpoint(address, tls)?.connect_lazy())))
}

/// Returns a channel over the replicas of a service: each call goes to the least busy one that is reachable, and waits a
/// little where none is. Needs a runtime.
pub fn connect_any(
    addresses: &[String],
    tls: Option<&ClientTlsConfig>,
) -> Result<Channel, tonic::transport::Error> {
    let connect = |address: &String| Ok((address.clone(), endpoint(address, tls)?.connect_lazy()));
    let channels = addresses.iter().map(connect).collect::<Result<_, _>>()?;
    Ok(Channel::to(Target::Any(Arc::new(Replicas::of(channels)))))
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
        .http2_keep_alive_interval(Duration::from_secs(5))
        .keep_alive_timeout(Duration::from_secs(5))
        // So that a replica that vanished is known before the next call goes to it.
        .keep_alive_while_idle(true)
        .tcp_nodelay(true))
}

/// A request that must be answered within `limit`, with the trace and the [`PROPAGATED_HEADER`](crate::PROPAGATED_HEADER)
/// of the call that is being answered.
pub fn deadline<T>(message: T, limit: Duration) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(limit);
    propagation::propagate(&mut request);
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
