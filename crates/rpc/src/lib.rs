//! gRPC transport that every service shares: kinds of errors, servers with limits, health, spans and counts,
//! channels, deadlines, and the gateway. It knows neither the callers nor the services.
//!
//! Owns how a failure looks on the wire. Invariant: the text of an internal error never leaves the process.

mod body;
mod calls;
mod channel;
mod connection;
mod connections;
mod error;
mod gateway;
mod guard;
mod incoming;
mod metrics;
mod page;
mod peer;
mod permits;
mod problems;
mod propagation;
mod replicas;
mod request_body;
mod response_body;
mod retry;
mod server;
mod tls;

pub use crate::{
    body::keeping,
    channel::{Channel, MAX_INNER_MESSAGE, connect, connect_any, deadline, in_process, within},
    connection::Connection,
    connections::{Busy, ConnectionBounds, Slot},
    error::{
        Failure, Kind, detail, field_violations, is_unavailable, reason, violations, with_detail,
    },
    gateway::gateway,
    guard::{CallerId, Guard, Next},
    incoming::Incoming,
    page::{Page, all_pages, page_size, pages},
    peer::Peer,
    permits::CallBounds,
    problems::{Problem, Problems},
    propagation::PROPAGATED_HEADER,
    replicas::{REPLICA, REPLICAS},
    retry::Retryable,
    server::{Server, server},
    tls::{PeerCertificate, Tls, TlsError, trust, trust_and_show},
};
pub use tonic::transport::ClientTlsConfig;
