//! Who makes a call. The door finds it out and says so in a header of each call that it passes on; a role that calls another
//! to answer such a call goes on with it, as with the trace.
//!
//! What roles do on their own account bears no such header, so that it is told from what people ask for.

use data_encoding::BASE64URL_NOPAD;
use http::{HeaderMap, HeaderName, HeaderValue};
use model::{Grant, InvalidField, Role};
use serde::{Deserialize, Serialize};
use tonic::{Request, metadata::MetadataValue};

const NAME: &str = "voortgang-caller";
pub(crate) const HEADER: HeaderName = HeaderName::from_static(NAME);

tokio::task_local! {
    /// The header of the call that is answered.
    static ANSWERED: HeaderValue;
}

/// Who makes a call from outside, as far as the door knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Identity {
    /// Somebody who showed nothing: a public reader.
    Anybody,
    /// The holder of a token that was signed by an issuer whom the installation trusts.
    Token(TokenIdentity),
    /// The holder of a certificate of an authority that the installation trusts.
    Certificate {
        /// Organisation identification number of its subject, twenty digits.
        oin: String,
    },
}

/// No token holds for longer than a day, in seconds: for so long it is known that its holder was erased.
pub const MAX_TOKEN_SECONDS: u64 = 24 * 3_600;

/// What a token says of its holder.
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
    /// The holder of a token with these grants, for tests and for programs that act without the door.
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

    /// What somebody showed, as the audit log names it: `token`, `certificate` or, where it was nothing, `anybody`.
    pub fn origin(&self) -> &'static str {
        match self {
            Self::Anybody => "anybody",
            Self::Token(_) => "token",
            Self::Certificate { .. } => "certificate",
        }
    }

    /// The header that says so.
    pub(crate) fn header(&self) -> HeaderValue {
        let json = serde_json::to_vec(self).expect("strings and numbers make JSON");
        HeaderValue::try_from(BASE64URL_NOPAD.encode(&json)).expect("base64 fits a header")
    }
}

/// Who makes a call; none: a role of the installation, on its own account. What does not read back is taken for anybody.
pub fn caller(headers: &HeaderMap) -> Option<Identity> {
    headers.get(HEADER).map(|header| read(header.as_bytes()))
}

/// The same of a call that a server has taken apart.
pub fn caller_of<T>(request: &Request<T>) -> Option<Identity> {
    request.metadata().get(NAME).map(|header| read(header.as_bytes()))
}

fn read(header: &[u8]) -> Identity {
    let json = BASE64URL_NOPAD.decode(header).ok();
    let identity = json.and_then(|json| serde_json::from_slice(&json).ok());
    identity.unwrap_or(Identity::Anybody)
}

/// Says who makes a call, whatever it said itself.
pub(crate) fn set(headers: &mut HeaderMap, identity: &Identity) {
    headers.insert(HEADER, identity.header());
}

/// Answers a call; what it calls in turn by [`go_on`] is said to be for the same caller.
pub(crate) async fn answering<F: Future>(header: Option<HeaderValue>, answer: F) -> F::Output {
    match header {
        Some(header) => ANSWERED.scope(header, answer).await,
        None => answer.await,
    }
}

/// The same for a part of an answer that is made later, such as a stream's.
pub(crate) fn answering_now<R>(header: Option<&HeaderValue>, make: impl FnOnce() -> R) -> R {
    match header {
        Some(header) => ANSWERED.sync_scope(header.clone(), make),
        None => make(),
    }
}

/// Goes on with the caller of the call that is answered now.
pub(crate) fn go_on<T>(request: &mut Request<T>) {
    let header = ANSWERED.try_with(|header| MetadataValue::try_from(header.as_bytes()).ok());
    if let Ok(Some(header)) = header {
        request.metadata_mut().insert(NAME, header);
    }
}

/// Whether a call was made by somebody outside, directly or through other roles.
pub fn is_outsider<T>(request: &Request<T>) -> bool {
    request.metadata().contains_key(NAME)
}

/// The same call as if it came through the door from this caller, for tests of roles without one.
pub fn acting_as<T>(message: T, identity: &Identity) -> Request<T> {
    let mut request = Request::new(message);
    if let Ok(header) = MetadataValue::try_from(identity.header().as_bytes()) {
        request.metadata_mut().insert(NAME, header);
    }
    request
}
