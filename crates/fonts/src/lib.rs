//! Fonts: which texts can be printed, and which files that takes.
//!
//! Owns the list of fonts that are used beside those built in, and where they are looked for. Invariant: a text that passes
//! [`Fonts::unprintable`] can be printed with the files that [`Fonts::needed`] names.

mod config;
mod coverage;
mod known;
mod text;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

pub use crate::{config::Config, known::Family};
use crate::{coverage::Coverage, known::FAMILIES, text::letters};

/// Folders within folders that are looked into, at most.
const MAX_DEPTH: usize = 6;

/// The fonts of this machine. They are looked for, and read, when a text first asks for them.
#[derive(Debug)]
pub struct Fonts {
    folders: Vec<PathBuf>,
    /// Fonts that a template brings along.
    template: Option<PathBuf>,
    found: OnceLock<Found>,
}

/// What was found.
#[derive(Debug)]
struct Found {
    /// In order of preference.
    families: Vec<Installed>,
    /// All that the template's fonts have.
    template: Vec<Coverage>,
}

/// A known family whose first file is there.
#[derive(Debug)]
struct Installed {
    family: &'static Family,
    files: Vec<PathBuf>,
    coverage: OnceLock<Coverage>,
}

impl Installed {
    fn find(family: &'static Family, files: &BTreeMap<String, PathBuf>) -> Option<Self> {
        files.get(family.files[0])?;
        let files = family.files.iter().filter_map(|name| files.get(*name)).cloned().collect();
        Some(Self { family, files, coverage: OnceLock::new() })
    }

    /// Whether it has a letter; its file is read with the first.
    fn has(&self, letter: &str) -> bool {
        let read = || Coverage::read(&self.files[0], self.family.face).unwrap_or_default();
        self.coverage.get_or_init(read).has(letter)
    }
}

impl Fonts {
    /// The fonts in the folders of `config`, those built in, and those in the folder of a template.
    pub fn new(config: Config, template: Option<PathBuf>) -> Self {
        Self { folders: config.folders, template, found: OnceLock::new() }
    }

    /// The first letter of `text`, with its marks, that no font has.
    pub fn unprintable<'a>(&self, text: &'a str) -> Option<&'a str> {
        letters(text).find(|letter| !text::is_exchanged(letter) || !self.has(letter))
    }

    fn has(&self, letter: &str) -> bool {
        let has = |coverage: &Coverage| coverage.has(letter);
        has(Coverage::of_text())
            || Coverage::built_in().iter().chain(&self.found().template).any(has)
            || self.found().families.iter().any(|installed| installed.has(letter))
    }

    /// The known families that `text` takes beside the font of running text, with their files.
    pub fn needed(&self, text: &str) -> Vec<(&'static Family, &[PathBuf])> {
        let families = &self.found().families;
        let mut places = BTreeSet::new();
        for letter in letters(text).filter(|letter| !Coverage::of_text().has(letter)) {
            places.extend(families.iter().position(|installed| installed.has(letter)));
        }
        places.into_iter().map(|at| (families[at].family, families[at].files.as_slice())).collect()
    }

    /// What cannot be printed since a known family is not there: for each package that is missing, what it covers.
    pub fn missing(&self) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        let mut missing: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for family in &FAMILIES {
            if self.found().families.iter().all(|found| found.family != family) {
                missing.entry(family.package).or_default().insert(family.covers);
            }
        }
        missing
    }

    fn found(&self) -> &Found {
        self.found.get_or_init(|| {
            let mut files = BTreeMap::new();
            self.folders.iter().for_each(|folder| collect(folder, MAX_DEPTH, &mut files));
            let mut own = BTreeMap::new();
            self.template.iter().for_each(|folder| collect(folder, MAX_DEPTH, &mut own));
            Found {
                families: FAMILIES
                    .iter()
                    .filter_map(|family| Installed::find(family, &files))
                    .collect(),
                template: own.values().filter_map(|path| Coverage::read(path, 0)).collect(),
            }
        })
    }
}

/// Adds the font files below a folder by their names. What cannot be read is not there.
fn collect(folder: &Path, depth: usize, files: &mut BTreeMap<String, PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let is_font = [".ttf", ".otf", ".ttc", ".otc"].iter().any(|ending| name.ends_with(ending));
        if is_font {
            files.entry(name).or_insert(path);
        } else if 0 < depth && path.is_dir() {
            collect(&path, depth - 1, files);
        }
    }
}

#[cfg(test)]
mod tests;
