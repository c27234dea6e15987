//! The key that signs checkpoints: Ed25519, in a file of its own (PKCS#8, PEM), made where there is none.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use data_encoding::{BASE64, HEXLOWER};
use model::{Hash, Instant};
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair as _},
};

use crate::{
    Error,
    store::{CheckpointRow, Result},
};

/// Signs of a key's id.
const ID: usize = 16;
/// Signs of a line of PEM.
const LINE: usize = 64;

/// Signs checkpoints.
#[derive(Debug)]
pub(crate) struct Signer {
    pair: Ed25519KeyPair,
    id: String,
}

impl Signer {
    /// Opens the key of a file, and makes it first where there is none. Without a file the key is one of this run alone.
    pub(crate) fn open(file: &Path) -> Result<Self> {
        if file.as_os_str().is_empty() {
            tracing::warn!(
                "checkpoints are signed with a key that is gone with this process: set storage.audit.key"
            );
            return read(&fresh()?);
        }
        match fs::read_to_string(file) {
            Ok(pem) => read(&pem).map_err(|error| unusable(file, &error)),
            Err(error) if error.kind() == ErrorKind::NotFound => make(file),
            Err(error) => Err(unusable(file, &error)),
        }
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
        let signature = self.pair.sign(form.as_bytes()).as_ref().to_vec();
        CheckpointRow { position, chain_hash, time, cause, key: self.id.clone(), signature }
    }
}

/// The public key that belongs to the key of a file, as 64 hexadecimal digits, and its id.
pub fn public_key(file: &Path) -> Result<(String, String)> {
    let pem = fs::read_to_string(file).map_err(|error| unusable(file, &error))?;
    let signer = read(&pem).map_err(|error| unusable(file, &error))?;
    Ok((HEXLOWER.encode(signer.pair.public_key().as_ref()), signer.id))
}

/// Makes a key. The name appears with the whole key behind it; of two processes that make one the first wins.
fn make(file: &Path) -> Result<Signer> {
    let pem = fresh()?;
    let new = file.with_extension(format!("new-{}", std::process::id()));
    let write = || {
        let mut opened = File::options().write(true).create_new(true).mode(0o600).open(&new)?;
        opened.write_all(pem.as_bytes())?;
        opened.sync_all()?;
        let linked = fs::hard_link(&new, file);
        fs::remove_file(&new)?;
        match linked {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        }
    };
    write().map_err(|error| unusable(file, &error))?;
    let pem = fs::read_to_string(file).map_err(|error| unusable(file, &error))?;
    let signer = read(&pem).map_err(|error| unusable(file, &error))?;
    tracing::info!(key.id = signer.id, file = %file.display(), "a key for checkpoints of the audit log was made; keep a copy of it");
    Ok(signer)
}

fn fresh() -> Result<String> {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
        .map_err(|_| Error::Unfit("the system gives no random numbers".to_owned()))?;
    let mut pem = "-----BEGIN PRIVATE KEY-----\n".to_owned();
    for line in BASE64.encode(pkcs8.as_ref()).as_bytes().chunks(LINE) {
        pem.extend(line.iter().map(|sign| char::from(*sign)));
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    Ok(pem)
}

fn read(pem: &str) -> Result<Signer> {
    let unfit = || Error::Unfit("no Ed25519 key in PKCS#8 as PEM".to_owned());
    let text: String =
        pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    let pkcs8 = BASE64.decode(text.as_bytes()).map_err(|_| unfit())?;
    // OpenSSL writes keys without the public half, which is made from the private one.
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&pkcs8).map_err(|_| unfit())?;
    let mut id = Hash::of(pair.public_key().as_ref()).to_string();
    id.truncate(ID);
    Ok(Signer { pair, id })
}

fn unusable(file: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::Unfit(format!("key `{}` for checkpoints cannot be used: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("audit.key");
        let first = Signer::open(&file).unwrap().id;
        assert_eq!(Signer::open(&file).unwrap().id, first);
        assert_eq!(public_key(&file).unwrap().1, first);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_key_of_openssl_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("audit.key");
        // RFC 8410, section 10.3: a key and the public key that belongs to it.
        fs::write(&file, "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n").unwrap();
        let (public, _) = public_key(&file).unwrap();
        assert_eq!(public, "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("audit.key");
        fs::write(&file, "secret").unwrap();
        assert!(Signer::open(&file).unwrap_err().to_string().contains("audit.key"));
        assert_eq!(fs::read_to_string(&file).unwrap(), "secret");
    }
}
