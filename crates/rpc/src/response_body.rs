//! The body of an answer on its way to somebody outside, who may read it slowly or not at all.
//!
//! Invariant: what an answer keeps, such as its permit, is dropped at its last frame, or once nothing of it was read for
//! [`READ_TIMEOUT`].

use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as _, Frame};
use http_body_util::BodyExt as _;
use tokio::{sync::mpsc, time::timeout};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::task::AbortOnDropHandle;
use tonic::{Status, body::Body};
use tracing::Instrument as _;

use crate::body;

/// Longest time in which a reader takes no frame.
const READ_TIMEOUT: Duration = Duration::from_mins(1);

/// Passes a body on, and keeps `kept` meanwhile.
pub(crate) fn keeping(body: Body, kept: impl Send + 'static) -> Body {
    if body.is_end_stream() {
        // A refusal is all headers: a frame after them, though empty, is no answer to some clients.
        return body;
    }
    let (sender, frames) = mpsc::channel(1);
    let passing_on = async move {
        pass_on(body, sender).await;
        drop(kept);
    };
    let task = AbortOnDropHandle::new(tokio::spawn(passing_on.in_current_span()));
    Body::new(body::keeping(body::of(ReceiverStream::new(frames)), task))
}

async fn pass_on(mut body: Body, frames: mpsc::Sender<Result<Frame<Bytes>, Status>>) {
    while let Some(frame) = body.frame().await {
        match timeout(READ_TIMEOUT, frames.send(frame)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return,
            Err(_) => return tracing::debug!("an answer was given up: nothing of it was read"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn body(frames: usize) -> Body {
        let frames = (0..frames).map(|_| Ok::<_, Status>(Bytes::from_static(b"frame")));
        Body::new(axum::body::Body::from_stream(futures::stream::iter(frames)))
    }

    async fn next(body: &mut Body) -> Option<Result<Frame<Bytes>, Status>> {
        body.frame().await
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_keeps_its_permit_for_as_long_as_it_is_read() {
        let permit = Arc::new(());
        let mut slow = keeping(body(10), permit.clone());
        for _ in 0..9 {
            tokio::time::sleep(READ_TIMEOUT / 2).await;
            assert!(next(&mut slow).await.unwrap().is_ok());
            assert_eq!(Arc::strong_count(&permit), 2);
        }
        assert!(next(&mut slow).await.unwrap().is_ok());
        assert!(next(&mut slow).await.is_none());
        assert_eq!(Arc::strong_count(&permit), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_nobody_reads_gives_back_its_permit() {
        let permit = Arc::new(());
        let unread = keeping(body(10), permit.clone());
        tokio::time::sleep(READ_TIMEOUT * 2).await;
        assert_eq!(Arc::strong_count(&permit), 1);
        drop(unread);
    }

    #[tokio::test]
    async fn an_answer_without_a_body_stays_one() {
        let permit = Arc::new(());
        assert!(keeping(Body::empty(), permit.clone()).is_end_stream());
        assert_eq!(Arc::strong_count(&permit), 1);
    }

    #[tokio::test]
    async fn an_answer_that_is_given_up_gives_back_its_permit() {
        let permit = Arc::new(());
        drop(keeping(body(10), permit.clone()));
        while Arc::strong_count(&permit) != 1 {
            tokio::task::yield_now().await;
        }
    }
}
