//! gRPC transport that every service shares: kinds of errors, servers with limits, health, spans and counts,
//! channels, deadlines, and the gateway. It knows neither the callers nor the services.
//!
//! Owns how a failure looks on the wire. Invariant: the text of an internal error never leaves the process.

mod body;
mod calls;
mod channel;
mod error;
mod gateway;
mod guard;
mod incoming;
mod limit;
mod metrics;
mod page;
mod peer;
mod propagation;
mod replicas;
mod server;
mod tls;

pub use crate::{
    channel::{Channel, MAX_INNER_MESSAGE, connect, connect_any, deadline, in_process, within},
    error::{
        Failure, Kind, detail, field_violations, is_unavailable, reason, violations, with_detail,
    },
    gateway::gateway,
    guard::{Guard, Next},
    incoming::{Connection, Incoming},
    page::{Page, page_size},
    peer::Peer,
    propagation::PROPAGATED_HEADER,
    server::{Server, server},
    tls::{PeerCertificate, Tls, TlsError, trust, trust_and_show},
};
pub use tonic::transport::ClientTlsConfig;
