//! Who outsiders are: tokens of trusted issuers (JWT, RFC 7519), certificates of trusted authorities, and an issuer of our
//! own for a single machine.
//!
//! Invariant: whatever is shown and cannot be verified is refused, never taken for nothing. What a holder may do is storage's
//! to decide; here only who it is.

mod config;
mod door;
mod issuer;
mod keys;
mod ring;
mod tokens;

pub use crate::{
    config::{Config, IssuerConfig},
    door::{Door, IdentityError},
    issuer::{LOCAL_AUDIENCE, LOCAL_ISSUER, LocalIssuer},
};
