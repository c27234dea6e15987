//! The list of what a backup holds.

use std::path::{Component, Path};

use model::{Hash, Instant};
use serde::{Deserialize, Serialize};

/// Format of the manifests that this program writes.
const FORMAT: u32 = 1;

/// A backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The moment of which it is.
    pub time: Instant,
    /// Version of the program that made it.
    pub program: String,
    /// Public keys that it is encrypted for; none where it is not encrypted.
    pub recipients: Vec<String>,
    /// Its files.
    pub files: Vec<Entry>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is restored as.
    pub path: FilePath,
    /// Number of bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: Hash,
    /// SHA-256 of what is stored of it, which differs where it is encrypted.
    pub part: Hash,
    /// Number of bytes that are stored; 0 where an earlier version did not note it.
    pub stored: u64,
}

/// The path of a file below a folder, with no step out of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilePath(String);

impl FilePath {
    /// Takes a path that stays below its folder.
    pub fn new(path: &str) -> Option<Self> {
        let is_plain = |component| matches!(component, Component::Normal(_));
        let is_below = !path.is_empty() && Path::new(path).components().all(is_plain);
        is_below.then(|| Self(path.to_owned()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A manifest as JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    format: u32,
    time: String,
    program: String,
    recipients: Vec<String>,
    files: Vec<JsonEntry>,
}

/// An entry as JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonEntry {
    path: String,
    size: u64,
    sha256: String,
    part: String,
    #[serde(default)]
    stored: u64,
}

impl Manifest {
    /// The sum of the sizes of its files.
    pub fn size(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    pub(crate) fn to_json(&self) -> Vec<u8> {
        let Self { time, program, recipients, files } = self;
        let json = Json {
            format: FORMAT,
            time: time.to_string(),
            program: program.clone(),
            recipients: recipients.clone(),
            files: files.iter().map(JsonEntry::from).collect(),
        };
        serde_json::to_vec_pretty(&json).expect("texts and numbers can be written as JSON")
    }

    pub(crate) fn from_json(json: &[u8]) -> Result<Self, String> {
        let json: Json = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let Json { format, time, program, recipients, files } = json;
        if format != FORMAT {
            return Err(format!("it has format {format}, and this program reads {FORMAT}"));
        }
        let time = time.parse().map_err(|error: model::InvalidField| error.to_string())?;
        let files = files.into_iter().map(Entry::try_from).collect::<Result<_, _>>()?;
        Ok(Self { time, program, recipients, files })
    }
}

impl From<&Entry> for JsonEntry {
    fn from(entry: &Entry) -> Self {
        let Entry { path, size, sha256, part, stored } = entry;
        Self {
            path: path.as_str().to_owned(),
            size: *size,
            sha256: sha256.to_string(),
            part: part.to_string(),
            stored: *stored,
        }
    }
}

impl TryFrom<JsonEntry> for Entry {
    type Error = String;

    fn try_from(entry: JsonEntry) -> Result<Self, String> {
        let JsonEntry { path, size, sha256, part, stored } = entry;
        let hash = |text: &str| text.parse::<Hash>().map_err(|error| error.to_string());
        Ok(Self {
            path: FilePath::new(&path)
                .ok_or_else(|| format!("`{path}` is no path below a folder"))?,
            size,
            sha256: hash(&sha256)?,
            part: hash(&part)?,
            stored,
        })
    }
}
