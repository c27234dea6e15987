//! The world that Typst sees: the template's files and the edition, in memory.
//!
//! Invariant: there is no other file, no package, no network and no clock in it.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::LazyLock,
};

use typst::{
    Feature, Features, Library, LibraryExt, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

use crate::{Template, TemplateFault};

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
    book: LazyHash<FontBook>,
    main: FileId,
    today: Option<Datetime>,
}

impl MemoryWorld {
    /// A world with the files of `template` and `edition.json`, on the day `today`.
    pub(crate) fn new(
        template: &Template,
        edition: Vec<u8>,
        today: Option<Datetime>,
    ) -> Result<Self, TemplateFault> {
        let mut files = HashMap::new();
        let mut sources = HashMap::new();
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
        fonts.extend(FONTS.iter().cloned());
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        Ok(Self { files, sources, fonts, book, main: file_id(Template::MAIN)?, today })
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
