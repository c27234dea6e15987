//! A document as a flat list of passages and of the blocks around them, in reading order.

use std::{collections::BTreeSet, rc::Rc};

use crate::{
    Alignment, Block, Cell, Document, Inline,
    targets::{
        pattern::{Part, matches},
        sentences,
    },
};

/// A character with the markup around it.
type Marked = (char, Rc<str>);

/// A passage, or the beginning or end of what holds some.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// What it is, such as `heading 2`.
    kind: String,
    /// Its text.
    text: Vec<Marked>,
    /// Its place among the passages.
    pub(super) passage: Option<usize>,
}

/// The place is not compared: the third passage may become the fourth.
impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        (&self.kind, &self.text) == (&other.kind, &other.text)
    }
}

const CELL: &str = "cell";
/// Stands for the reference to a note; it ends no sentence.
const NOTE: char = '\u{fffc}';

impl Token {
    fn markup(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), text: Vec::new(), passage: None }
    }

    fn of(kind: impl Into<String>, passage: Option<usize>, content: &[Inline]) -> Self {
        let mut text = Vec::new();
        mark(content, &Rc::from(""), &mut text);
        Self { kind: kind.into(), text, passage }
    }

    pub(super) fn is_cell(&self) -> bool {
        self.kind == CELL
    }

    /// Whether another is the same but for these sentences, counted from 1.
    pub(super) fn differs_only_in(&self, other: &Self, open: &BTreeSet<usize>) -> bool {
        let pattern: Vec<_> = (1..)
            .zip(self.sentences())
            .map(
                |(number, sentence)| {
                    if open.contains(&number) { Part::Any } else { Part::Is(sentence) }
                },
            )
            .collect();
        self.kind == other.kind && matches(&pattern, &other.sentences())
    }

    fn sentences(&self) -> Vec<&[Marked]> {
        let plain: Vec<char> = self.text.iter().map(|(c, _)| *c).collect();
        sentences::ranges(&plain).into_iter().map(|range| &self.text[range]).collect()
    }
}

/// Recursion is bounded by [`crate::MAX_DEPTH`], which parsing holds; so is that of the other functions here.
fn mark(content: &[Inline], around: &Rc<str>, text: &mut Vec<Marked>) {
    let within = |kind: &str| Rc::from(format!("{around}{kind} "));
    for inline in content {
        match inline {
            Inline::Text(run) => text.extend(run.chars().map(|c| (c, around.clone()))),
            Inline::Code(run) => {
                let around: Rc<str> = within("code");
                text.extend(run.chars().map(|c| (c, around.clone())));
            }
            Inline::Strong(content) => mark(content, &within("strong"), text),
            Inline::Emphasis(content) => mark(content, &within("emphasis"), text),
            Inline::Link { url, content } => mark(content, &within(&format!("link {url}")), text),
            Inline::Break => text.push((' ', within("break"))),
            Inline::Note { label, .. } => text.push((NOTE, within(&format!("note {label}")))),
        }
    }
}

/// All of a document.
pub(super) fn tokens(document: &Document) -> Vec<Token> {
    let mut found = Vec::new();
    blocks(&document.blocks, &mut found);
    for note in &document.notes {
        found.push(Token::markup(format!("note {}", note.label)));
        blocks(&note.blocks, &mut found);
        found.push(Token::markup("end of note"));
    }
    found
}

fn blocks(blocks: &[Block], found: &mut Vec<Token>) {
    for block in blocks {
        self::block(block, found);
    }
}

fn name_of(alignment: Alignment) -> &'static str {
    match alignment {
        Alignment::Start => "column",
        Alignment::Center => "centered column",
        Alignment::Right => "column at the right",
    }
}

fn block(block: &Block, found: &mut Vec<Token>) {
    match block {
        Block::Paragraph { passage, content } => {
            found.push(Token::of("paragraph", Some(*passage), content));
        }
        Block::Heading { level, passage, content } => {
            found.push(Token::of(format!("heading {level}"), Some(*passage), content));
        }
        Block::Code { passage, text } => {
            found.push(Token::of("code", Some(*passage), &[Inline::Code(text.clone())]));
        }
        Block::List { numbering, items } => {
            found.push(Token::markup(format!("list {numbering:?}")));
            for item in items {
                found.push(Token::markup("item"));
                blocks(item, found);
                found.push(Token::markup("end of item"));
            }
            found.push(Token::markup("end of list"));
        }
        Block::Quote { blocks } => {
            found.push(Token::markup("quote"));
            self::blocks(blocks, found);
            found.push(Token::markup("end of quote"));
        }
        Block::Table { alignments, header, rows } => {
            found.push(Token::markup("table"));
            found.extend(alignments.iter().map(|alignment| Token::markup(name_of(*alignment))));
            row(header, found);
            for cells in rows {
                row(cells, found);
            }
            found.push(Token::markup("end of table"));
        }
        Block::Rule => found.push(Token::markup("rule")),
    }
}

fn row(cells: &[Cell], found: &mut Vec<Token>) {
    found.push(Token::markup("row"));
    for Cell { passage, content } in cells {
        found.push(Token::of(CELL, *passage, content));
    }
    found.push(Token::markup("end of row"));
}
