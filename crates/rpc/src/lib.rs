//! gRPC transport that every service shares: kinds of errors, servers with limits, health, spans and counts,
//! channels, deadlines, and the gateway. It knows neither the callers nor the services.
//!
//! Owns how a failure looks on the wire. Invariant: the text of an internal error never leaves the process.

mod answer;
mod arrival;
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
mod places;
mod problems;
mod propagation;
mod repeat;
mod replicas;
mod server;
mod tls;

pub use crate::{
    body::keeping,
    channel::{Channel, MAX_INNER_MESSAGE, connect, connect_any, deadline, in_process, within},
    connection::Connection,
    connections::{Busy, ConnectionBounds, Seat},
    error::{
        Failure, Kind, detail, field_violations, is_unavailable, reason, violations, with_detail,
    },
    gateway::gateway,
    guard::{CallerId, Guard, Next},
    incoming::Incoming,
    page::{Page, all_pages, page_size, pages},
    peer::Peer,
    places::CallBounds,
    problems::{Problem, Problems},
    propagation::PROPAGATED_HEADER,
    repeat::Repeatable,
    replicas::{REPLICA, REPLICAS},
    server::{Server, server},
    tls::{PeerCertificate, Tls, TlsError, trust, trust_and_show},
};
pub use tonic::transport::ClientTlsConfig;
