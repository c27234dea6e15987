//! The caller from outside. The gateway finds out who it is and names it in the header that goes on with a call from service to
//! service.
//!
//! A call that a service makes on its own account has no such header, which distinguishes the two.

use data_encoding::BASE64URL_NOPAD;
use http::{HeaderMap, HeaderName, HeaderValue};
use model::{Grant, InvalidField, Role};
use rpc::PROPAGATED_HEADER;
use serde::{Deserialize, Serialize};
use tonic::Request;

pub(crate) const HEADER: HeaderName = PROPAGATED_HEADER;

/// Who makes a call from outside, as the gateway found.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Identity {
    /// Somebody without credentials: a public reader.
    Anybody,
    /// The holder of a token that was signed by an issuer whom the installation trusts.
    Token(TokenIdentity),
    /// The holder of a certificate of an authority that the installation trusts.
    Certificate {
        /// Organisation identification number of its subject, twenty digits.
        oin: String,
    },
}

/// Seconds by which the clocks of an issuer and of the installation may differ.
pub const CLOCK_LEEWAY_SECONDS: i64 = 30;

/// No token is valid for longer than a day, in seconds: for so long it is remembered that its holder was erased.
pub const MAX_TOKEN_SECONDS: u64 = 24 * 3_600;

/// The claims of a token about its holder.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TokenIdentity {
    /// The subject (`sub`).
    pub subject: String,
    /// Id of the token (`jti`); empty where it has none.
    pub id: String,
    /// When it was issued (`iat`), in seconds since 1970.
    pub issued_at: i64,
    /// What it lets its holder do.
    pub grants: Vec<GrantClaim>,
}

/// A grant as tokens write it, in their claim `grants`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GrantClaim {
    /// Name of the role.
    pub role: String,
    /// Code of the organisation; empty: all of them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub organisation: String,
    /// Codes of pillars that it is limited to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pillars: Vec<String>,
    /// Codes of goals that it is limited to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goals: Vec<String>,
}

impl From<Grant> for GrantClaim {
    fn from(grant: Grant) -> Self {
        let Grant { role, organisation, pillars, goals } = grant;
        let organisation =
            organisation.map_or_else(String::new, |organisation| organisation.to_string());
        Self { role: role.name().to_owned(), organisation, pillars, goals }
    }
}

impl TryFrom<GrantClaim> for Grant {
    type Error = InvalidField;

    fn try_from(claim: GrantClaim) -> Result<Self, InvalidField> {
        let GrantClaim { role, organisation, pillars, goals } = claim;
        let unknown = || {
            let shown: String = role.chars().take(40).collect();
            InvalidField::new(
                "role",
                "UNKNOWN_ROLE",
                format!("`{}` is no role", shown.escape_debug()),
            )
        };
        let organisation = match organisation.as_str() {
            "" => None,
            code => Some(code.parse().map_err(|error: InvalidField| error.within("organisation"))?),
        };
        let role = Role::from_name(&role).ok_or_else(unknown)?;
        let grant = Self { role, organisation, pillars, goals };
        grant.fault().map_or(Ok(grant), Err)
    }
}

impl Identity {
    /// The holder of a token with these grants, for tests and for programs that call without the gateway.
    pub fn with(subject: &str, grants: impl IntoIterator<Item = Grant>) -> Self {
        Self::Token(TokenIdentity {
            subject: subject.to_owned(),
            id: String::new(),
            issued_at: 0,
            grants: grants.into_iter().map(Into::into).collect(),
        })
    }

    /// Somebody who may do everything everywhere.
    pub fn with_every_role(subject: &str) -> Self {
        Self::with(subject, Role::NAMES.map(|(role, _)| Grant::everywhere(role)))
    }

    /// The kind of credential, as the audit log names it: `token`, `certificate` or, without one, `anybody`.
    pub fn origin(&self) -> &'static str {
        match self {
            Self::Anybody => "anybody",
            Self::Token(_) => "token",
            Self::Certificate { .. } => "certificate",
        }
    }

    /// What limits count by; none without credentials.
    pub(crate) fn id(&self) -> Option<String> {
        match self {
            Self::Anybody => None,
            Self::Token(token) => Some(format!("token {}", token.subject)),
            Self::Certificate { oin } => Some(format!("certificate {oin}")),
        }
    }

    /// The value of the header that names the caller.
    pub(crate) fn header(&self) -> HeaderValue {
        let json = serde_json::to_vec(self).expect("strings and numbers make JSON");
        HeaderValue::try_from(BASE64URL_NOPAD.encode(&json)).expect("base64 fits a header")
    }
}

/// Who makes a call; none: a service of the installation, on its own account. A header that cannot be read means anybody.
pub fn caller(headers: &HeaderMap) -> Option<Identity> {
    headers.get(HEADER).map(|header| read(header.as_bytes()))
}

/// The same for a decoded call.
pub fn caller_of<T>(request: &Request<T>) -> Option<Identity> {
    request.metadata().as_ref().get(HEADER).map(|header| read(header.as_bytes()))
}

fn read(header: &[u8]) -> Identity {
    let json = BASE64URL_NOPAD.decode(header).ok();
    let identity = json.and_then(|json| serde_json::from_slice(&json).ok());
    identity.unwrap_or(Identity::Anybody)
}

/// Names the caller in a call, whatever the call said itself.
pub(crate) fn set(headers: &mut HeaderMap, identity: &Identity) {
    headers.insert(HEADER, identity.header());
}

/// Whether a call was made by somebody outside, directly or through other services.
pub fn is_outsider<T>(request: &Request<T>) -> bool {
    request.metadata().as_ref().contains_key(HEADER)
}
