//! Public keys of checkpoints.

use std::str::FromStr;

use data_encoding::HEXLOWER_PERMISSIVE;
use ring::{
    digest::{SHA256, digest},
    signature::{ED25519, UnparsedPublicKey},
};

use crate::{Checkpoint, canonical};

/// Digits of a key's id.
const ID: usize = 16;

/// An Ed25519 public key, written as 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// A text that is no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no public key: 64 hexadecimal digits, as `voortgang audit key` prints them")]
pub struct InvalidKey;

impl FromStr for PublicKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map_err(|_| InvalidKey)?;
        bytes.try_into().map(Self).map_err(|_| InvalidKey)
    }
}

impl PublicKey {
    /// Its id, as checkpoints name it: the first 16 digits of its SHA-256.
    pub fn id(&self) -> String {
        let mut id = canonical::hexadecimal(digest(&SHA256, &self.0).as_ref());
        id.truncate(ID);
        id
    }

    /// Whether it signed this checkpoint.
    pub(crate) fn has_signed(&self, checkpoint: &Checkpoint<'_>) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.0);
        HEXLOWER_PERMISSIVE.decode(checkpoint.signature.as_bytes()).is_ok_and(|signature| {
            key.verify(&canonical::checkpoint(checkpoint), &signature).is_ok()
        })
    }
}
