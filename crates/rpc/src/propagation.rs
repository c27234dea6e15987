//! The one header, beside the trace's, that goes on with a call: to every call that is made in order to answer it.
//!
//! Who reads or writes it gives it a meaning (`identity`: who calls); here it is opaque.

use http::{HeaderMap, HeaderName, HeaderValue};
use tonic::{Request, metadata::MetadataValue};

const NAME: &str = "voortgang-caller";
/// Name of the header.
pub const PROPAGATED_HEADER: HeaderName = HeaderName::from_static(NAME);

tokio::task_local! {
    /// The header of the call that is being answered.
    static CURRENT: HeaderValue;
}

/// The header of a call.
pub(crate) fn header(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(PROPAGATED_HEADER).cloned()
}

/// Runs a future whose calls by [`propagate`] get this header.
pub(crate) async fn scope<F: Future>(header: Option<HeaderValue>, future: F) -> F::Output {
    match header {
        Some(header) => CURRENT.scope(header, future).await,
        None => future.await,
    }
}

/// The same for a function, such as the poll of a stream that outlives its call.
pub(crate) fn sync_scope<R>(header: Option<&HeaderValue>, run: impl FnOnce() -> R) -> R {
    match header {
        Some(header) => CURRENT.sync_scope(header.clone(), run),
        None => run(),
    }
}

/// Copies the header of the call that is being answered to a new one.
pub(crate) fn propagate<T>(request: &mut Request<T>) {
    let header = CURRENT.try_with(|header| MetadataValue::try_from(header.as_bytes()).ok());
    if let Ok(Some(header)) = header {
        request.metadata_mut().insert(NAME, header);
    }
}
