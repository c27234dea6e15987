//! The payload of a commit, sealed with a hash so that damage to it is detected.
//!
//! Tantivy keeps no checksum of the file that holds it, and a watermark with one digit changed would lose documents.

use std::collections::{BTreeMap, BTreeSet};

use model::{EditionName, Hash, Instant};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Error,
    dimension::Dimension,
    index::{abbreviations::Pair, lineage::Lineages, schema::FORMAT},
};

/// Names to show for facet values, by dimension and value.
pub(crate) type Labels = BTreeMap<Dimension, BTreeMap<String, String>>;

/// What a commit of the public index carries.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct PublishedPayload {
    /// Names to show for facet values.
    pub(crate) labels: Labels,
    /// Editions that are public or were.
    pub(crate) editions: Editions,
    /// Abbreviations that the framework of a public edition lists or its texts explain, by the name of the edition.
    pub(crate) abbreviations: BTreeMap<String, BTreeSet<Pair>>,
}

/// Editions by cycle and number, the withdrawn ones among them: none of these comes back, in whatever order events come,
/// and what a search finds as of a moment depends on all that were public then.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Editions(BTreeMap<String, BTreeMap<u32, KnownEdition>>);

/// What the index knows of an edition. Times are in milliseconds since 1970.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct KnownEdition {
    /// How many documents it has; none once it was withdrawn.
    pub(crate) documents: u64,
    /// When it became public; absent for one that never was, or whose withdrawal was applied first.
    published: Option<i64>,
    /// When it was withdrawn.
    withdrawn: Option<i64>,
}

impl KnownEdition {
    /// Sets the moment at which it became public.
    pub(crate) fn publish(&mut self, at: Instant) {
        self.published = Some(at.0);
    }

    /// Sets the moment at which it was withdrawn: the earliest known one, since the event is dated a little after the record.
    pub(crate) fn withdraw(&mut self, at: Instant) {
        self.documents = 0;
        self.withdrawn = Some(self.withdrawn.map_or(at.0, |known| known.min(at.0)));
    }

    pub(crate) fn is_withdrawn(&self) -> bool {
        self.withdrawn.is_some()
    }

    /// A withdrawn edition was published, whether or not that is known.
    fn steps(&self) -> u64 {
        if self.is_withdrawn() { 2 } else { u64::from(self.published.is_some()) }
    }

    fn is_public(&self, at: Instant) -> bool {
        self.published.is_some_and(|from| from <= at.0)
            && self.withdrawn.is_none_or(|until| at.0 < until)
    }
}

impl Editions {
    /// Returns what is known of an edition; a new one gets an empty entry.
    pub(crate) fn entry(&mut self, name: &EditionName) -> &mut KnownEdition {
        self.0.entry(name.cycle().to_string()).or_default().entry(name.number()).or_default()
    }

    /// Names of the current edition of each cycle, the newest that is public: now, or as it was at a moment.
    pub(crate) fn current(&self, as_of: Option<Instant>) -> Vec<String> {
        let at = as_of.unwrap_or(Instant(i64::MAX));
        let newest = |(cycle, numbers): (&String, &BTreeMap<u32, KnownEdition>)| {
            let (number, _) = numbers.iter().rev().find(|(_, known)| known.is_public(at))?;
            Some(format!("{cycle}/{number}"))
        };
        self.0.iter().filter_map(newest).collect()
    }

    fn documents(&self) -> u64 {
        self.0.values().flat_map(BTreeMap::values).map(|known| known.documents).sum()
    }

    /// How many publications and withdrawals are applied: all that a reader of public texts can know of how far the index is.
    /// It is the same on each replica that knows the same of every edition, and only grows.
    pub(crate) fn position(&self) -> u64 {
        self.0.values().flat_map(BTreeMap::values).map(KnownEdition::steps).sum()
    }
}

/// What a commit of the working index carries. It is committed last, so that its watermark holds for both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct WorkingPayload {
    /// Epoch of the record that positions belong to.
    #[serde(default)]
    pub(crate) epoch: String,
    /// Highest position with all lower ones applied.
    pub(crate) watermark: u64,
    /// Positions applied above it.
    pub(crate) applied: BTreeSet<u64>,
    /// Names to show for facet values.
    pub(crate) labels: Labels,
    /// How many documents there are.
    pub(crate) documents: u64,
    /// What indicators are in other versions of their frameworks.
    #[serde(default)]
    pub(crate) lineages: Lineages,
}

/// A payload, which knows how many documents the index of its commit has.
pub(crate) trait Payload: Serialize + DeserializeOwned + Default {
    /// How many documents the index must have.
    fn documents(&self) -> u64;
}

impl Payload for PublishedPayload {
    fn documents(&self) -> u64 {
        self.editions.documents()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Then the index is made anew from storage.
    #[test]
    fn an_index_of_another_format_is_taken_for_damaged() {
        let sealed = seal(&WorkingPayload::default()).unwrap();
        assert!(unseal::<WorkingPayload>(Some(&sealed)).is_ok());
        let earlier = sealed.replacen(&FORMAT.to_string(), &(FORMAT - 1).to_string(), 1);
        let error = unseal::<WorkingPayload>(Some(&earlier)).unwrap_err();
        assert!(error.to_string().contains("another format"), "{error}");
    }
}
