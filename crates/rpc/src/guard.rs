//! A guard decides on calls before they are answered.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use futures::future::BoxFuture;
use http::{Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};

/// Begins the path of every call that is decided on; health and reflection are not.
const OURS: &str = "/voortgang.";

/// Who makes a call, as a guard found: limits count by it. A guard leaves it in the extensions of the request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallerId(Arc<str>);

impl From<String> for CallerId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

/// Decides on calls of a server.
#[tonic::async_trait]
pub trait Guard: std::fmt::Debug + Send + Sync + 'static {
    /// Answers a call: by `next`, or by a refusal of its own.
    async fn answer(&self, request: Request<Body>, next: Next) -> Response<Body>;
}

/// What would answer a call that is let through.
pub struct Next(Box<dyn FnOnce(Request<Body>) -> BoxFuture<'static, Response<Body>> + Send>);

impl std::fmt::Debug for Next {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Next")
    }
}

impl Next {
    pub(crate) fn new(
        answer: impl FnOnce(Request<Body>) -> BoxFuture<'static, Response<Body>> + Send + 'static,
    ) -> Self {
        Self(Box::new(answer))
    }

    /// Lets a call through.
    pub async fn answer(self, request: Request<Body>) -> Response<Body> {
        self.0(request).await
    }
}

/// Puts a guard before a service, where there is one.
#[derive(Debug, Clone)]
pub(crate) struct Guarding(pub(crate) Option<Arc<dyn Guard>>);

impl<S> Layer<S> for Guarding {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded { inner, guard: self.0.clone() }
    }
}

/// A service behind a guard.
#[derive(Debug, Clone)]
pub(crate) struct Guarded<S> {
    inner: S,
    guard: Option<Arc<dyn Guard>>,
}

impl<S> Service<Request<Body>> for Guarded<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let clone = self.inner.clone();
        // The one that was asked whether it is ready is the one that is called.
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let guard = self.guard.clone().filter(|_| request.uri().path().starts_with(OURS));
        Box::pin(async move {
            let Some(guard) = guard else { return inner.call(request).await };
            let next = Next::new(move |request| {
                Box::pin(async move {
                    let Ok(response) = inner.call(request).await;
                    response
                })
            });
            Ok(guard.answer(request, next).await)
        })
    }
}
