//! The edition as running text: headings, paragraphs, lists and tables, one after the other. Markdown, DOCX and ODT are made
//! from it.
//!
//! Owns nothing that is not in the view, which it walks in the order of the HTML file. Invariants: it says what the HTML file
//! says, and in the same order; every note is referred to once, so that a format may place it there.

mod narrative;
mod parts;

use std::collections::BTreeMap;

use crate::{
    Text, View,
    view::{Align, Contents, Numbering},
};

/// An edition as running text.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Its parts.
    pub parts: Vec<Part>,
    /// The text of each note, by number.
    pub notes: BTreeMap<usize, Vec<Part>>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A heading; the title of the edition is of level 1, none is deeper than 6.
    Heading {
        /// Its level.
        level: u8,
        /// What links call it.
        anchors: Vec<String>,
        /// Its text.
        content: Vec<Run>,
    },
    /// A paragraph.
    Paragraph {
        /// What it is.
        role: Role,
        /// Its text.
        content: Vec<Run>,
    },
    /// A list.
    List {
        /// What stands before its items.
        numbering: Numbering,
        /// Its items.
        items: Vec<Vec<Self>>,
    },
    /// A quotation.
    Quote {
        /// What is quoted.
        parts: Vec<Self>,
    },
    /// Preformatted text.
    Code {
        /// The text.
        text: String,
        /// Its language, where that is not the view's.
        language: Option<String>,
    },
    /// A table.
    Table(Table),
    /// A picture of figures that stand in a table beside it.
    Picture {
        /// Stands for the picture where it is not seen.
        alt: String,
        /// The picture.
        svg: String,
    },
    /// A line between parts.
    Rule,
    /// The table of contents.
    Contents(Contents),
    /// What follows stands on pages of this orientation.
    Pages(Orientation),
}

/// How pages lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orientation {
    /// Upright.
    Portrait,
    /// On their side, for wide tables.
    Landscape,
}

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Text.
    Text,
    /// Below the title.
    Subtitle,
    /// What a goal or indicator says.
    Question,
    /// The status of an answer.
    Status,
    /// The same, where it was left open.
    Open,
    /// Above what it introduces.
    Label,
    /// Said below something else.
    Note,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What it shows; empty where it needs no words.
    pub caption: Vec<Run>,
    /// Its heading row; empty where there is none.
    pub head: Vec<Cell>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Whether its only cell is a heading of the rows below it.
    pub is_heading: bool,
    /// Whether its first cell is its heading.
    pub has_heading: bool,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// How it is aligned, where that is not the side on which lines begin.
    pub align: Option<Align>,
    /// Its text.
    pub content: Vec<Run>,
}

/// A run of text.
#[derive(Debug, Clone, PartialEq)]
pub enum Run {
    /// Words.
    Words(Words),
    /// A line break.
    Break,
    /// The reference to a note that stands for it: there is one for each note.
    Note {
        /// The note's number.
        number: usize,
    },
    /// A further reference to a note.
    NoteAgain {
        /// The note's number.
        number: usize,
    },
}

/// Words of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// The words.
    pub text: String,
    /// Strong emphasis.
    pub is_strong: bool,
    /// Emphasis.
    pub is_emphasis: bool,
    /// A code span.
    pub is_code: bool,
    /// Where they lead.
    pub link: Option<Link>,
    /// Their language, where that is not the view's.
    pub language: Option<String>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// To an address.
    Address(String),
    /// To a place in the edition.
    Anchor(String),
}

impl Flow {
    /// The text of `view`.
    pub fn of(view: &View) -> Self {
        parts::flow(view)
    }
}

impl Words {
    /// Plain words.
    fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    fn of(text: &Text) -> Self {
        Self { language: text.language().map(str::to_owned), ..Self::plain(text.as_str()) }
    }
}

/// The runs of a plain text.
fn plain(text: &str) -> Vec<Run> {
    vec![Run::Words(Words::plain(text))]
}

/// The runs of a text.
fn text(text: &Text) -> Vec<Run> {
    vec![Run::Words(Words::of(text))]
}

/// The runs of texts one after the other.
fn phrase(texts: &[Text]) -> Vec<Run> {
    texts.iter().map(|text| Run::Words(Words::of(text))).collect()
}

/// The same in strong emphasis.
fn strong(runs: Vec<Run>) -> Vec<Run> {
    let strong = |run| match run {
        Run::Words(words) => Run::Words(Words { is_strong: true, ..words }),
        other @ (Run::Break | Run::Note { .. } | Run::NoteAgain { .. }) => other,
    };
    runs.into_iter().map(strong).collect()
}

impl Part {
    fn paragraph(role: Role, content: Vec<Run>) -> Self {
        Self::Paragraph { role, content }
    }

    fn heading(level: u8, anchor: &str, content: Vec<Run>) -> Self {
        Self::Heading { level, anchors: vec![anchor.to_owned()], content }
    }
}

impl Cell {
    fn of(content: Vec<Run>) -> Self {
        Self { align: None, content }
    }

    fn right(content: Vec<Run>) -> Self {
        Self { align: Some(Align::Right), content }
    }
}

/// Letters of a row that is kept on one page.
const MAX_TOGETHER: usize = 600;

impl Row {
    /// Whether it is so short that it stands on one page.
    pub fn is_short(&self) -> bool {
        let runs = self.cells.iter().flat_map(|cell| &cell.content);
        let letters =
            runs.map(|run| if let Run::Words(words) = run { words.text.len() } else { 0 });
        letters.sum::<usize>() <= MAX_TOGETHER
    }

    fn headed(cells: Vec<Cell>) -> Self {
        Self { is_heading: false, has_heading: true, cells }
    }
}
