//! Which service of the installation makes a call.

use http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use rpc::{Channel, Peer};
use wire::Service;

use crate::{Identity, caller, certificate};

/// The header in which a service names itself.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("voortgang-service");

/// Which service makes a call: on an encrypted connection the one of the peer's certificate, else the one that the call names,
/// since whoever reaches the port of a service without encryption is taken for a service. None: neither names one that there is.
pub fn service(headers: &HeaderMap, extensions: &Extensions) -> Option<Service> {
    match extensions.get::<Peer>() {
        Some(peer) if peer.is_encrypted() => peer.certificate().and_then(certificate::service),
        _ => headers.get(HEADER)?.to_str().ok()?.parse().ok(),
    }
}

/// Channels that name the caller.
pub trait ChannelExt: Sized {
    /// The same channel, for calls as if they came through the gateway from this caller. Only services are believed.
    #[must_use]
    fn acting_as(self, identity: &Identity) -> Self;

    /// The same channel, for calls of a service of the installation.
    #[must_use]
    fn of_service(self, service: Service) -> Self;
}

impl ChannelExt for Channel {
    fn acting_as(self, identity: &Identity) -> Self {
        self.with_header(caller::HEADER, identity.header())
    }

    fn of_service(self, service: Service) -> Self {
        self.with_header(HEADER, HeaderValue::from_static(service.name()))
    }
}
