//! Bodies: one that is followed until it ends or its reader disconnects, also only to keep something for so long, and one that is made
//! of frames as they come, which never says beforehand that it has ended. A body that has to say so is in `request_body`.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures::Stream;
use http::{HeaderMap, HeaderValue};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::StreamBody;
use tonic::{Status, body::Body};
use tracing::Span;

use crate::propagation;

/// A body of these frames.
pub(crate) fn of(
    frames: impl Stream<Item = Result<Frame<Bytes>, Status>> + Send + 'static,
) -> Body {
    Body::new(StreamBody::new(frames))
}

/// A body that keeps something until it was read or given up, such as the permit of its call.
pub fn keeping<B: HttpBody + Unpin>(
    body: B,
    kept: impl Send + Unpin + 'static,
) -> impl HttpBody<Data = B::Data, Error = B::Error> {
    Followed::new(body, Keeps(kept))
}

/// Follows a body. It is dropped with it.
pub(crate) trait Follower: Send + Unpin + 'static {
    /// The span in which the body is made.
    fn span(&self) -> Option<&Span> {
        None
    }

    /// The header that goes on with what the body calls.
    fn propagated(&self) -> Option<&HeaderValue> {
        None
    }

    /// The trailers have come.
    fn trailers(&mut self, _: &HeaderMap) {}
}

struct Keeps<K>(K);

impl<K: Send + Unpin + 'static> Follower for Keeps<K> {}

/// A body with who follows it.
#[derive(Debug)]
pub(crate) struct Followed<B, F> {
    inner: B,
    follower: F,
}

impl<B, F: Follower> Followed<B, F> {
    pub(crate) fn new(inner: B, follower: F) -> Self {
        Self { inner, follower }
    }
}

impl<B: HttpBody + Unpin, F: Follower> HttpBody for Followed<B, F> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let Self { inner, follower } = self.get_mut();
        let span = follower.span().cloned().unwrap_or_else(Span::none);
        let poll = || span.in_scope(|| Pin::new(inner).poll_frame(context));
        let polled = propagation::sync_scope(follower.propagated(), poll);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(trailers) = frame.trailers_ref()
        {
            follower.trailers(trailers);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
