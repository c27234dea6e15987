//! Tokens: JSON Web Tokens (RFC 7519), verified as RFC 8725 recommends and NL GOV's profile for OAuth 2.0 asks.

use std::sync::Arc;

use jsonwebtoken::{Validation, dangerous, decode, decode_header};
use model::Clock;
use serde::Deserialize;

use crate::{
    CLOCK_LEEWAY_SECONDS, GrantClaim, TokenIdentity,
    keys::{Keys, NoKey},
    ring::{self, TAKEN},
};

/// Maximum length of a token.
const MAX_BYTES: usize = 8 * 1024;
/// Maximum length of a subject and of a token id.
const MAX_NAME_BYTES: usize = 200;
const MAX_GRANTS: usize = 100;

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the token is no JSON Web Token of at most {MAX_BYTES} bytes")]
    Malformed,
    #[error("tokens are signed with RS256, PS256, ES256 or EdDSA")]
    Algorithm,
    #[error("the token names no key (`kid`)")]
    NoKeyId,
    #[error("the token's issuer (`iss`) is not trusted here")]
    Issuer,
    #[error("the token was signed with a key that its issuer does not have")]
    Key,
    #[error("the token's signature does not verify")]
    Signature,
    #[error("the token is for another audience (`aud`)")]
    Audience,
    #[error("the token has expired (`exp`); get a new one")]
    Expired,
    #[error("the token does not hold yet (`nbf`, `iat`)")]
    NotYet,
    #[error("the token holds for longer than {0} seconds from its issue (`iat`)")]
    TooLong(u64),
    #[error("the token's claims cannot be read: it needs `iss`, `aud`, `sub`, `exp` and `iat`")]
    Claims,
    #[error("the keys of the token's issuer cannot be fetched; try again later")]
    Away,
}

impl Refusal {
    /// Stable name in upper snake case.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Malformed => "TOKEN_MALFORMED",
            Self::Algorithm => "TOKEN_ALGORITHM",
            Self::NoKeyId => "TOKEN_KEY_NOT_NAMED",
            Self::Issuer => "TOKEN_ISSUER",
            Self::Key => "TOKEN_KEY",
            Self::Signature => "TOKEN_SIGNATURE",
            Self::Audience => "TOKEN_AUDIENCE",
            Self::Expired => "TOKEN_EXPIRED",
            Self::NotYet => "TOKEN_NOT_YET",
            Self::TooLong(_) => "TOKEN_TOO_LONG",
            Self::Claims => "TOKEN_CLAIMS",
            Self::Away => "ISSUER_AWAY",
        }
    }
}

/// An issuer that is trusted.
#[derive(Debug)]
pub(crate) struct Issuer {
    pub(crate) name: String,
    pub(crate) audience: String,
    pub(crate) keys: Keys,
}

/// Verifies tokens.
#[derive(Debug)]
pub(crate) struct Tokens {
    issuers: Vec<Issuer>,
    clock: Arc<dyn Clock>,
    max_seconds: u64,
}

#[derive(Debug, Deserialize)]
struct Named {
    iss: String,
}

#[derive(Debug, Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    jti: String,
    #[serde(default)]
    grants: Vec<GrantClaim>,
}

impl Tokens {
    pub(crate) fn new(issuers: Vec<Issuer>, clock: Arc<dyn Clock>, max_seconds: u64) -> Self {
        ring::install();
        Self { issuers, clock, max_seconds }
    }

    /// The holder of a token, once it is verified.
    pub(crate) async fn verify(&self, token: &str) -> Result<TokenIdentity, Refusal> {
        if token.len() > MAX_BYTES {
            return Err(Refusal::Malformed);
        }
        // A header with an algorithm of no name that is known, `none` among them, does not read back.
        let header = decode_header(token).map_err(|_| unread(token))?;
        if !TAKEN.contains(&header.alg) {
            return Err(Refusal::Algorithm);
        }
        // A header that must be understood is not (RFC 7515, section 4.1.11).
        if header.crit.is_some() {
            return Err(Refusal::Malformed);
        }
        let id = header.kid.ok_or(Refusal::NoKeyId)?;
        // The issuer is believed only once its own key has verified the token.
        let named = dangerous::insecure_decode::<Named>(token).map_err(|_| Refusal::Claims)?;
        let issuer = self.issuers.iter().find(|issuer| issuer.name == named.claims.iss);
        let issuer = issuer.ok_or(Refusal::Issuer)?;
        let key = issuer.keys.find(&id, header.alg).await.map_err(|none| match none {
            NoKey::Unknown => Refusal::Key,
            NoKey::Away => Refusal::Away,
        })?;
        let claims = decode::<Claims>(token, &key, &validation(issuer, header.alg));
        let claims = claims.map_err(|error| refusal(&error))?.claims;
        self.check(&claims)?;
        let Claims { sub, iat, jti, grants, .. } = claims;
        Ok(TokenIdentity { subject: sub, id: jti, issued_at: iat, grants })
    }

    fn check(&self, claims: &Claims) -> Result<(), Refusal> {
        let now = self.clock.now().0.div_euclid(1_000);
        if claims.exp <= now - CLOCK_LEEWAY_SECONDS {
            return Err(Refusal::Expired);
        }
        if claims.nbf.unwrap_or(claims.iat).max(claims.iat) > now + CLOCK_LEEWAY_SECONDS {
            return Err(Refusal::NotYet);
        }
        let seconds = u64::try_from(claims.exp.saturating_sub(claims.iat)).unwrap_or(0);
        if seconds > self.max_seconds {
            return Err(Refusal::TooLong(self.max_seconds));
        }
        let is_name =
            |text: &str| text.len() <= MAX_NAME_BYTES && !text.chars().any(char::is_control);
        if claims.sub.is_empty()
            || !is_name(&claims.sub)
            || !is_name(&claims.jti)
            || claims.grants.len() > MAX_GRANTS
        {
            return Err(Refusal::Claims);
        }
        Ok(())
    }
}

/// Issuer, audience and signature. The times are checked by the clock of the installation.
fn validation(issuer: &Issuer, algorithm: jsonwebtoken::Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    validation.set_issuer(&[&issuer.name]);
    validation.set_audience(&[&issuer.audience]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

fn refusal(error: &jsonwebtoken::errors::Error) -> Refusal {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::InvalidAudience => Refusal::Audience,
        ErrorKind::InvalidIssuer => Refusal::Issuer,
        ErrorKind::InvalidSignature => Refusal::Signature,
        ErrorKind::InvalidAlgorithm => Refusal::Algorithm,
        _ => Refusal::Claims,
    }
}

/// Distinguishes a token with another algorithm from one that is not a token.
fn unread(token: &str) -> Refusal {
    let header = token.split('.').next().unwrap_or("");
    let json = data_encoding::BASE64URL_NOPAD.decode(header.as_bytes()).unwrap_or_default();
    let header: Option<serde_json::Value> = serde_json::from_slice(&json).ok();
    if header.is_some_and(|header| header.get("alg").is_some()) {
        Refusal::Algorithm
    } else {
        Refusal::Malformed
    }
}
