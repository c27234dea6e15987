//! What is known of the other end of a connection.

use std::sync::Arc;

use crate::Slot;

/// The other end of a connection.
#[derive(Debug, Clone, Default)]
pub struct Peer {
    pub(crate) is_encrypted: bool,
    /// As DER.
    pub(crate) certificate: Option<Arc<[u8]>>,
    /// Of a connection from a port.
    pub(crate) slot: Option<Slot>,
}

impl Peer {
    /// Whether the connection is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    /// The certificate that it presented and that was verified, as DER.
    pub fn certificate(&self) -> Option<&[u8]> {
        self.certificate.as_deref()
    }
}
