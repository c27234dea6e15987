//! A key that signs (Ed25519, RFC 8032), in a file of its own (PKCS#8, PEM; RFC 8410), made where there is none.
//!
//! Invariant: a key that was made is whole on the disk, for its owner alone, before anything is signed with it.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use data_encoding::BASE64;
use model::Hash;
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair as _},
};

/// Signs of a key's id.
const ID: usize = 16;
/// Signs of a line of PEM.
const LINE: usize = 64;

/// A key.
#[derive(Debug)]
pub struct SigningKey {
    pair: Ed25519KeyPair,
    pkcs8: Vec<u8>,
    id: String,
}

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("it cannot be read or made: {0}")]
    File(#[from] io::Error),
    /// The file holds something else.
    #[error("no Ed25519 key in PKCS#8 as PEM")]
    NoKey,
    /// No key can be made.
    #[error("the system gives no random numbers")]
    NoRandom,
}

impl SigningKey {
    /// Opens the key of a file, and makes it first where there is none. Of two processes that make one the first wins.
    /// Returns whether it was made.
    pub fn open(file: &Path) -> Result<(Self, bool), KeyError> {
        match fs::read_to_string(file) {
            Ok(pem) => Ok((read(&pem)?, false)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                make(file)?;
                Ok((Self::load(file)?, true))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Opens the key of a file that is there.
    pub fn load(file: &Path) -> Result<Self, KeyError> {
        read(&fs::read_to_string(file)?)
    }

    /// A key of this process alone.
    pub fn fresh() -> Result<Self, KeyError> {
        read(&fresh()?)
    }

    /// Its id: the start of the hash of its public half.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its public half, 32 bytes.
    pub fn public_key(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The key itself, in PKCS#8.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

/// Makes a key. The name appears with the whole key behind it.
fn make(file: &Path) -> Result<(), KeyError> {
    let pem = fresh()?;
    let new = file.with_extension(format!("new-{}", std::process::id()));
    let mut opened = File::options().write(true).create_new(true).mode(0o600).open(&new)?;
    opened.write_all(pem.as_bytes())?;
    opened.sync_all()?;
    let linked = fs::hard_link(&new, file);
    fs::remove_file(&new)?;
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => Ok(linked?),
    }
}

fn fresh() -> Result<String, KeyError> {
    let pkcs8 =
        Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyError::NoRandom)?;
    let mut pem = "-----BEGIN PRIVATE KEY-----\n".to_owned();
    for line in BASE64.encode(pkcs8.as_ref()).as_bytes().chunks(LINE) {
        pem.extend(line.iter().map(|sign| char::from(*sign)));
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    Ok(pem)
}

fn read(pem: &str) -> Result<SigningKey, KeyError> {
    let text: String =
        pem.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    let pkcs8 = BASE64.decode(text.as_bytes()).map_err(|_| KeyError::NoKey)?;
    // OpenSSL writes keys without the public half, which is made from the private one.
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&pkcs8).map_err(|_| KeyError::NoKey)?;
    let mut id = Hash::of(pair.public_key().as_ref()).to_string();
    id.truncate(ID);
    Ok(SigningKey { pair, pkcs8, id })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("some.key");
        let (first, is_made) = SigningKey::open(&file).unwrap();
        assert!(is_made);
        let (again, is_made) = SigningKey::open(&file).unwrap();
        assert!(!is_made && again.id() == first.id());
        assert_eq!(SigningKey::load(&file).unwrap().id(), first.id());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_key_of_openssl_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("some.key");
        // RFC 8410, section 10.3: a key and the public key that belongs to it.
        fs::write(&file, "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n").unwrap();
        let public = data_encoding::HEXLOWER.encode(SigningKey::load(&file).unwrap().public_key());
        assert_eq!(public, "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("some.key");
        fs::write(&file, "secret").unwrap();
        assert!(matches!(SigningKey::open(&file), Err(KeyError::NoKey)));
        assert_eq!(fs::read_to_string(&file).unwrap(), "secret");
    }
}
