//! The world that Typst sees: the template's files and the edition, in memory.
//!
//! Invariant: there is no other file, no package, no network and no clock in it. Fonts are read when a text first takes them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
    sync::{LazyLock, Mutex, PoisonError},
};

use fonts::{Family, Fonts};
use model::Hash;
use typst::{
    Feature, Features, Library, LibraryExt, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

use crate::{Template, TemplateFault, pdf::families};

/// Characters that an error names.
const MAX_NAMED: usize = 20;

/// Library and built-in fonts are the same for every job.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let features: Features = [Feature::A11yExtras].into_iter().collect();
    LazyHash::new(Library::builder().with_features(features).build())
});
static FONTS: LazyLock<Vec<Font>> =
    LazyLock::new(|| typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data))).collect());

/// Files and fonts of one job.
pub(crate) struct MemoryWorld {
    files: HashMap<FileId, Bytes>,
    sources: HashMap<FileId, Source>,
    fonts: Vec<Font>,
    further: Vec<String>,
    book: LazyHash<FontBook>,
    main: FileId,
    today: Option<Datetime>,
}

impl MemoryWorld {
    /// A world with the files of `template` and `edition.json`, on the day `today`.
    pub(crate) fn new(
        template: &Template,
        fonts: &Fonts,
        edition: Vec<u8>,
        today: Option<Datetime>,
    ) -> Result<Self, TemplateFault> {
        let mut files = HashMap::new();
        let mut sources = HashMap::new();
        let further = fonts.needed(&String::from_utf8_lossy(&edition));
        // Fonts of the template come first, so that they win over built-in ones of the same name.
        let mut fonts = Vec::new();
        for (path, bytes) in template.files() {
            let id = file_id(path)?;
            if path.to_lowercase().ends_with(".typ") {
                let text = String::from_utf8(bytes.clone())
                    .map_err(|_| TemplateFault::of(path, "is not UTF-8"))?;
                sources.insert(id, Source::new(id, text));
            }
            if [".otf", ".ttf", ".ttc", ".otc"]
                .iter()
                .any(|ending| path.to_lowercase().ends_with(ending))
            {
                fonts.extend(Font::iter(Bytes::new(bytes.clone())));
            }
            files.insert(id, Bytes::new(bytes.clone()));
        }
        files.insert(file_id("edition.json")?, Bytes::new(edition));
        let names: Vec<&str> = further.iter().map(|(family, _)| family.name).collect();
        files.insert(file_id("fonts.json")?, Bytes::new(families(&names)));
        fonts.extend(FONTS.iter().cloned());
        let further = further.iter().map(|(family, files)| Further::read(family, files));
        let further: Vec<Further> = further.collect();
        fonts.extend(further.iter().flat_map(|further| further.fonts.clone()));
        let further = further.into_iter().map(|further| further.name).collect();
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        Ok(Self { files, sources, fonts, further, book, main: file_id(Template::MAIN)?, today })
    }

    /// The fonts beside those built in and the template's: names, each with the beginning of its hash.
    pub(crate) fn further_fonts(&self) -> &[String] {
        &self.further
    }

    /// The characters of `text` that no font has, as an error names them.
    pub(crate) fn without_font(&self, text: &str) -> Option<String> {
        let has_font = |c: char| {
            let coverage = |font: &Font| font.info().coverage.contains(u32::from(c));
            c.is_whitespace() || self.fonts.iter().any(coverage)
        };
        let found: BTreeSet<char> = text.chars().filter(|c| !has_font(*c)).collect();
        let named = found.iter().take(MAX_NAMED);
        let named: Vec<_> = named.map(|c| format!("`{c}` (U+{:04X})", u32::from(*c))).collect();
        (!named.is_empty()).then(|| named.join(", "))
    }
}

/// A family beside those built in.
#[derive(Clone)]
struct Further {
    name: String,
    fonts: Vec<Font>,
}

impl Further {
    /// Reads a family, once in a process. What cannot be read any more has no fonts.
    fn read(family: &'static Family, files: &[PathBuf]) -> Self {
        static READ: Mutex<BTreeMap<&str, Further>> = Mutex::new(BTreeMap::new());
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || {
            let data: Vec<Vec<u8>> = files.iter().flat_map(std::fs::read).collect();
            let hash = Hash::of(&data.concat()).to_string();
            let font = |data| Font::new(Bytes::new(data), family.face);
            let fonts = data.into_iter().filter_map(font).collect();
            Self { name: format!("{} {}", family.name, &hash[..8]), fonts }
        };
        read.entry(family.name).or_insert_with(fresh).clone()
    }
}

fn file_id(path: &str) -> Result<FileId, TemplateFault> {
    let inside = VirtualPath::new(format!("/{path}"))
        .map_err(|_| TemplateFault::of(path, "is no path for a template"))?;
    Ok(RootedPath::new(VirtualRoot::Project, inside).intern())
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.vpath().get_without_slash()))
}

impl World for MemoryWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.get(&id).cloned().ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        self.today
    }
}
