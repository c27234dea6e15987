//! Narrative text, with emphasis and links as properties of its words.

use std::collections::BTreeSet;

use crate::{
    flow::{Cell, Link, Part, Role, Row, Run, Table, Words},
    view::{self, Block, Inline},
};

/// Walks the narrative of a contribution. Recursion is bounded by the depth that parsing takes.
pub(super) struct Narrative<'a> {
    /// Level of its highest heading.
    level: u8,
    /// Its language, where that is not the view's.
    language: Option<&'a str>,
    /// The notes that were referred to.
    referred: BTreeSet<usize>,
    /// The notes by number.
    notes: Vec<(usize, Vec<Part>)>,
    is_note: bool,
}

/// Parts and notes of a narrative.
pub(super) struct Read {
    pub parts: Vec<Part>,
    pub notes: Vec<(usize, Vec<Part>)>,
}

/// Reads the narrative of a contribution; its highest heading has this level.
pub(super) fn read(blocks: &[Block], level: u8, language: Option<&str>) -> Read {
    let mut narrative =
        Narrative { level, language, referred: BTreeSet::new(), notes: Vec::new(), is_note: false };
    let mut parts = narrative.parts(blocks);
    let Narrative { referred, notes, .. } = narrative;
    // What the text does not refer to, or another note only, is referred to below it.
    let others =
        notes.iter().map(|(number, _)| *number).filter(|number| !referred.contains(number));
    let others: Vec<Run> = others.map(|number| Run::Note { number }).collect();
    if !others.is_empty() {
        parts.push(Part::paragraph(Role::Note, others));
    }
    Read { parts, notes }
}

impl Narrative<'_> {
    fn parts(&mut self, blocks: &[Block]) -> Vec<Part> {
        blocks.iter().filter_map(|block| self.part(block)).collect()
    }

    fn part(&mut self, block: &Block) -> Option<Part> {
        Some(match block {
            Block::Heading { level, passage: _, content } => Part::Heading {
                level: self.level.saturating_add(level.saturating_sub(1)).min(6),
                anchors: Vec::new(),
                content: self.runs(content),
            },
            Block::Paragraph { passage: _, content } => {
                Part::paragraph(Role::Text, self.runs(content))
            }
            Block::List { numbering, items } => Part::List {
                numbering: *numbering,
                items: items.iter().map(|item| self.parts(item)).collect(),
            },
            Block::Quote { blocks } => Part::Quote { parts: self.parts(blocks) },
            Block::Code { passage: _, text } => {
                Part::Code { text: text.clone(), language: self.language.map(str::to_owned) }
            }
            Block::Table { header, rows } => Part::Table(Table {
                caption: Vec::new(),
                head: self.cells(header),
                rows: rows
                    .iter()
                    .map(|row| Row {
                        is_heading: false,
                        has_heading: false,
                        cells: self.cells(row),
                    })
                    .collect(),
            }),
            Block::Rule => Part::Rule,
            Block::Notes { notes } => {
                self.is_note = true;
                for view::Footnote { number, anchor: _, blocks, references: _ } in notes {
                    let parts = self.parts(blocks);
                    self.notes.push((*number, parts));
                }
                self.is_note = false;
                return None;
            }
        })
    }

    fn cells(&mut self, cells: &[view::Cell]) -> Vec<Cell> {
        let cell = |view::Cell { passage: _, align, content }: &view::Cell| Cell {
            align: *align,
            content: self.runs(content),
        };
        cells.iter().map(cell).collect()
    }

    fn runs(&mut self, content: &[Inline]) -> Vec<Run> {
        let words = Words { language: self.language.map(str::to_owned), ..Words::default() };
        let mut runs = Vec::new();
        self.add(content, &words, &mut runs);
        runs
    }

    /// Adds runs whose words are as `around`.
    fn add(&mut self, content: &[Inline], around: &Words, runs: &mut Vec<Run>) {
        for inline in content {
            match inline {
                Inline::Text { text } => {
                    runs.push(Run::Words(Words { text: text.clone(), ..around.clone() }));
                }
                Inline::Code { text } => {
                    let words = Words { text: text.clone(), is_code: true, ..around.clone() };
                    runs.push(Run::Words(words));
                }
                Inline::Strong { content } => {
                    self.add(content, &Words { is_strong: true, ..around.clone() }, runs);
                }
                Inline::Emphasis { content } => {
                    self.add(content, &Words { is_emphasis: true, ..around.clone() }, runs);
                }
                Inline::Link { url, content } => {
                    let link = Some(Link::Address(url.clone()));
                    self.add(content, &Words { link, ..around.clone() }, runs);
                }
                Inline::Break => runs.push(Run::Break),
                Inline::Note { number, note: _, anchor: _, label: _ } => {
                    runs.push(self.reference(*number));
                }
            }
        }
    }

    /// The first reference in the text stands for the note.
    fn reference(&mut self, number: usize) -> Run {
        if !self.is_note && self.referred.insert(number) {
            Run::Note { number }
        } else {
            Run::NoteAgain { number }
        }
    }
}
