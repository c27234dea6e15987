//! What a commit carries besides its documents, sealed so that damage to it is seen.
//!
//! Tantivy keeps no checksum of the file that holds it, and a watermark with one digit changed would lose documents.

use std::collections::{BTreeMap, BTreeSet};

use model::{CycleName, EditionName, Hash};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Error, index::schema::FORMAT};

/// What a commit of the public index carries.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct PublishedPayload {
    /// Number of each cycle's current edition.
    pub(crate) current: BTreeMap<String, u32>,
    /// Names to show for facet values.
    pub(crate) labels: BTreeMap<String, String>,
    /// How many documents each edition has.
    pub(crate) editions: BTreeMap<String, u64>,
    /// Editions that were withdrawn: none of them comes back, in whatever order events come.
    #[serde(default)]
    pub(crate) withdrawn: BTreeSet<String>,
}

impl PublishedPayload {
    /// Makes the newest edition that is there the cycle's current one, if there is any.
    pub(crate) fn choose_current(&mut self, cycle: &CycleName) {
        let editions = self.editions.keys().filter_map(|name| name.parse::<EditionName>().ok());
        let numbers = editions.filter(|name| name.cycle() == *cycle).map(|name| name.number());
        match numbers.max() {
            Some(number) => self.current.insert(cycle.to_string(), number),
            None => self.current.remove(cycle.as_str()),
        };
    }
}

/// What a commit of the working index carries. It is committed last, so that its watermark holds for both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct WorkingPayload {
    /// Highest position with all lower ones applied.
    pub(crate) watermark: u64,
    /// Positions applied above it.
    pub(crate) applied: BTreeSet<u64>,
    /// Names to show for facet values.
    pub(crate) labels: BTreeMap<String, String>,
    /// How many documents there are.
    pub(crate) documents: u64,
}

/// What a payload says of the index that it was committed with.
pub(crate) trait Payload: Serialize + DeserializeOwned + Default {
    /// How many documents the index must have.
    fn documents(&self) -> u64;
}

impl Payload for PublishedPayload {
    fn documents(&self) -> u64 {
        self.editions.values().sum()
    }
}

impl Payload for WorkingPayload {
    fn documents(&self) -> u64 {
        self.documents
    }
}

impl WorkingPayload {
    /// Moves the watermark over every position that is now without a gap.
    pub(crate) fn advance(&mut self, positions: &[u64]) {
        self.applied.extend(positions.iter().filter(|position| self.watermark < **position));
        while self.applied.remove(&(self.watermark + 1)) {
            self.watermark += 1;
        }
    }
}

/// Writes a payload behind the format and its hash.
pub(crate) fn seal(payload: &impl Payload) -> Result<String, Error> {
    let json = serde_json::to_string(payload)?;
    Ok(format!("{FORMAT} {} {json}", Hash::of(json.as_bytes())))
}

/// Reads a payload; an index that was never committed has none.
pub(crate) fn unseal<P: Payload>(sealed: Option<&str>) -> Result<P, Error> {
    let Some(sealed) = sealed else { return Ok(P::default()) };
    let mut parts = sealed.splitn(3, ' ');
    let (format, hash, json) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
    if format != Some(FORMAT.to_string().as_str()) {
        return Err(Error::Damaged("it has another format".to_owned()));
    }
    if hash != Some(Hash::of(json.as_bytes()).to_string().as_str()) {
        return Err(Error::Damaged("the payload of its commit was changed".to_owned()));
    }
    Ok(serde_json::from_str(json)?)
}
