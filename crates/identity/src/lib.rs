//! Who calls, and what that allows.
//!
//! The gateway finds out who outsiders are: tokens of trusted issuers (JWT, RFC 7519), certificates of trusted
//! authorities, and an issuer of our own for a single machine. It names the caller in a header, which goes on from service to service.
//! Services of the installation are known by certificate, and ask storage what a caller may do.
//!
//! Invariant: a credential that cannot be verified is refused, never ignored.

mod access;
mod authenticator;
mod caller;
mod certificate;
mod config;
mod issuer;
mod keys;
mod peer;
mod ring;
mod tokens;

pub use crate::{
    access::{Access, AccessGuard},
    authenticator::{Authenticator, IdentityError},
    caller::{
        CLOCK_LEEWAY_SECONDS, GrantClaim, Identity, MAX_TOKEN_SECONDS, TokenIdentity, caller,
        caller_of, is_outsider,
    },
    certificate::oin,
    config::{Config, IssuerConfig},
    issuer::{LOCAL_AUDIENCE, LOCAL_ISSUER, LocalIssuer},
    peer::{ChannelExt, service},
};
