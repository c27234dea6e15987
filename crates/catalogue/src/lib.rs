//! The catalogue of what is published: storage writes it into the object store beside the files, and the portal makes its pages from
//! it, so that reading depends on neither storage nor its database.
//!
//! Invariant: what is written here can be read here; a reader refuses another version of the format.

use std::collections::BTreeMap;

use model::Hash;
use object_store::path::Path;
use serde::{Deserialize, Serialize};

/// Name of the catalogue in the object store.
pub const PATH: &str = "public/catalogue.json";
/// Largest catalogue that is read, in bytes.
pub const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// Version of its format.
pub const VERSION: u32 = 1;

/// Why a catalogue cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is no catalogue.
    #[error("`{PATH}` is no catalogue")]
    Json(#[from] serde_json::Error),
    /// A later release wrote it.
    #[error("`{PATH}` has version {0} of the format; {VERSION} is known here")]
    Format(String),
}

/// Name of a file in the object store.
#[must_use]
pub fn path_of(sha256: Hash) -> Path {
    let hash = sha256.to_string();
    Path::from(format!("artefacts/{}/{hash}", &hash[..2]))
}

/// Everything that is public, and what was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
pub struct Catalogue {
    /// Version of the format.
    pub version: u32,
    /// Newest period first.
    pub cycles: Vec<Cycle>,
    /// What is declared about the indicators of each framework that a cycle is of.
    #[serde(default)]
    pub frameworks: Vec<Framework>,
}

/// The versions of a framework, as far as they say what became of indicators.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Framework {
    /// Its code.
    pub code: String,
    /// Its versions in order, without a gap.
    pub versions: Vec<Version>,
}

/// A version of a framework.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Version {
    /// Its number.
    pub version: u32,
    /// Its indicators in printed order.
    pub indicators: Vec<Indicator>,
    /// What became of indicators of earlier versions.
    pub links: Vec<IndicatorLink>,
}

/// An indicator, by what never changes and by what is printed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Indicator {
    /// Its id.
    pub id: String,
    /// Its code.
    pub code: String,
}

/// A declared link between indicators of two versions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct IndicatorLink {
    /// How they are related.
    pub kind: LinkKind,
    /// Ids in the earlier version.
    pub from: Vec<String>,
    /// Ids in the later version.
    pub to: Vec<String>,
}

/// How indicators of two versions are related.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// The same measure under another code or wording.
    Same,
    /// One became several.
    Split,
    /// Several became one.
    Merged,
    /// The new one measures more than the old.
    Broadened,
    /// The old one has no successor.
    Ended,
}

/// A reporting round.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Cycle {
    /// Framework and period.
    pub name: String,
    /// Code of the framework.
    pub framework: String,
    /// Title of the framework.
    pub title: BTreeMap<String, String>,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    /// Language of the framework.
    pub language: String,
    /// Who reports.
    pub organisations: Vec<Organisation>,
    /// Published editions, highest number first.
    pub editions: Vec<Edition>,
    /// Editions that were withdrawn, highest number first.
    #[serde(default)]
    pub withdrawn: Vec<Withdrawn>,
}

/// Who reports.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Organisation {
    /// Short name, unique within the installation.
    pub code: String,
    /// Full name by language, as it was on the last day of the period.
    pub name: BTreeMap<String, String>,
}

/// A published edition.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Edition {
    /// Cycle and number.
    pub name: String,
    /// Number within the cycle.
    pub number: u32,
    /// Date of publication.
    pub date: String,
    /// SHA-256 of what it pins, in hexadecimal.
    pub manifest_hash: String,
    /// How many contributions it holds.
    pub contributions: u32,
    /// Root of the tree of hashes over them, in hexadecimal; empty for an edition of an earlier release.
    #[serde(default)]
    pub content_root: String,
    /// Its files.
    pub artefacts: Vec<Artefact>,
}

/// An edition that was withdrawn: its addresses stay, to say why.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Withdrawn {
    /// Cycle and number.
    pub name: String,
    /// Number within the cycle.
    pub number: u32,
    /// Date of publication.
    pub date: String,
    /// Why.
    pub reason: String,
    /// Day of the withdrawal.
    pub withdrawn_on: String,
    /// The files that it had.
    pub files: Vec<WithdrawnFile>,
}

/// A file that a withdrawn edition had.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct WithdrawnFile {
    /// Hash of its bytes.
    pub sha256: String,
    /// Name under which it was saved.
    pub file_name: String,
}

/// A file of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Artefact {
    /// `pdf`, `html` or `json`.
    pub format: String,
    /// Language of the fixed texts.
    pub language: String,
    /// Hash of its bytes, which is also where it stands.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// Media type (RFC 6838).
    pub media_type: String,
    /// Name under which it is saved.
    pub file_name: String,
}

impl Catalogue {
    /// Reads what [`Self::to_json`] wrote.
    ///
    /// # Errors
    ///
    /// Where it is no JSON of this shape, or has another version.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let catalogue: Self = serde_json::from_slice(bytes)?;
        if catalogue.version == VERSION {
            Ok(catalogue)
        } else {
            Err(Unreadable::Format(catalogue.version.to_string()))
        }
    }

    /// Makes a catalogue of the present version.
    #[must_use]
    pub fn new(cycles: Vec<Cycle>, frameworks: Vec<Framework>) -> Self {
        Self { version: VERSION, cycles, frameworks }
    }

    /// Writes it as JSON.
    ///
    /// # Panics
    ///
    /// Never: texts, numbers, lists and maps with text keys can always be written.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers can always be written")
    }

    /// The cycle with this name.
    #[must_use]
    pub fn cycle(&self, name: &str) -> Option<&Cycle> {
        self.cycles.iter().find(|cycle| cycle.name == name)
    }

    /// The cycles of a framework, newest period first.
    pub fn cycles_of<'a>(&'a self, framework: &'a str) -> impl Iterator<Item = &'a Cycle> {
        self.cycles.iter().filter(move |cycle| cycle.framework == framework)
    }

    /// What is declared about the indicators of a framework; empty where nothing is known.
    #[must_use]
    pub fn versions(&self, framework: &str) -> &[Version] {
        let found = self.frameworks.iter().find(|known| known.code == framework);
        found.map_or(&[], |found| &found.versions)
    }

    /// The published file with this hash and name.
    #[must_use]
    pub fn artefact(&self, sha256: &str, file_name: &str) -> Option<&Artefact> {
        let editions = self.cycles.iter().flat_map(|cycle| &cycle.editions);
        editions
            .flat_map(|edition| &edition.artefacts)
            .find(|file| file.sha256 == sha256 && file.file_name == file_name)
    }

    /// The withdrawn edition that had the file with this hash and name, and its cycle.
    #[must_use]
    pub fn withdrawn_with(&self, sha256: &str, file_name: &str) -> Option<(&Cycle, &Withdrawn)> {
        let editions = self
            .cycles
            .iter()
            .flat_map(|cycle| cycle.withdrawn.iter().map(move |withdrawn| (cycle, withdrawn)));
        let had = |file: &WithdrawnFile| file.sha256 == sha256 && file.file_name == file_name;
        let mut having = editions.filter(|(_, withdrawn)| withdrawn.files.iter().any(had));
        having.next()
    }
}

impl Cycle {
    /// The edition in force.
    #[must_use]
    pub fn current(&self) -> Option<&Edition> {
        self.editions.first()
    }

    /// The edition with this number.
    #[must_use]
    pub fn edition(&self, number: &str) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.number.to_string() == number)
    }

    /// The withdrawn edition with this number.
    #[must_use]
    pub fn withdrawn(&self, number: &str) -> Option<&Withdrawn> {
        self.withdrawn.iter().find(|withdrawn| withdrawn.number.to_string() == number)
    }
}

impl Artefact {
    /// Where it stands in the object store; absent for what is no hash.
    #[must_use]
    pub fn path(&self) -> Option<Path> {
        self.sha256.parse().ok().map(path_of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_another_version_is_refused() {
        let catalogue = Catalogue::new(Vec::new(), Vec::new());
        let json = catalogue.to_json();
        assert_eq!(Catalogue::read(json.as_bytes()).unwrap(), catalogue);
        let later = json.replace(&format!("\"version\":{VERSION}"), "\"version\":99");
        let refused = Catalogue::read(later.as_bytes());
        assert!(matches!(refused, Err(Unreadable::Format(version)) if version == "99"));
        assert!(matches!(Catalogue::read(b"[]"), Err(Unreadable::Json(_))));
    }
}
