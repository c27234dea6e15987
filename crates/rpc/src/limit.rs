//! A bound on the calls that are answered at the same time: those beyond are refused at once, not kept waiting.

use std::{
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures::future::{Either, Ready, ready};
use http::{HeaderMap, Request, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::{Code, Status, body::Body};
use tonic_types::{ErrorDetails, StatusExt as _};
use tower::{Layer, Service};
use tracing::Span;

use crate::body::{Followed, Follower};

/// Health is answered however busy it is.
const HEALTH: &str = "/grpc.health.v1.Health/";
/// Delay that a refused caller is given.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Lets so many calls in at a time.
#[derive(Debug, Clone)]
pub(crate) struct Limit(Arc<Semaphore>);

impl Limit {
    pub(crate) fn new(calls: usize) -> Self {
        Self(Arc::new(Semaphore::new(calls)))
    }
}

impl<S> Layer<S> for Limit {
    type Service = Limited<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Limited { inner, places: self.0.clone() }
    }
}

/// A service with so many places.
#[derive(Debug, Clone)]
pub(crate) struct Limited<S> {
    inner: S,
    places: Arc<Semaphore>,
}

type Answer<S> = Result<Response<Body>, <S as Service<Request<Body>>>::Error>;

impl<S> Service<Request<Body>> for Limited<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Either<Ready<Answer<S>>, futures::future::BoxFuture<'static, Answer<S>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        if request.uri().path().starts_with(HEALTH) {
            return Either::Right(Box::pin(self.inner.call(request)));
        }
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            return Either::Left(ready(Ok(busy().into_http())));
        };
        let answer = self.inner.call(request);
        Either::Right(Box::pin(async move {
            let (parts, body) = answer.await?.into_parts();
            let body = Followed::new(body, Place { _permit: place, span: Span::current() });
            Ok(Response::from_parts(parts, Body::new(body)))
        }))
    }
}

/// The place of a call, taken until the last byte of its answer.
#[derive(Debug)]
struct Place {
    _permit: OwnedSemaphorePermit,
    span: Span,
}

impl Follower for Place {
    fn span(&self) -> &Span {
        &self.span
    }

    fn trailers(&mut self, _: &HeaderMap) {}
}

fn busy() -> Status {
    let mut details = ErrorDetails::with_error_info(
        "TOO_MANY_CALLS",
        "voortgang",
        std::collections::HashMap::new(),
    );
    details.set_retry_info(Some(RETRY_DELAY));
    let message = "too many calls at the same time; try again in a moment";
    Status::with_error_details(Code::ResourceExhausted, message, details)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tower::{ServiceExt as _, service_fn};

    use super::*;

    fn request(path: &str) -> Request<Body> {
        Request::builder().uri(path).body(Body::empty()).unwrap()
    }

    fn code(response: &Response<Body>) -> Code {
        Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code())
    }

    #[tokio::test]
    async fn a_call_beyond_the_limit_is_refused_until_an_answer_was_read_to_its_end() {
        let answer = service_fn(async |_: Request<Body>| {
            Ok::<_, Infallible>(Response::new(Body::new(axum::body::Body::from("answer"))))
        });
        let service = Limit::new(2).layer(answer);
        let call = |path| service.clone().oneshot(request(path));
        let first = call("/a.A/B").await.unwrap();
        let second = call("/a.A/B").await.unwrap();
        assert_eq!((code(&first), code(&second)), (Code::Ok, Code::Ok));
        let refused = call("/a.A/B").await.unwrap();
        assert_eq!(code(&refused), Code::ResourceExhausted);
        let status = Status::from_header_map(refused.headers()).unwrap();
        assert_eq!(crate::reason(&status).as_deref(), Some("TOO_MANY_CALLS"));
        assert_eq!(code(&call("/grpc.health.v1.Health/Check").await.unwrap()), Code::Ok);
        drop(first);
        assert_eq!(code(&call("/a.A/B").await.unwrap()), Code::Ok);
    }

    #[tokio::test]
    async fn a_call_that_is_given_up_frees_its_place() {
        let never = service_fn(async |_: Request<Body>| {
            std::future::pending::<Result<Response<Body>, Infallible>>().await
        });
        let service = Limit::new(1).layer(never);
        let waiting = tokio::spawn(service.clone().oneshot(request("/a.A/B")));
        tokio::task::yield_now().await;
        let refused = service.clone().oneshot(request("/a.A/B")).await.unwrap();
        assert_eq!(code(&refused), Code::ResourceExhausted);
        waiting.abort();
        waiting.await.unwrap_err();
        let again = tokio::time::timeout(Duration::ZERO, service.oneshot(request("/a.A/B"))).await;
        again.unwrap_err();
    }
}
