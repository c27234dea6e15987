//! Encryption of what is stored, in the format of age (age-encryption.org/v1), so that the tools `age` and `rage` read it too.

use std::{
    fmt,
    fs::File,
    io::{self, BufReader, Read, Write},
    path::Path,
};

use age::{Decryptor, Encryptor, Identity, IdentityFile, Recipient, x25519};

use crate::error::{Error, Result, at};

/// Whom a backup is encrypted for; nobody where it is not encrypted.
#[derive(Default)]
pub struct Recipients {
    keys: Vec<x25519::Recipient>,
}

impl fmt::Debug for Recipients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Recipients").field(&self.names()).finish()
    }
}

impl Recipients {
    /// Reads public keys.
    pub fn parse(names: &[String]) -> Result<Self> {
        let key = |name: &String| name.parse().map_err(|_| Error::BadRecipient(name.clone()));
        Ok(Self { keys: names.iter().map(key).collect::<Result<_>>()? })
    }

    /// The public keys in order, as texts.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.keys.iter().map(ToString::to_string).collect();
        names.sort();
        names
    }

    /// Copies from a reader to a writer, encrypted where somebody was named.
    pub(crate) fn copy(&self, from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
        if self.keys.is_empty() {
            return io::copy(from, to).map(drop);
        }
        let keys = self.keys.iter().map(|key| key as &dyn Recipient);
        let encryptor = Encryptor::with_recipients(keys).map_err(io::Error::other)?;
        let mut encrypted = encryptor.wrap_output(to)?;
        io::copy(from, &mut encrypted)?;
        encrypted.finish().map(drop)
    }
}

/// Private keys, by which a backup is decrypted.
#[derive(Default)]
pub struct Identities {
    keys: Vec<Box<dyn Identity + Send + Sync>>,
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identities({})", self.keys.len())
    }
}

impl Identities {
    /// Reads the private keys of a file, as `age-keygen` writes it.
    pub fn read(path: &Path) -> Result<Self> {
        let bad = |problem: String| Error::BadIdentities { path: path.to_owned(), problem };
        let file = BufReader::new(File::open(path).map_err(at(path))?);
        let file = IdentityFile::from_buffer(file).map_err(|error| bad(error.to_string()))?;
        let keys = file.into_identities().map_err(|error| bad(error.to_string()))?;
        if keys.is_empty() {
            return Err(bad("it is empty".to_owned()));
        }
        Ok(Self { keys })
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Reads what is encrypted; the error says why it cannot be.
    pub(crate) fn decrypt<R: Read>(&self, from: R) -> std::result::Result<impl Read, String> {
        let decryptor = Decryptor::new(from).map_err(|error| error.to_string())?;
        let keys = self.keys.iter().map(|key| key.as_ref() as &dyn Identity);
        decryptor.decrypt(keys).map_err(|error| error.to_string())
    }
}
