//! The catalogue of what is published, as storage writes it into the object store.

use edition::data::Texts;
use model::Hash;
use serde::Deserialize;

use crate::{Error, error::Gone};

/// Where it stands.
pub(crate) const PATH: &str = "public/catalogue.json";
/// Largest catalogue that is read, in bytes.
pub(crate) const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// Version of its format.
const VERSION: u32 = 1;

/// The catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub(crate) struct Catalogue {
    version: u32,
    /// Newest period first.
    pub cycles: Vec<Cycle>,
}

/// A reporting round.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Cycle {
    /// Framework and period.
    pub name: String,
    /// Code of the framework.
    pub framework: String,
    /// Title of the framework.
    pub title: Texts,
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
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Organisation {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Texts,
}

/// A published edition.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Edition {
    /// Cycle and number.
    pub name: String,
    /// Number within the cycle.
    pub number: u32,
    /// Date of publication.
    pub date: String,
    /// Hash of its manifest.
    pub manifest_hash: String,
    /// How many contributions it holds.
    pub contributions: u32,
    /// Its files.
    pub artefacts: Vec<Artefact>,
}

/// An edition that was withdrawn: its addresses stay, to say why.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Withdrawn {
    /// Cycle and number.
    pub name: String,
    /// Number within the cycle.
    pub number: u32,
    /// Date of publication.
    pub date: String,
    /// Why.
    pub reason: String,
    /// When.
    #[serde(rename = "withdrawn_on")]
    pub day: String,
    /// The files that it had.
    pub files: Vec<WithdrawnFile>,
}

/// A file that a withdrawn edition had.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct WithdrawnFile {
    /// Hash of its bytes.
    pub sha256: String,
    /// Name under which it was saved.
    pub file_name: String,
}

/// A file of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Artefact {
    /// `pdf`, `html` or `json`.
    pub format: String,
    /// Its language.
    pub language: String,
    /// Hash of its bytes, which is also where it stands.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its media type.
    pub media_type: String,
    /// Name under which it is saved.
    pub file_name: String,
}

impl Catalogue {
    /// Reads the file.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let what = || PATH.to_owned();
        let catalogue: Self = serde_json::from_slice(bytes)
            .map_err(|source| Error::Unreadable { what: what(), source })?;
        if catalogue.version != VERSION {
            return Err(Error::Format { what: what(), format: catalogue.version.to_string() });
        }
        Ok(catalogue)
    }

    /// The cycle with this name.
    pub(crate) fn cycle(&self, name: &str) -> Option<&Cycle> {
        self.cycles.iter().find(|cycle| cycle.name == name)
    }

    /// The published file with this hash and name.
    pub(crate) fn artefact(&self, sha256: &str, file_name: &str) -> Option<&Artefact> {
        let editions = self.cycles.iter().flat_map(|cycle| &cycle.editions);
        editions
            .flat_map(|edition| &edition.artefacts)
            .find(|file| file.sha256 == sha256 && file.file_name == file_name)
    }

    /// The withdrawn edition that had the file with this hash and name, and its cycle.
    pub(crate) fn withdrawn_with(
        &self,
        sha256: &str,
        file_name: &str,
    ) -> Option<(&Cycle, &Withdrawn)> {
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
    pub(crate) fn current(&self) -> Option<&Edition> {
        self.editions.first()
    }

    /// The edition with this number.
    pub(crate) fn edition(&self, number: &str) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.number.to_string() == number)
    }

    /// The withdrawn edition with this number.
    pub(crate) fn withdrawn(&self, number: &str) -> Option<&Withdrawn> {
        self.withdrawn.iter().find(|withdrawn| withdrawn.number.to_string() == number)
    }
}

impl Withdrawn {
    /// The error that is answered in its place.
    pub(crate) fn gone(&self, cycle: &Cycle) -> Error {
        Error::Gone(Box::new(Gone {
            edition: self.name.clone(),
            cycle: cycle.name.clone(),
            number: self.number,
            reason: self.reason.clone(),
            withdrawn_on: self.day.clone(),
            current: cycle.current().map(|current| (current.name.clone(), current.number)),
        }))
    }
}

impl Artefact {
    /// Where it stands in the object store; absent for what is no hash.
    pub(crate) fn path(&self) -> Option<object_store::path::Path> {
        let hash = self.sha256.parse::<Hash>().ok()?.to_string();
        Some(object_store::path::Path::from(format!("artefacts/{}/{hash}", &hash[..2])))
    }
}
