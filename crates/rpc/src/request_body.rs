//! The body of a request from outside, read before the call takes a permit: whole, or of a stream its first message.
//!
//! Invariant: what is read is bounded in bytes and in time; large messages of all callers together have memory for
//! [`MAX_LARGE_BYTES`] bytes, and one that finds none waits on the wire.

use std::{
    collections::{HashMap, VecDeque},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Buf as _, Bytes};
use futures::FutureExt as _;
use http_body::{Body as HttpBody, Frame};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, Sleep, sleep, timeout},
};
use tonic::{Code, Status, body::Body};
use tonic_types::{ErrorDetails, StatusExt as _};

/// Bytes of large messages at the same time, of all callers.
const MAX_LARGE_BYTES: usize = 64 * 1024 * 1024;
/// A message of more bytes than this is large. Without credentials none is, so that they take none of that.
const LARGE: usize = 256 * 1024;
/// Memory is counted in units of so many bytes.
const UNIT: usize = 1024;
/// Of a message comes first whether it is compressed, then its length (gRPC over HTTP/2, "Length-Prefixed-Message").
const PREFIX: usize = 5;
/// Longest pause between two frames of a stream whose first message has come.
const STREAM_PAUSE: Duration = Duration::from_mins(5);

/// What a request may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Bytes of the message; of a stream, of the first.
    bytes: usize,
    /// Time until it is there.
    time: Duration,
}

impl Bounds {
    /// Without credentials calls only ask.
    pub(crate) const ANYBODY: Self = Self { bytes: LARGE, time: Duration::from_secs(10) };
    pub(crate) const KNOWN: Self = Self { bytes: 32 * 1024 * 1024, time: Duration::from_mins(1) };
}

/// How much of a body is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// Its end.
    End,
    /// The end of its first message: the sender may wait for an answer to it.
    FirstMessage,
}

/// Memory for large messages.
#[derive(Debug, Clone)]
pub(crate) struct MessageMemory(Arc<Semaphore>);

impl MessageMemory {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(MAX_LARGE_BYTES / UNIT)))
    }

    async fn take(&self, bytes: usize) -> OwnedSemaphorePermit {
        let units = u32::try_from(bytes.min(MAX_LARGE_BYTES).div_ceil(UNIT))
            .expect("the limit is fewer units");
        self.0.clone().acquire_many_owned(units).await.expect("it is never closed")
    }
}

/// What arrived, and its memory, if it is large.
pub(crate) type Arrived = (Body, Option<OwnedSemaphorePermit>);

/// Reads a body.
pub(crate) async fn read(
    body: Body,
    until: Until,
    bounds: Bounds,
    memory: &MessageMemory,
) -> Result<Arrived, Status> {
    let mut reading = Reading { body, frames: VecDeque::new(), bytes: 0, memory: None };
    let late = |_| Err(Status::deadline_exceeded("the request did not arrive in time"));
    timeout(bounds.time, reading.read(until, bounds, memory)).await.unwrap_or_else(late)?;
    let Reading { body, frames, bytes: _, memory } = reading;
    let rest = (until == Until::FirstMessage).then(|| Rest::new(body));
    Ok((Body::new(Read { frames, rest }), memory))
}

struct Reading {
    body: Body,
    frames: VecDeque<Bytes>,
    bytes: usize,
    memory: Option<OwnedSemaphorePermit>,
}

impl Reading {
    async fn read(
        &mut self,
        until: Until,
        bounds: Bounds,
        memory: &MessageMemory,
    ) -> Result<(), Status> {
        loop {
            if let Some(message) = self.message_bytes() {
                if message.max(self.bytes - PREFIX) > bounds.bytes {
                    return Err(too_large(bounds.bytes));
                }
                if message > LARGE && self.memory.is_none() {
                    self.memory = Some(memory.take(message).await);
                }
                if until == Until::FirstMessage && self.has_message() {
                    return Ok(());
                }
            }
            let Some(frame) = next_frame(&mut self.body).await? else {
                // A stream may have no message at all.
                let is_empty_stream = until == Until::FirstMessage && self.bytes == 0;
                let is_whole = is_empty_stream || self.has_message();
                return is_whole.then_some(()).ok_or_else(incomplete);
            };
            self.bytes += frame.len();
            self.frames.push_back(frame);
        }
    }

    /// Whether the first message has come.
    fn has_message(&self) -> bool {
        self.message_bytes().is_some_and(|message| message + PREFIX <= self.bytes)
    }

    /// The length of the first message, once its prefix has come.
    fn message_bytes(&self) -> Option<usize> {
        let mut begun = self.frames.iter().flatten().skip(1);
        let length = [*begun.next()?, *begun.next()?, *begun.next()?, *begun.next()?];
        usize::try_from(u32::from_be_bytes(length)).ok()
    }
}

/// The next bytes; none at the end. Requests have no trailers.
async fn next_frame(body: &mut Body) -> Result<Option<Bytes>, Status> {
    loop {
        let frame = std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
        match frame.transpose()?.map(Frame::into_data) {
            Some(Ok(bytes)) if bytes.has_remaining() => return Ok(Some(bytes)),
            Some(_) => {}
            None => return Ok(None),
        }
    }
}

fn too_large(limit: usize) -> Status {
    let message =
        format!("the message is larger than {limit} bytes, the most that this caller can send");
    refused(Code::ResourceExhausted, "REQUEST_TOO_LARGE", message)
}

fn incomplete() -> Status {
    let message = "the request ended before its message did; send one whole message";
    refused(Code::InvalidArgument, "REQUEST_INCOMPLETE", message.into())
}

fn refused(code: Code, reason: &str, message: String) -> Status {
    let details = ErrorDetails::with_error_info(reason, "voortgang", HashMap::new());
    Status::with_error_details(code, message, details)
}

/// A body of which the beginning was read.
struct Read {
    frames: VecDeque<Bytes>,
    rest: Option<Rest>,
}

/// What is still to come.
struct Rest {
    body: Body,
    pause: Pin<Box<Sleep>>,
}

impl Rest {
    fn new(body: Body) -> Self {
        Self { body, pause: Box::pin(sleep(STREAM_PAUSE)) }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.pause.as_mut().reset(Instant::now() + STREAM_PAUSE);
            return Poll::Ready(frame);
        }
        let late =
            |()| Some(Err(Status::deadline_exceeded("nothing more of the stream came in time")));
        self.pause.poll_unpin(context).map(late)
    }
}

impl HttpBody for Read {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Some(bytes) = self.frames.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        self.rest.as_mut().map_or(Poll::Ready(None), |rest| rest.poll(context))
    }

    fn is_end_stream(&self) -> bool {
        self.frames.is_empty() && self.rest.as_ref().is_none_or(|rest| rest.body.is_end_stream())
    }
}

#[cfg(test)]
mod tests;
