//! Channels to services: over the network, or over a pipe to a server in the same process.

use std::{future, io, time::Duration};

use futures::StreamExt;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
pub use tonic::transport::Channel;
use tonic::{
    Request, Status,
    transport::{ClientTlsConfig, Endpoint, Uri},
};
use tower::service_fn;

use crate::{Incoming, Tls};

/// Largest message between our own services, in bytes: a dry run of many contributions is one message.
pub const MAX_INNER_MESSAGE: usize = 128 * 1024 * 1024;

/// Returns a channel and the connections that it makes, for a server in the same process.
/// The channel connects on first use and again after a failure.
pub fn in_process() -> (Channel, Incoming) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let connector = service_fn(move |_: Uri| {
        let (client, server) = tokio::io::duplex(256 * 1024);
        let sent = sender.send(server).map_err(|_| io::Error::other("the server has stopped"));
        future::ready(sent.map(|()| TokioIo::new(client)))
    });
    let channel = Endpoint::from_static("http://in-process").connect_with_connector_lazy(connector);
    (channel, Incoming::pipes(UnboundedReceiverStream::new(receiver).boxed()))
}

/// Returns a channel to `address`, such as `http://127.0.0.1:7400`; it connects on first use.
/// An address with `https:` needs `tls`.
pub fn connect(
    address: &str,
    tls: Option<&ClientTlsConfig>,
) -> Result<Channel, tonic::transport::Error> {
    Ok(endpoint(address, tls)?.connect_lazy())
}

/// Returns a channel over several replicas: each call goes to one that can be reached, the least busy of two.
pub fn connect_any(
    addresses: &[String],
    tls: Option<&Tls>,
) -> Result<Channel, tonic::transport::Error> {
    let tls = tls.map(Tls::client);
    if let [address] = addresses {
        return connect(address, tls.as_ref());
    }
    let endpoints: Result<Vec<Endpoint>, _> =
        addresses.iter().map(|address| endpoint(address, tls.as_ref())).collect();
    Ok(Channel::balance_list(endpoints?.into_iter()))
}

fn endpoint(
    address: &str,
    tls: Option<&ClientTlsConfig>,
) -> Result<Endpoint, tonic::transport::Error> {
    let endpoint = Endpoint::from_shared(address.to_owned())?;
    let endpoint = match tls {
        Some(tls) if address.starts_with("https:") => endpoint.tls_config(tls.clone())?,
        _ => endpoint,
    };
    Ok(endpoint
        .connect_timeout(Duration::from_secs(5))
        .http2_keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10))
        // So that a replica that vanished is known before the next call goes to it.
        .keep_alive_while_idle(true)
        .tcp_nodelay(true))
}

/// A request that must be answered within `limit`, part of the trace of what runs now.
pub fn deadline<T>(message: T, limit: Duration) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(limit);
    if let Some(cause) = trace::current().and_then(|cause| cause.parse().ok()) {
        request.metadata_mut().insert(trace::HEADER, cause);
    }
    request
}

/// Reads a streamed answer within `limit`: a deadline bounds the wait for its beginning only.
pub async fn within<T, E: From<Status>>(
    limit: Duration,
    reading: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let late = |_| Err(Status::deadline_exceeded("the answer did not end in time").into());
    tokio::time::timeout(limit, reading).await.unwrap_or_else(late)
}
