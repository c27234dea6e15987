//! A call that had no answer, made again at another replica.
//!
//! Invariant: only a call of which a second changes nothing is made again.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tonic::body::Body;
use tower::BoxError;

use crate::{MAX_INNER_MESSAGE, replicas::Replicas};

/// By the path of a call: whether it may be made again, by its message; none where its messages are a stream.
pub type Retryable = fn(&str) -> Option<fn(&[u8]) -> bool>;

/// Pauses before the second and third try: long enough to notice that a replica is gone.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(300)];
/// In front of a message: whether it is compressed, and its length.
const PREFIX: usize = 5;

/// Makes a call, and again where a replica ended without an answer.
pub(crate) async fn call(
    replicas: &Replicas,
    request: Request<Body>,
    may_retry: fn(&[u8]) -> bool,
) -> Result<Response<Body>, BoxError> {
    let (parts, body) = request.into_parts();
    // One message, which its sender has whole.
    let body =
        axum::body::to_bytes(axum::body::Body::new(body), MAX_INNER_MESSAGE + PREFIX).await?;
    let request = || {
        let body = axum::body::Body::from(body.clone());
        Request::from_parts(parts.clone(), Body::new(body))
    };
    for pause in PAUSES {
        match replicas.call(request()).await {
            Err(_) if message(&body).is_some_and(may_retry) => tokio::time::sleep(pause).await,
            answer => return answer,
        }
    }
    replicas.call(request()).await
}

/// The message of a body with one, where it is not compressed.
fn message(body: &Bytes) -> Option<&[u8]> {
    let (prefix, message) = body.split_at_checked(PREFIX)?;
    (prefix.first() == Some(&0)).then_some(message)
}
