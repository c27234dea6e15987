//! The lines of an export: a JSON object each, entries in order of position with the rows that they name, then checkpoints.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line<'a> {
    /// An entry.
    #[serde(borrow)]
    Entry(Entry<'a>),
    /// A checkpoint.
    #[serde(borrow)]
    Checkpoint(Checkpoint<'a>),
    /// A row that the entry before it names.
    #[serde(borrow)]
    Row(Row<'a>),
    /// Names of rows that are there.
    Names(Vec<String>),
}

/// Who did what to which object, from where, when, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry<'a> {
    /// Gapless, counted from 1.
    pub position: u64,
    /// When, in milliseconds since 1970.
    pub time_millis: i64,
    /// Opaque id of the person or service.
    #[serde(borrow)]
    pub actor: Cow<'a, str>,
    /// How it came in, or which part of the installation did it.
    #[serde(borrow)]
    pub origin: Cow<'a, str>,
    /// What was done.
    #[serde(borrow)]
    pub action: Cow<'a, str>,
    /// To what.
    #[serde(borrow)]
    pub object: Cow<'a, str>,
    /// How it ended.
    #[serde(borrow)]
    pub result: Cow<'a, str>,
    /// SHA-256 of salt and payload, in hexadecimal.
    #[serde(borrow)]
    pub payload_hash: Cow<'a, str>,
    /// The rows of the record that the change wrote, a line for each: its name, a space, and its hash.
    #[serde(borrow, default)]
    pub rows: Cow<'a, str>,
    /// SHA-256 over the hash before and every field above, in hexadecimal.
    #[serde(borrow)]
    pub chain_hash: Cow<'a, str>,
}

/// A row that an entry names, as it was when the log was exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row<'a> {
    /// Position of the entry.
    pub position: u64,
    /// Its name.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// SHA-256 of the entry's salt and the row, in hexadecimal; empty where an erasure removed the salt.
    #[serde(borrow)]
    pub hash: Cow<'a, str>,
}

/// The head of the chain, signed. A file of its own holds one where it is kept outside the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint<'a> {
    /// Position of the entry that it stands on.
    pub position: u64,
    /// Chain hash of that entry.
    #[serde(borrow)]
    pub chain_hash: Cow<'a, str>,
    /// When it was made, in milliseconds since 1970.
    pub time_millis: i64,
    /// What it was made for.
    #[serde(borrow)]
    pub cause: Cow<'a, str>,
    /// Id of the key.
    #[serde(borrow)]
    pub key: Cow<'a, str>,
    /// Ed25519 signature, in hexadecimal.
    #[serde(borrow)]
    pub signature: Cow<'a, str>,
}

impl Checkpoint<'_> {
    /// The same without a tie to the line that it was read from.
    pub(crate) fn into_owned(self) -> Checkpoint<'static> {
        let into_owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let Self { position, chain_hash, time_millis, cause, key, signature } = self;
        Checkpoint {
            position,
            chain_hash: into_owned(chain_hash),
            time_millis,
            cause: into_owned(cause),
            key: into_owned(key),
            signature: into_owned(signature),
        }
    }
}
