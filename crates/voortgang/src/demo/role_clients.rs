//! Who plays in the example: a client for each role, with a token of the server's own issuer.

use identity::LocalIssuer;
use model::{Grant, InvalidField, Role};

use crate::{
    client::{self, Client},
    config::Config,
    error::Error,
    operator::{issuer, token},
};

/// Seconds that a token holds; the example is done long before.
const SECONDS: u32 = 3_600;

/// Makes clients for the roles of the example.
pub(super) struct RoleClients {
    issuer: LocalIssuer,
    address: String,
}

impl RoleClients {
    /// The cast of a server at an address.
    pub(super) fn of(config: &Config, address: &str) -> Result<Self, Error> {
        if !config.identity.local {
            return Err(Error::failed(
                "the example plays several roles with tokens of the server's own issuer: set identity.local to true",
            ));
        }
        Ok(Self { issuer: issuer(&config.identity.local_key)?, address: address.to_owned() })
    }

    /// Somebody with a role for all organisations.
    pub(super) fn of_all(&self, role: Role) -> Result<Client, Error> {
        self.client(&format!("demo:{}", role.name()), Grant::everywhere(role))
    }

    /// Somebody with a role for one organisation. Each is a client of its own, with a connection of its own, as its own system
    /// would be.
    pub(super) fn of_one(&self, role: Role, organisation: &str) -> Result<Client, Error> {
        let code = organisation.parse().map_err(|error: InvalidField| {
            Error::failed(format!("the example organisation `{organisation}`: {error}"))
        })?;
        let grant = Grant { organisation: Some(code), ..Grant::everywhere(role) };
        self.client(&format!("demo:{}:{organisation}", role.name()), grant)
    }

    fn client(&self, subject: &str, grant: Grant) -> Result<Client, Error> {
        client::with_token(&self.address, &token(&self.issuer, subject, vec![grant], SECONDS)?)
    }
}
