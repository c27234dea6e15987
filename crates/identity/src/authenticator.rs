//! The gateway's guard: finds out who makes a call from outside, and names the caller in it.

use std::sync::Arc;

use http::{HeaderMap, Request, Response, header::AUTHORIZATION};
use model::Clock;
use rpc::{CallerId, Failure, Guard, Kind, Next, Peer};
use signing::KeyError;
use tonic::{Status, body::Body};

use crate::{
    Config, Identity, IssuerConfig, LOCAL_AUDIENCE, LOCAL_ISSUER, LocalIssuer, MAX_TOKEN_SECONDS,
    caller,
    certificate::oin,
    keys::{Keys, Source},
    peer,
    tokens::{Issuer, Refusal, Tokens},
};

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The key of the issuer of our own.
    #[error("the key of the local issuer: {0}")]
    Key(#[from] KeyError),
    /// An issuer.
    #[error("issuer `{0}`: {1}")]
    Issuer(String, &'static str),
    /// Tokens would hold for too long.
    #[error(
        "`max_token_seconds` is {0}; 1 to {MAX_TOKEN_SECONDS} are taken, since a person who was erased is remembered for so long"
    )]
    Lifetime(u64),
    /// No client to fetch keys with.
    #[error("keys of issuers cannot be fetched: {0}")]
    Client(#[from] reqwest::Error),
    /// The key of the issuer of our own does not read back.
    #[error("the key of the local issuer does not read back: {0}")]
    KeySet(#[from] serde_json::Error),
}

/// Identifies outsiders by token or certificate.
#[derive(Debug)]
pub struct Authenticator {
    tokens: Tokens,
}

impl Authenticator {
    /// Trusts the issuers of the settings, and our own where the settings allow it.
    pub fn new(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, IdentityError> {
        if !(1..=MAX_TOKEN_SECONDS).contains(&config.max_token_seconds) {
            return Err(IdentityError::Lifetime(config.max_token_seconds));
        }
        let mut issuers = Vec::new();
        for issuer in &config.issuers {
            issuers.push(trusted(issuer)?);
        }
        if config.local {
            let keys = LocalIssuer::open(&config.local_key)?.key_set()?;
            issuers.push(Issuer {
                name: LOCAL_ISSUER.to_owned(),
                audience: LOCAL_AUDIENCE.to_owned(),
                keys: Keys::from(Source::Fixed(keys)),
            });
        }
        Ok(Self { tokens: Tokens::new(issuers, clock, config.max_token_seconds) })
    }

    /// Who presents these headers and this certificate (DER), which was verified. A credential that is not valid is refused:
    /// its holder never becomes `Anybody` by mistake.
    pub async fn identify(
        &self,
        headers: &HeaderMap,
        certificate: Option<&[u8]>,
    ) -> Result<Identity, Status> {
        if let Some(header) = headers.get(AUTHORIZATION) {
            let token = header.to_str().ok().and_then(bearer);
            let message = "the header `authorization` is `Bearer` and a token (RFC 6750)";
            let token = token.ok_or_else(|| refused("TOKEN_MALFORMED", message.to_owned()))?;
            let identity = self.tokens.verify(token).await;
            return identity.map(Identity::Token).map_err(|refusal| match refusal {
                Refusal::Away => failure(Kind::Unavailable, refusal.reason(), refusal.to_string()),
                refusal => refused(refusal.reason(), refusal.to_string()),
            });
        }
        match certificate {
            None => Ok(Identity::Anybody),
            Some(certificate) => {
                let message =
                    "the certificate's subject has no OIN (`serialNumber`, twenty digits)";
                let oin = oin(certificate)
                    .ok_or_else(|| refused("CERTIFICATE_WITHOUT_OIN", message.to_owned()))?;
                Ok(Identity::Certificate { oin })
            }
        }
    }
}

fn trusted(config: &IssuerConfig) -> Result<Issuer, IdentityError> {
    let IssuerConfig { issuer, audience, keys } = config;
    let unfit = |problem| Err(IdentityError::Issuer(issuer.clone(), problem));
    if issuer.is_empty() || issuer == LOCAL_ISSUER {
        return unfit("give its name, as its tokens have it in `iss`");
    }
    if audience.is_empty() {
        return unfit("give `audience`: a token for another service must not open this one");
    }
    let source = match keys.split_once("://") {
        Some(("https", _)) => Source::Address(keys.clone(), client()?),
        Some(("http", rest)) if is_loopback(rest) => Source::Address(keys.clone(), client()?),
        Some(_) => return unfit("`keys` is an address with `https:`, or a file"),
        None if keys.is_empty() => {
            return unfit("give `keys`: an address with `https:`, or a file");
        }
        None => Source::File(keys.into()),
    };
    Ok(Issuer { name: issuer.clone(), audience: audience.clone(), keys: Keys::from(source) })
}

/// Keys that come over plain text could be anybody's, but for those of the machine itself.
fn is_loopback(rest: &str) -> bool {
    ["127.0.0.1:", "[::1]:", "localhost:"].iter().any(|host| rest.starts_with(host))
}

fn client() -> Result<reqwest::Client, reqwest::Error> {
    // It fails only where one was installed before, which is the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()
}

#[tonic::async_trait]
impl Guard for Authenticator {
    async fn answer(&self, mut request: Request<Body>, next: Next) -> Response<Body> {
        let certificate = request.extensions().get::<Peer>().and_then(Peer::certificate);
        let identity = match self.identify(request.headers(), certificate).await {
            Ok(identity) => identity,
            Err(refusal) => return refusal.into_http(),
        };
        if let Some(id) = identity.id() {
            request.extensions_mut().insert(CallerId::from(id));
        }
        let headers = request.headers_mut();
        headers.remove(peer::HEADER);
        headers.remove(AUTHORIZATION);
        caller::set(headers, &identity);
        next.answer(request).await
    }
}

/// The scheme's name is of either case (RFC 9110, section 11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn refused(reason: &str, message: String) -> Status {
    failure(Kind::Unauthenticated, reason, message)
}

fn failure(kind: Kind, reason: &str, message: String) -> Status {
    let source = std::io::Error::other(message.clone());
    Failure { kind, reason: reason.to_owned(), message, fields: Vec::new() }.into_status(source)
}
