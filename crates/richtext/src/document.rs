//! The block model.

/// A parsed narrative.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// Blocks in reading order.
    pub blocks: Vec<Block>,
    /// Plain text of each passage, in the order of the source; blocks name passages by their place in this list.
    pub passages: Vec<String>,
    /// Notes, in the order in which the text first refers to them; last those that it does not refer to.
    pub notes: Vec<Note>,
}

/// A note to a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its name in the source: `a` of `[^a]`.
    pub label: String,
    /// Its text.
    pub blocks: Vec<Block>,
}

/// A block. Those that are a passage hold its place in [`Document::passages`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph, also the text of a list item.
    Paragraph {
        /// Its passage.
        passage: usize,
        /// Its text.
        content: Vec<Inline>,
    },
    /// A heading.
    Heading {
        /// 1 to 6, as written.
        level: u8,
        /// Its passage.
        passage: usize,
        /// Its text.
        content: Vec<Inline>,
    },
    /// A list.
    List {
        /// What stands before its items.
        numbering: Numbering,
        /// The blocks of each item.
        items: Vec<Vec<Block>>,
    },
    /// A quotation.
    Quote {
        /// Its blocks.
        blocks: Vec<Block>,
    },
    /// Preformatted text.
    Code {
        /// Its passage.
        passage: usize,
        /// The text.
        text: String,
    },
    /// A table.
    Table {
        /// How the cells of each column are aligned.
        alignments: Vec<Alignment>,
        /// Cells of the header.
        header: Vec<Cell>,
        /// Cells of each row.
        rows: Vec<Vec<Cell>>,
    },
    /// A line between blocks.
    Rule,
}

/// What stands before the items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    /// A bullet.
    Bullets,
    /// A number.
    Numbers {
        /// That of the first item.
        start: u64,
    },
    /// A small letter and a parenthesis.
    Letters {
        /// That of the first item; 1 is `a`.
        start: u64,
    },
}

/// How the cells of a column are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Alignment {
    /// At the side where lines begin.
    #[default]
    Start,
    /// In the middle.
    Center,
    /// At the right.
    Right,
}

/// A table cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// Its passage; an empty cell has none.
    pub passage: Option<usize>,
    /// Its text.
    pub content: Vec<Inline>,
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text as written.
    Text(String),
    /// A code span.
    Code(String),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// A link; its address begins with `https://`, `http://` or `mailto:`.
    Link {
        /// The address.
        url: String,
        /// What is shown.
        content: Vec<Inline>,
    },
    /// A line break that the author asked for.
    Break,
    /// A reference to a note.
    Note {
        /// The note's place in [`Document::notes`], counted from 1.
        number: usize,
        /// Its name in the source.
        label: String,
    },
}

impl Document {
    /// The text without markup, one passage a line.
    pub fn plain_text(&self) -> String {
        self.passages.join("\n")
    }
}

/// The text of inlines without markup.
pub(crate) fn plain(content: &[Inline]) -> String {
    let mut text = String::new();
    collect(content, &mut text);
    text.trim().to_owned()
}

/// Recursion is bounded by [`crate::MAX_DEPTH`], which parsing holds.
fn collect(content: &[Inline], text: &mut String) {
    for inline in content {
        match inline {
            Inline::Text(run) | Inline::Code(run) => text.push_str(run),
            Inline::Strong(content) | Inline::Emphasis(content) | Inline::Link { content, .. } => {
                collect(content, text);
            }
            Inline::Break => text.push(' '),
            Inline::Note { .. } => {}
        }
    }
}
