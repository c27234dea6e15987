//! The body of a response, followed until it ends or its reader disconnects.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::{Status, body::Body};
use tracing::Span;

use crate::propagation;

/// Follows a body. It is dropped with it.
pub(crate) trait Follower: Send + Unpin + 'static {
    /// The span in which the body is made.
    fn span(&self) -> &Span;

    /// The header that goes on with what the body calls.
    fn propagated(&self) -> Option<&HeaderValue> {
        None
    }

    /// The trailers have come.
    fn trailers(&mut self, trailers: &HeaderMap);
}

/// A body with who follows it.
#[derive(Debug)]
pub(crate) struct Followed<F> {
    inner: Body,
    follower: F,
}

impl<F: Follower> Followed<F> {
    pub(crate) fn new(inner: Body, follower: F) -> Self {
        Self { inner, follower }
    }
}

impl<F: Follower> HttpBody for Followed<F> {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Self { inner, follower } = self.get_mut();
        let span = follower.span().clone();
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
