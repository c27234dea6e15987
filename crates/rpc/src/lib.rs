//! gRPC plumbing that every service shares: kinds of errors, servers with limits, health, spans and counts,
//! channels, deadlines.
//!
//! Owns how a failure looks on the wire. Invariant: the text of an internal error never leaves the process.

mod body;
mod calls;
mod channel;
mod error;
mod front;
mod incoming;
mod limit;
mod metrics;
mod outsider;
mod page;
mod replicas;
mod server;
mod tls;

pub use crate::{
    channel::{Channel, MAX_INNER_MESSAGE, connect, connect_any, deadline, in_process, within},
    error::{Failure, Kind, field_violations, is_unavailable, reason, told},
    front::front,
    incoming::{Connection, Incoming},
    outsider::{as_outsider, is_outsider},
    page::{Page, page_size},
    server::{Server, server},
    tls::{PeerCertificate, Tls, TlsError, trust},
};
pub use tonic::transport::ClientTlsConfig;
