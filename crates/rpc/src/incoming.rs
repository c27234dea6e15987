//! Connections that a server takes: from a port, or from a pipe inside the process.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use tokio::{
    io::DuplexStream,
    net::{TcpListener, TcpStream},
    time::sleep,
};

use crate::{
    Connection, ConnectionBounds, Slot,
    connections::Connections,
    tls::{self, PeerCertificate, Tls, TlsError},
};

/// TLS handshakes at the same time. Each has a slot, so that half-open ones make room for others.
const MAX_HANDSHAKES: usize = 4096;
/// How long to wait when the system gives no connection, such as when files run out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// The stream of connections that a server takes.
#[must_use]
pub struct Incoming {
    connections: BoxStream<'static, io::Result<Connection>>,
    /// How long a server that is asked to stop goes on.
    pub(crate) draining: Duration,
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Incoming")
    }
}

impl Incoming {
    fn of(connections: impl Stream<Item = io::Result<Connection>> + Send + 'static) -> Self {
        Self { connections: connections.boxed(), draining: Duration::ZERO }
    }

    /// The same connections. A server on them that is asked to stop reports that it does not serve and goes on for this long:
    /// those who look for replicas notice by then, and call another.
    pub fn draining_for(self, draining: Duration) -> Self {
        Self { draining, ..self }
    }

    /// Connections from inside the process.
    pub(crate) fn pipes(pipes: impl Stream<Item = DuplexStream> + Send + 'static) -> Self {
        Self::of(pipes.map(|pipe| Ok(Connection::pipe(pipe))))
    }

    /// Connections from a port.
    pub fn port(listener: TcpListener, bounds: ConnectionBounds) -> Self {
        let accepted = accepted(listener, bounds);
        Self::of(accepted.map(|(stream, slot)| Ok(Connection::tcp(stream, slot))))
    }

    /// Encrypted connections from a port. A failed handshake affects no other connection.
    pub fn encrypted(
        listener: TcpListener,
        bounds: ConnectionBounds,
        tls: &Tls,
        peers: &PeerCertificate,
    ) -> Result<Self, TlsError> {
        let acceptor = tls.server(peers)?;
        let handshake = move |(stream, slot): (TcpStream, Slot)| {
            let acceptor = acceptor.clone();
            async move {
                let evicted = slot.evicted();
                let shaken = evicted.run_until_cancelled(tls::accept(&acceptor, stream)).await?;
                let shaken =
                    shaken.inspect_err(|error| tracing::debug!(%error, "a connection was refused"));
                Some(Connection::tls(shaken.ok()?, slot))
            }
        };
        let taken = accepted(listener, bounds)
            .map(handshake)
            .buffer_unordered(MAX_HANDSHAKES)
            .filter_map(async |taken| taken.map(Ok));
        Ok(Self::of(taken))
    }

    /// Connections from both.
    pub fn and(self, other: Self) -> Self {
        Self::of(stream::select(self.connections, other.connections))
    }
}

impl Stream for Incoming {
    type Item = io::Result<Connection>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.connections.poll_next_unpin(context)
    }
}

/// The connections of a port that get a slot; the others are closed at once.
fn accepted(
    listener: TcpListener,
    bounds: ConnectionBounds,
) -> impl Stream<Item = (TcpStream, Slot)> + Send + 'static {
    let connections = Connections::new(bounds);
    stream::unfold((listener, connections), async |(listener, connections)| {
        let next = next(&listener, &connections).await;
        Some((next, (listener, connections)))
    })
}

async fn next(listener: &TcpListener, connections: &Connections) -> (TcpStream, Slot) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                // It fails only on a connection that is closed already.
                let _ = stream.set_nodelay(true);
                if let Some(slot) = connections.slot(address.ip()) {
                    return (stream, slot);
                }
                tracing::debug!(%address, "a connection was refused: all are busy");
            }
            Err(error) => {
                tracing::warn!("a connection was not accepted: {error}");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
