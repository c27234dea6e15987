//! The key that signs checkpoints.

use std::path::Path;

use data_encoding::HEXLOWER;
use model::Instant;
use signing::{KeyError, SigningKey};

use crate::{
    Error,
    store::{CheckpointRow, Result},
};

/// Signs checkpoints.
#[derive(Debug)]
pub(crate) struct Signer(SigningKey);

impl Signer {
    /// Opens the key of a file, and makes it first where there is none. Without a file the key is one of this run alone.
    pub(crate) fn open(file: &Path) -> Result<Self> {
        if file.as_os_str().is_empty() {
            tracing::warn!(
                "checkpoints are signed with a key that exists only in this process: set storage.audit.key"
            );
            return SigningKey::fresh().map(Self).map_err(|error| unusable(file, &error));
        }
        let (key, is_made) = SigningKey::open(file).map_err(|error| unusable(file, &error))?;
        if is_made {
            tracing::info!(key.id = key.id(), file = %file.display(), "made a key for checkpoints of the audit log; keep a copy of it");
        }
        Ok(Self(key))
    }

    /// A checkpoint on an entry with this position and chain hash.
    pub(crate) fn sign(
        &self,
        position: u64,
        chain_hash: String,
        time: Instant,
        cause: String,
    ) -> CheckpointRow {
        let form =
            format!("voortgang-checkpoint-v1\n{position}\n{chain_hash}\n{}\n{cause}\n", time.0);
        let signature = self.0.sign(form.as_bytes());
        let key = self.0.id().to_owned();
        CheckpointRow { position, chain_hash, time, cause, key, signature }
    }
}

/// The public key that belongs to the key of a file, as 64 hexadecimal digits, and its id.
pub fn public_key(file: &Path) -> Result<(String, String)> {
    let key = SigningKey::load(file).map_err(|error| unusable(file, &error))?;
    Ok((HEXLOWER.encode(key.public_key()), key.id().to_owned()))
}

fn unusable(file: &Path, error: &KeyError) -> Error {
    Error::Unfit(format!("key `{}` for checkpoints cannot be used: {error}", file.display()))
}
