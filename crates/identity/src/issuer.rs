//! An issuer of our own: tokens for a single machine, for programs and for trying things out.

use std::path::Path;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::JwkSet};
use model::{Grant, Instant};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::Serialize;
use signing::{KeyError, SigningKey};

use crate::{GrantClaim, ring as provider};

/// Name of the issuer.
pub const LOCAL_ISSUER: &str = "urn:voortgang:issuer:local";
/// Audience of its tokens.
pub const LOCAL_AUDIENCE: &str = "urn:voortgang:installation";

/// The issuer of our own.
#[derive(Debug)]
pub struct LocalIssuer(SigningKey);

#[derive(Debug, Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
    grants: Vec<GrantClaim>,
}

impl LocalIssuer {
    /// Opens its key, and makes it where there is none.
    pub fn open(file: &Path) -> Result<Self, KeyError> {
        provider::install();
        SigningKey::open(file).map(|(key, _)| Self(key))
    }

    /// A token for `subject` that holds for so many seconds from `now`.
    pub fn issue(
        &self,
        subject: &str,
        grants: impl IntoIterator<Item = Grant>,
        now: Instant,
        seconds: u32,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let iat = now.0.div_euclid(1_000);
        let mut id = [0; 16];
        SystemRandom::new()
            .fill(&mut id)
            .map_err(|_| jsonwebtoken::errors::ErrorKind::RsaFailedSigning)?;
        let claims = Claims {
            iss: LOCAL_ISSUER,
            aud: LOCAL_AUDIENCE,
            sub: subject,
            iat,
            exp: iat + i64::from(seconds),
            jti: HEXLOWER.encode(&id),
            grants: grants.into_iter().map(Into::into).collect(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.0.id().to_owned());
        encode(&header, &claims, &EncodingKey::from_ed_der(self.0.pkcs8()))
    }

    /// Its public key (RFC 8037), for whoever verifies its tokens.
    pub fn keys(&self) -> serde_json::Value {
        serde_json::json!({ "keys": [{
            "kty": "OKP",
            "crv": "Ed25519",
            "use": "sig",
            "alg": "EdDSA",
            "kid": self.0.id(),
            "x": BASE64URL_NOPAD.encode(self.0.public_key()),
        }] })
    }

    pub(crate) fn key_set(&self) -> Result<JwkSet, serde_json::Error> {
        serde_json::from_value(self.keys())
    }
}
