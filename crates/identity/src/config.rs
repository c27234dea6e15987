//! Settings of how callers are identified.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Settings of how callers are identified; plain data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Issuers of tokens.
    pub issuers: Vec<IssuerConfig>,
    /// File of the key of the issuer of our own: Ed25519 in PKCS#8, as PEM. It is made where there is none. Replicas share
    /// one. Empty: `issuer.key` in the data folder.
    pub local_key: PathBuf,
    /// Whether tokens of our own issuer are trusted; `voortgang token` makes them.
    pub local: bool,
    /// Longest time from issue to expiry of a token, in seconds; at most [`crate::MAX_TOKEN_SECONDS`].
    pub max_token_seconds: u64,
}

/// An issuer of tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// Its name, as tokens have it in `iss`.
    pub issuer: String,
    /// What tokens for this installation have in `aud`.
    pub audience: String,
    /// Its public keys, a JSON Web Key Set (RFC 7517): an address with `https:`, or a file.
    pub keys: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            issuers: Vec::new(),
            local_key: PathBuf::new(),
            local: true,
            // NL GOV Assurance profile for OAuth 2.0: at most six hours.
            max_token_seconds: 6 * 3_600,
        }
    }
}
