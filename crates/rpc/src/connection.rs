//! One connection, which ends when it is of no use: when its first request does not come, when what was answered is not
//! read, or when it has to make room.

use std::{
    future::Future as _,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::WaitForCancellationFutureOwned;
use tonic::transport::server::Connected;

use crate::{Peer, Slot};

/// Longest time to the head of the first request.
const FIRST_REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest time in which the other end takes nothing of what is being written.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// One connection.
#[derive(Debug)]
pub struct Connection {
    stream: Stream,
    limits: Option<Limits>,
}

#[derive(Debug)]
enum Stream {
    Tcp(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// From inside the process.
    Pipe(DuplexStream),
}

/// What ends a connection from a port.
#[derive(Debug)]
struct Limits {
    slot: Slot,
    evicted: Pin<Box<WaitForCancellationFutureOwned>>,
    /// Until the first request.
    first: Option<Pin<Box<Sleep>>>,
    /// While nothing can be written.
    write: Option<Pin<Box<Sleep>>>,
}

impl Connection {
    pub(crate) fn tcp(stream: TcpStream, slot: Slot) -> Self {
        Self { stream: Stream::Tcp(stream), limits: Some(Limits::new(slot)) }
    }

    pub(crate) fn tls(stream: TlsStream<TcpStream>, slot: Slot) -> Self {
        Self { stream: Stream::Tls(Box::new(stream)), limits: Some(Limits::new(slot)) }
    }

    pub(crate) fn pipe(pipe: DuplexStream) -> Self {
        Self { stream: Stream::Pipe(pipe), limits: None }
    }

    /// Its slot, where it comes from a port.
    pub fn slot(&self) -> Option<&Slot> {
        self.limits.as_ref().map(|limits| &limits.slot)
    }

    fn io(&mut self) -> Pin<&mut (dyn ReadWrite + Unpin)> {
        match &mut self.stream {
            Stream::Tcp(stream) => Pin::new(stream),
            Stream::Tls(stream) => Pin::new(stream),
            Stream::Pipe(pipe) => Pin::new(pipe),
        }
    }

    /// Fails once nothing could be written for too long.
    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match &mut self.limits {
            Some(limits) => limits.written(context, written),
            None => written,
        }
    }
}

trait ReadWrite: AsyncRead + AsyncWrite {}
impl<S: AsyncRead + AsyncWrite> ReadWrite for S {}

impl Limits {
    fn new(slot: Slot) -> Self {
        let evicted = Box::pin(slot.evicted().cancelled_owned());
        Self { slot, evicted, first: Some(Box::pin(sleep(FIRST_REQUEST_TIMEOUT))), write: None }
    }

    /// Fails once the connection has to end although the other end does nothing.
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if self.evicted.as_mut().poll(context).is_ready() {
            return Err(io::Error::other("the connection was idle and made room for another"));
        }
        if let Some(first) = &mut self.first
            && first.as_mut().poll(context).is_ready()
        {
            self.first = None;
            if !self.slot.was_used() {
                return Err(late("no request"));
            }
        }
        Ok(())
    }

    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.write = None;
            return written;
        }
        let limit = self.write.get_or_insert_with(|| Box::pin(sleep(WRITE_TIMEOUT)));
        ready!(limit.as_mut().poll(context));
        Poll::Ready(Err(late("nothing of an answer was read")))
    }
}

fn late(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("{what} in time"))
}

impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        let slot = self.slot().cloned();
        match &self.stream {
            Stream::Tcp(_) | Stream::Pipe(_) => Peer { slot, ..Peer::default() },
            Stream::Tls(stream) => {
                let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
                let certificate = shown.map(|shown| shown.as_ref().into());
                Peer { is_encrypted: true, certificate, slot }
            }
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(limits) = &mut self.limits {
            limits.check(context)?;
        }
        self.io().poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = self.io().poll_write(context, bytes);
        self.written(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let written = self.io().poll_flush(context);
        self.written(context, written)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let written = self.io().poll_shutdown(context);
        self.written(context, written)
    }
}
