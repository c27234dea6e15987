//! What a file was based on: the etag of each of its items when the file was handed in last, kept in the user's state folder.
//!
//! Invariant: an item takes the place of no text that this file was not based on, unless its sender saved that text.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use model::Hash;
use serde::{Deserialize, Serialize};
use wire::v1::Save;

use crate::{error::Error, operator::state_folder, output::note, results::Submitted};

/// The etag of what is not there.
const NOTHING: &str = "none";

/// What a file was based on at a server, in a cycle.
#[derive(Debug)]
pub(crate) struct Bases {
    /// Where it is kept; none where there is no state folder.
    place: Option<PathBuf>,
    known: Known,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Known {
    /// The file that was handed in.
    file: String,
    /// Its etags, by organisation and external id.
    etags: BTreeMap<String, String>,
}

impl Bases {
    /// Reads what a file was based on. What cannot be read is not known.
    pub(super) fn of(file: &Path, server: &str, cycle: &str) -> Result<Self, Error> {
        let file = std::path::absolute(file).map_err(|error| Error::failed(error.to_string()))?;
        let file = file.display().to_string();
        let name = Hash::of(format!("{server}\n{cycle}\n{file}").as_bytes());
        let place = state_folder().map(|state| state.join("bases").join(format!("{name}.json")));
        let text = place.as_ref().and_then(|place| fs::read_to_string(place).ok());
        let known = text.and_then(|text| serde_json::from_str(&text).ok());
        Ok(Self { place, known: known.unwrap_or(Known { file, etags: BTreeMap::new() }) })
    }

    /// The etag with which an item is saved. What has no external id is found by its content, and changes nothing that is there.
    pub(super) fn etag(&self, save: &Save) -> String {
        if save.external_id.is_empty() {
            return String::new();
        }
        self.known.etags.get(&name(save)).cloned().unwrap_or_else(|| NOTHING.to_owned())
    }

    /// Keeps what was answered for the items of the file, in their order.
    pub(super) fn keep<'a>(mut self, saves: impl Iterator<Item = &'a Save>, submitted: &Submitted) {
        for (save, item) in saves.zip(&submitted.items) {
            if let Some(etag) = &item.etag {
                self.known.etags.insert(name(save), etag.clone());
            }
        }
        if let Err(error) = self.write() {
            note(format_args!(
                "it could not be kept what the file is based on ({error}): what you change in it needs `--overwrite` next time"
            ));
        }
    }

    fn write(&self) -> std::io::Result<()> {
        let Some(place) = &self.place else { return Ok(()) };
        place.parent().map_or(Ok(()), fs::create_dir_all)?;
        let fresh = place.with_extension(format!("new-{}", std::process::id()));
        fs::write(&fresh, serde_json::to_vec_pretty(&self.known)?)?;
        fs::rename(fresh, place)
    }
}

fn name(save: &Save) -> String {
    format!("{}/{}", save.organisation, save.external_id)
}
