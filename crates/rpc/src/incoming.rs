//! Connections that a server takes: from a port, or from a pipe inside the process.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use futures::{Stream, StreamExt, stream::BoxStream};
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::server::Connected;

use crate::{
    Peer,
    tls::{self, PeerCertificate, Tls, TlsError},
};

/// TLS handshakes at the same time.
const MAX_HANDSHAKES: usize = 64;

/// The stream of connections that a server takes.
#[must_use]
pub struct Incoming(BoxStream<'static, io::Result<Connection>>);

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Incoming")
    }
}

impl Incoming {
    /// Connections from inside the process.
    pub(crate) fn pipes(pipes: impl Stream<Item = DuplexStream> + Send + 'static) -> Self {
        Self(pipes.map(|pipe| Ok(Connection::Pipe(pipe))).boxed())
    }

    /// Connections from a port.
    pub fn port(listener: TcpListener) -> Self {
        let prepare =
            |stream: TcpStream| stream.set_nodelay(true).map(|()| Connection::Tcp(stream));
        Self(TcpListenerStream::new(listener).map(move |stream| stream.and_then(prepare)).boxed())
    }

    /// Encrypted connections from a port. A failed handshake affects no other connection.
    pub fn encrypted(
        listener: TcpListener,
        tls: &Tls,
        peers: &PeerCertificate,
    ) -> Result<Self, TlsError> {
        let acceptor = tls.server(peers)?;
        let handshake = move |stream: io::Result<TcpStream>| {
            let acceptor = acceptor.clone();
            async move {
                let stream = stream?;
                stream.set_nodelay(true)?;
                tls::accept(&acceptor, stream).await.map(|stream| Connection::Tls(Box::new(stream)))
            }
        };
        let log = |error: &io::Error| tracing::debug!(%error, "a connection was refused");
        let taken = TcpListenerStream::new(listener)
            .map(handshake)
            .buffer_unordered(MAX_HANDSHAKES)
            .filter_map(move |taken| std::future::ready(taken.inspect_err(log).ok().map(Ok)));
        Ok(Self(taken.boxed()))
    }

    /// Connections from both.
    pub fn and(self, other: Self) -> Self {
        Self(futures::stream::select(self.0, other.0).boxed())
    }
}

impl Stream for Incoming {
    type Item = io::Result<Connection>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}

/// One connection.
#[derive(Debug)]
pub enum Connection {
    /// From a port.
    Tcp(TcpStream),
    /// From a port, encrypted.
    Tls(Box<TlsStream<TcpStream>>),
    /// From inside the process.
    Pipe(DuplexStream),
}

impl Connected for Connection {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        match self {
            Self::Tcp(_) | Self::Pipe(_) => Peer::default(),
            Self::Tls(stream) => {
                let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
                Peer { is_encrypted: true, certificate: shown.map(|shown| shown.as_ref().into()) }
            }
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Pipe(pipe) => Pin::new(pipe).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Pipe(pipe) => Pin::new(pipe).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
            Self::Pipe(pipe) => Pin::new(pipe).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Pipe(pipe) => Pin::new(pipe).poll_shutdown(context),
        }
    }
}
