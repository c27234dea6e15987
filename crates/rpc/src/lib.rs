//! gRPC plumbing that every service shares: kinds of errors, servers with limits, health, spans and counts,
//! channels, deadlines.
//!
//! Owns how a failure looks on the wire. Invariant: the text of an internal error never leaves the process.

mod access;
mod body;
mod calls;
mod certificate;
mod channel;
mod error;
mod front;
mod guard;
mod identity;
mod incoming;
mod limit;
mod metrics;
mod page;
mod peer;
mod replicas;
mod server;
mod tls;

pub use crate::{
    access::{Access, AskStorage},
    certificate::oin,
    channel::{Channel, MAX_INNER_MESSAGE, connect, connect_any, deadline, in_process, within},
    error::{Failure, Kind, detail, field_violations, is_unavailable, reason, told, with_detail},
    front::{Authenticate, front},
    guard::{Guard, Next},
    identity::{
        GrantClaim, Identity, MAX_TOKEN_SECONDS, TokenIdentity, acting_as, caller, caller_of,
        is_outsider,
    },
    incoming::{Connection, Incoming},
    page::{Page, page_size},
    peer::{Peer, service},
    server::{Server, server},
    tls::{PeerCertificate, Tls, TlsError, trust, trust_and_show},
};
pub use tonic::transport::ClientTlsConfig;
