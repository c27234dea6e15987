//! Narrative text as a tree of plain values, for a format to walk.
//!
//! Invariant: a user's text is a string in it and never markup, so no format can mistake it for code.

use serde::Serialize;

use crate::{
    data::{Contribution, Narrative, Passage},
    printable,
};

/// A block. Those that are a passage hold its anchor.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// A heading; level 1 is the one right below the contribution's own, and none is skipped.
    Heading { level: u8, passage: String, content: Vec<Inline> },
    /// A paragraph.
    Paragraph { passage: String, content: Vec<Inline> },
    /// A list.
    List { numbering: Numbering, items: Vec<Vec<Block>> },
    /// A quotation.
    Quote { blocks: Vec<Block> },
    /// Preformatted text.
    Code { passage: String, text: String },
    /// A table.
    Table { header: Vec<Cell>, rows: Vec<Vec<Cell>> },
    /// A line between blocks.
    Rule,
    /// The notes of all blocks before it, in the order of their numbers.
    Notes { notes: Vec<Footnote> },
}

/// A note, numbered over a whole edition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Footnote {
    /// Its number.
    pub number: usize,
    /// Its anchor.
    pub anchor: String,
    /// Its text.
    pub blocks: Vec<Block>,
    /// Links back to where the text refers to it.
    pub references: Vec<BackReference>,
}

/// A link from a note to where the text refers to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BackReference {
    /// Anchor of the reference.
    pub anchor: String,
    /// What the link is, for those who do not see it.
    pub label: String,
}

/// What stands before the items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Numbering {
    /// A bullet.
    Bullets,
    /// A number; that of the first item.
    Numbers { start: u64 },
    /// A small letter and a parenthesis; 1 is `a`, for the first item.
    Letters { start: u64 },
}

impl From<richtext::Numbering> for Numbering {
    fn from(numbering: richtext::Numbering) -> Self {
        match numbering {
            richtext::Numbering::Bullets => Self::Bullets,
            richtext::Numbering::Numbers { start } => Self::Numbers { start },
            richtext::Numbering::Letters { start } => Self::Letters { start },
        }
    }
}

/// A table cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// Anchor of its passage; an empty cell has none.
    pub passage: String,
    /// How it is aligned, where that is not the side on which lines begin.
    pub align: Option<Align>,
    /// Its text.
    pub content: Vec<Inline>,
}

/// How a cell is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// In the middle.
    Center,
    /// At the right.
    Right,
}

impl Align {
    fn of(alignment: richtext::Alignment) -> Option<Self> {
        match alignment {
            richtext::Alignment::Start => None,
            richtext::Alignment::Center => Some(Self::Center),
            richtext::Alignment::Right => Some(Self::Right),
        }
    }
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Inline {
    /// Text as written.
    Text { text: String },
    /// A code span.
    Code { text: String },
    /// Strong emphasis.
    Strong { content: Vec<Inline> },
    /// Emphasis.
    Emphasis { content: Vec<Inline> },
    /// A link.
    Link { url: String, content: Vec<Inline> },
    /// A line break that the author asked for.
    Break,
    /// A reference to a note.
    Note {
        /// The note's number.
        number: usize,
        /// The note's anchor.
        note: String,
        /// Its own anchor.
        anchor: String,
        /// What the link is, for those who do not see it.
        label: String,
    },
}

/// The narrative `text` of a contribution. One that does not parse here is shown passage by passage.
pub(crate) fn blocks(contribution: &Contribution, text: &Narrative, anchor: &str) -> Vec<Block> {
    let passages: Vec<_> = passages(contribution, text).collect();
    parsed(text, &passages, anchor).unwrap_or_else(|_| {
        let block = |passage: &&Passage| Block::Paragraph {
            passage: format!("{anchor}/{}", passage.id),
            content: vec![Inline::Text { text: printable::shown(&passage.text) }],
        };
        passages.iter().map(block).collect()
    })
}

/// Why narratives of a contribution cannot be shown as they were written.
pub(crate) fn faults(contribution: &Contribution) -> impl Iterator<Item = String> {
    let parse = |text| parsed(text, &passages(contribution, text).collect::<Vec<_>>(), "");
    contribution.texts.iter().filter_map(move |text| parse(text).err())
}

fn passages<'a>(
    contribution: &'a Contribution,
    text: &Narrative,
) -> impl Iterator<Item = &'a Passage> {
    contribution.passages.iter().filter(|passage| passage.language == text.language)
}

/// Parses a narrative; the id of each passage becomes `anchor/id`.
fn parsed(text: &Narrative, passages: &[&Passage], anchor: &str) -> Result<Vec<Block>, String> {
    let faults = |faults: Vec<model::InvalidField>| {
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    let document = richtext::parse(&text.markdown).map_err(faults)?;
    let ids = ids(&document, text, passages)?;
    let anchors = Anchors { ids: &ids, anchor };
    let mut blocks = anchors.blocks(document.blocks);
    if !document.notes.is_empty() {
        let note = |note: richtext::Note| Footnote {
            number: 0,
            anchor: String::new(),
            blocks: anchors.blocks(note.blocks),
            references: Vec::new(),
        };
        blocks.push(Block::Notes { notes: document.notes.into_iter().map(note).collect() });
    }
    consecutive(&mut blocks, &mut Vec::new());
    Ok(blocks)
}

/// The id of each passage. A revision that was saved when the text was read otherwise, such as before signs of Word were read
/// as lists, has another number of passages: they inherit their ids by alignment, as those of a next revision do.
fn ids(
    document: &richtext::Document,
    text: &Narrative,
    passages: &[&Passage],
) -> Result<Vec<String>, String> {
    let (found, given) = (document.passages.len(), passages.len());
    if found == given {
        return Ok(passages.iter().map(|passage| passage.id.clone()).collect());
    }
    if given == 0 {
        return Err(format!("the text has {found} passages and no ids"));
    }
    let saved: Vec<_> = passages
        .iter()
        .map(|passage| model::Passage {
            id: passage.id.clone(),
            language: passage.language.clone(),
            text: passage.text.clone(),
        })
        .collect();
    let assigned = richtext::assign(document, &text.language, &saved, &[]);
    Ok(assigned.into_iter().map(|passage| passage.id).collect())
}

/// Renumbers headings so that none skips a level (PDF/UA-1, 7.4.2; WCAG 2.2, 1.3.1): each is one below the nearest
/// heading before it that was written higher, whatever the levels as written.
fn consecutive(blocks: &mut [Block], open: &mut Vec<u8>) {
    for block in blocks {
        match block {
            Block::Heading { level, .. } => {
                while open.last().is_some_and(|above| *level <= *above) {
                    open.pop();
                }
                open.push(*level);
                *level = u8::try_from(open.len()).unwrap_or(u8::MAX);
            }
            Block::List { items, .. } => items.iter_mut().for_each(|item| consecutive(item, open)),
            Block::Quote { blocks } => consecutive(blocks, open),
            Block::Notes { notes } => {
                for note in notes {
                    consecutive(&mut note.blocks, open);
                }
            }
            Block::Paragraph { .. } | Block::Code { .. } | Block::Table { .. } | Block::Rule => {}
        }
    }
}

/// Turns parsed blocks into values, passages into anchors. Recursion is bounded by the depth that parsing takes.
#[derive(Clone, Copy)]
struct Anchors<'a> {
    ids: &'a [String],
    anchor: &'a str,
}

impl Anchors<'_> {
    fn of(self, passage: usize) -> String {
        self.ids.get(passage).map_or(String::new(), |id| format!("{}/{id}", self.anchor))
    }

    fn blocks(self, blocks: Vec<richtext::Block>) -> Vec<Block> {
        blocks.into_iter().map(|block| self.block(block)).collect()
    }

    fn block(self, block: richtext::Block) -> Block {
        match block {
            richtext::Block::Paragraph { passage, content } => {
                Block::Paragraph { passage: self.of(passage), content: inlines(content) }
            }
            richtext::Block::Heading { level, passage, content } => {
                Block::Heading { level, passage: self.of(passage), content: inlines(content) }
            }
            richtext::Block::List { numbering, items } => Block::List {
                numbering: numbering.into(),
                items: items.into_iter().map(|item| self.blocks(item)).collect(),
            },
            richtext::Block::Quote { blocks } => Block::Quote { blocks: self.blocks(blocks) },
            richtext::Block::Code { passage, text } => {
                Block::Code { passage: self.of(passage), text: printable::shown(&text) }
            }
            richtext::Block::Table { alignments, header, rows } => Block::Table {
                header: self.cells(header, &alignments),
                rows: rows.into_iter().map(|row| self.cells(row, &alignments)).collect(),
            },
            richtext::Block::Rule => Block::Rule,
        }
    }

    fn cells(self, cells: Vec<richtext::Cell>, alignments: &[richtext::Alignment]) -> Vec<Cell> {
        let cell = |(cell, alignment): (richtext::Cell, &richtext::Alignment)| Cell {
            align: Align::of(*alignment),
            passage: cell.passage.map_or(String::new(), |passage| self.of(passage)),
            content: inlines(cell.content),
        };
        cells.into_iter().zip(alignments).map(cell).collect()
    }
}

fn inlines(content: Vec<richtext::Inline>) -> Vec<Inline> {
    let inline = |inline| match inline {
        richtext::Inline::Text(text) => Inline::Text { text: printable::shown(&text) },
        richtext::Inline::Code(text) => Inline::Code { text: printable::shown(&text) },
        richtext::Inline::Strong(content) => Inline::Strong { content: inlines(content) },
        richtext::Inline::Emphasis(content) => Inline::Emphasis { content: inlines(content) },
        richtext::Inline::Link { url, content } => Inline::Link { url, content: inlines(content) },
        richtext::Inline::Break => Inline::Break,
        richtext::Inline::Note { number, label: _ } => Inline::Note {
            number,
            note: String::new(),
            anchor: String::new(),
            label: String::new(),
        },
    };
    content.into_iter().map(inline).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_skip_no_level() {
        let text = Narrative {
            language: "nl".to_owned(),
            markdown: "### a\n\n##### b\n\n### c\n\n# d".to_owned(),
        };
        let passage =
            Passage { id: "p".to_owned(), language: "nl".to_owned(), text: String::new() };
        let levels: Vec<_> =
            parsed(&text, &[&passage; 4], "a")
                .unwrap()
                .iter()
                .filter_map(|block| {
                    if let Block::Heading { level, .. } = block { Some(*level) } else { None }
                })
                .collect();
        assert_eq!(levels, [1, 2, 1, 1]);
        assert!(parsed(&text, &[], "a").is_err());
    }

    #[test]
    fn passages_of_an_earlier_reading_keep_their_ids() {
        let text = Narrative {
            language: "nl".to_owned(),
            markdown: "Drie:\n• een\n• twee".to_owned(),
        };
        let saved = Passage {
            id: "p1".to_owned(),
            language: "nl".to_owned(),
            text: "Drie: • een • twee".to_owned(),
        };
        let blocks = parsed(&text, &[&saved], "a").unwrap();
        let [Block::Paragraph { passage, .. }, Block::List { items, .. }] = blocks.as_slice()
        else {
            panic!("{blocks:?}")
        };
        assert_eq!((passage.starts_with("a/p"), items.len()), (true, 2));
    }
}
