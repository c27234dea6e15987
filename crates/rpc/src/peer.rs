//! Who is at the other end of a connection: another role, or somebody outside.

use std::sync::Arc;

use http::{Extensions, HeaderMap, HeaderName, HeaderValue};

use crate::certificate;

const NAME: &str = "voortgang-service";
pub(crate) const HEADER: HeaderName = HeaderName::from_static(NAME);

/// The other end of a connection.
#[derive(Debug, Clone, Default)]
pub struct Peer {
    /// Whether the connection is encrypted.
    pub(crate) is_encrypted: bool,
    /// The certificate that was shown and found valid, as DER.
    pub(crate) certificate: Option<Arc<[u8]>>,
}

impl Peer {
    /// The certificate that was shown and found valid, as DER.
    pub fn certificate(&self) -> Option<&[u8]> {
        self.certificate.as_deref()
    }
}

/// The header by which a role says which one it is.
pub(crate) fn header(name: &'static str) -> HeaderValue {
    HeaderValue::from_static(name)
}

/// Which role makes a call: over an encrypted connection what its certificate says, else what it says itself, since
/// whoever reaches the port of a role without encryption is taken for a role. None: it does not say.
pub fn service(headers: &HeaderMap, extensions: &Extensions) -> Option<String> {
    match extensions.get::<Peer>() {
        Some(peer) if peer.is_encrypted => peer.certificate().and_then(certificate::service),
        _ => headers.get(HEADER)?.to_str().ok().map(ToOwned::to_owned),
    }
}
