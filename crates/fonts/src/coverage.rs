//! Which characters a font has.

use std::{fs, ops::RangeInclusive, path::Path, sync::LazyLock};

use ttf_parser::Face;
use unicode_normalization::UnicodeNormalization as _;

use crate::text::is_ignorable;

/// The font of running text, which the built-in template names.
static OF_TEXT: LazyLock<Coverage> = LazyLock::new(|| {
    let fonts = typst_assets::fonts().filter_map(|data| Face::parse(data, 0).ok());
    let mut fonts = fonts.filter(|face| family(face).as_deref() == Some("Libertinus Serif"));
    let regular = fonts.find(|face| !face.is_bold() && !face.is_italic());
    Coverage::of(&regular.expect("the built-in fonts hold the one of running text"))
});

/// All built-in fonts.
static BUILT_IN: LazyLock<Vec<Coverage>> = LazyLock::new(|| {
    let faces = typst_assets::fonts().filter_map(|data| Face::parse(data, 0).ok());
    faces.map(|face| Coverage::of(&face)).collect()
});

/// The characters of a font: sorted ranges, none touching the next.
#[derive(Debug, Default)]
pub(crate) struct Coverage(Vec<RangeInclusive<u32>>);

impl Coverage {
    pub(crate) fn of_text() -> &'static Self {
        &OF_TEXT
    }

    pub(crate) fn built_in() -> &'static [Self] {
        &BUILT_IN
    }

    /// That of a face in a file; none where it is no font.
    pub(crate) fn read(path: &Path, face: u32) -> Option<Self> {
        Some(Self::of(&Face::parse(&fs::read(path).ok()?, face).ok()?))
    }

    fn of(face: &Face<'_>) -> Self {
        let mut found = Vec::new();
        let tables = face.tables().cmap.into_iter().flat_map(|cmap| cmap.subtables);
        for table in tables.filter(ttf_parser::cmap::Subtable::is_unicode) {
            table.codepoints(|code| {
                if table.glyph_index(code).is_some_and(|glyph| glyph.0 != 0) {
                    found.push(code);
                }
            });
        }
        found.sort_unstable();
        let mut ranges: Vec<RangeInclusive<u32>> = Vec::new();
        for code in found {
            match ranges.last_mut() {
                Some(last) if code <= last.end() + 1 => *last = *last.start()..=code,
                _ => ranges.push(code..=code),
            }
        }
        Self(ranges)
    }

    /// Whether it has a letter with all its marks: a typesetter takes both from one font, composed or apart.
    pub(crate) fn has(&self, letter: &str) -> bool {
        let is_there = |c: char| is_ignorable(c) || self.contains(c);
        letter.chars().all(is_there) || letter.nfc().all(is_there) || letter.nfd().all(is_there)
    }

    fn contains(&self, c: char) -> bool {
        let code = u32::from(c);
        let after = self.0.partition_point(|range| *range.start() <= code);
        after.checked_sub(1).is_some_and(|at| self.0[at].contains(&code))
    }
}

fn family(face: &Face<'_>) -> Option<String> {
    let mut names = face.names().into_iter();
    names.find(|name| name.name_id == ttf_parser::name_id::FAMILY)?.to_string()
}
