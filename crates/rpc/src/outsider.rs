//! Which calls come from outside: the door marks each that it passes on, and a role that calls another for it goes on
//! with the mark, as with the trace.
//!
//! What roles do on their own account bears none, so that it is told from what people read.

use http::{HeaderMap, HeaderValue};
use tonic::Request;

const HEADER: &str = "voortgang-outsider";

tokio::task_local! {
    /// There while a marked call is answered.
    static MARKED: ();
}

/// Marks a call that comes from outside.
pub(crate) fn mark(headers: &mut HeaderMap) {
    headers.insert(HEADER, HeaderValue::from_static("yes"));
}

/// Whether a call bears the mark.
pub(crate) fn is_marked(headers: &HeaderMap) -> bool {
    headers.contains_key(HEADER)
}

/// Answers a call; what it calls in turn by [`go_on`] is marked as it is itself.
pub(crate) async fn answering<F: Future>(is_marked: bool, answer: F) -> F::Output {
    if is_marked { MARKED.scope((), answer).await } else { answer.await }
}

/// Marks a call that is made to answer a marked one.
pub(crate) fn go_on<T>(request: &mut Request<T>) {
    if MARKED.try_with(|()| ()).is_ok() {
        request.metadata_mut().insert(HEADER, tonic::metadata::MetadataValue::from_static("yes"));
    }
}

/// Whether a call was made by somebody outside, directly or through other roles.
pub fn is_outsider<T>(request: &Request<T>) -> bool {
    request.metadata().contains_key(HEADER)
}

/// The same call as if it came through the door, for tests of roles without one.
pub fn as_outsider<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert(HEADER, tonic::metadata::MetadataValue::from_static("yes"));
    request
}
