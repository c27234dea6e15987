//! What every server does with a call besides answering it: a span that goes on the caller's trace, and counts.

use std::{
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use futures::future::BoxFuture;
use http::{HeaderMap, HeaderValue, Request, Response};
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};
use tracing::{Instrument as _, Span, field::Empty};

use crate::{
    Busy, Peer, Slot,
    body::{Followed, Follower},
    metrics::Metrics,
    propagation,
};

/// Characters of a call's name in a span; outsiders can send a name of any length.
const MAX_NAME: usize = 200;

/// Follows each call to its end.
#[derive(Debug, Clone)]
pub(crate) struct Calls(Arc<Metrics>);

impl Calls {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Metrics::new()))
    }
}

impl<S> Layer<S> for Calls {
    type Service = Following<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Following { inner, metrics: self.0.clone() }
    }
}

/// A service whose calls are followed.
#[derive(Debug, Clone)]
pub(crate) struct Following<S> {
    inner: S,
    metrics: Arc<Metrics>,
}

impl<S> Service<Request<Body>> for Following<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let call = Call::begin(&request, self.metrics.clone());
        let span = call.span.clone();
        let propagated = call.propagated.clone();
        let answer = span.in_scope(|| self.inner.call(request)).instrument(span);
        let answer = propagation::scope(propagated, answer);
        Box::pin(async move {
            let mut call = call;
            let (parts, body) = answer.await?.into_parts();
            // A call that is refused before it has a body has its status here.
            call.end(&parts.headers);
            Ok(Response::from_parts(parts, Body::new(Followed::new(body, call))))
        })
    }
}

/// A call under way. Dropped without a status it was given up by its caller.
#[derive(Debug)]
struct Call {
    span: Span,
    service: String,
    method: String,
    begun: Instant,
    code: Option<Code>,
    /// The header that goes on with what it calls.
    propagated: Option<HeaderValue>,
    metrics: Arc<Metrics>,
    /// Its connection is in use.
    _busy: Option<Busy>,
}

impl Call {
    fn begin(request: &Request<Body>, metrics: Arc<Metrics>) -> Self {
        let path = request.uri().path().trim_start_matches('/');
        let name: String = path.chars().take(MAX_NAME).collect();
        let (service, method) = name.split_once('/').unwrap_or((&name, ""));
        let span = tracing::info_span!(
            "call",
            otel.name = name,
            otel.kind = "server",
            otel.status_code = Empty,
            rpc.system = "grpc",
            rpc.service = service,
            rpc.method = method,
            rpc.grpc.status_code = Empty,
        );
        let cause = request.headers().get(trace::HEADER).and_then(|value| value.to_str().ok());
        trace::continue_from(&span, cause);
        let (service, method) = (service.to_owned(), method.to_owned());
        let propagated = propagation::header(request.headers());
        let peer = request.extensions().get::<Peer>();
        let busy = peer.and_then(|peer| peer.slot.as_ref()).map(Slot::begin);
        let begun = Instant::now();
        Self { span, service, method, begun, code: None, propagated, metrics, _busy: busy }
    }

    fn end(&mut self, headers: &HeaderMap) {
        if let Some(status) = Status::from_header_map(headers) {
            self.code = Some(status.code());
        }
    }
}

impl Follower for Call {
    fn span(&self) -> Option<&Span> {
        Some(&self.span)
    }

    fn propagated(&self) -> Option<&HeaderValue> {
        self.propagated.as_ref()
    }

    fn trailers(&mut self, trailers: &HeaderMap) {
        self.end(trailers);
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let code = self.code.unwrap_or(Code::Cancelled);
        self.span.record("rpc.grpc.status_code", code as i32);
        if matches!(code, Code::Internal | Code::Unknown | Code::DataLoss | Code::Unavailable) {
            self.span.record("otel.status_code", "ERROR");
        }
        self.metrics.answered(&self.service, &self.method, code, self.begun.elapsed());
    }
}
