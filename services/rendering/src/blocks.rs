//! Narrative text as a tree of plain values, for a template to walk.
//!
//! Invariant: a user's text is a string in it and never markup, so no template can mistake it for code.

use serde::Serialize;

/// A block.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Block {
    Heading { level: u8, passage: String, content: Vec<Inline> },
    Paragraph { passage: String, content: Vec<Inline> },
    List { start: Option<u64>, items: Vec<Vec<Block>> },
    Quote { blocks: Vec<Block> },
    Code { passage: String, text: String },
    Table { header: Vec<Cell>, rows: Vec<Vec<Cell>> },
    Rule,
}

/// A table cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Cell {
    pub passage: String,
    pub content: Vec<Inline>,
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Inline {
    Text { text: String },
    Code { text: String },
    Strong { content: Vec<Inline> },
    Emphasis { content: Vec<Inline> },
    Strike { content: Vec<Inline> },
    Link { url: String, content: Vec<Inline> },
    Break,
}

/// TEMPORARY
pub(crate) fn blocks(markdown: &str, passages: &[&str], anchor: &str) -> Result<Vec<Block>, String> {
    let text = |t: &str| vec![Inline::Text { text: t.to_owned() }];
    let mut i = 0;
    let mut next = || { i += 1; passages.get(i - 1).map(|p| format!("{anchor}/{p}")).unwrap_or_default() };
    Ok(markdown.trim().split("\n\n").filter(|p| !p.is_empty()).map(|p| {
        if let Some(h) = p.strip_prefix("### ") { Block::Heading { level: 1, passage: next(), content: text(h) } }
        else if p.starts_with("- ") { Block::List { start: None, items: p.lines().map(|l| vec![Block::Paragraph { passage: next(), content: text(&l[2..]) }]).collect() } }
        else { Block::Paragraph { passage: next(), content: text(p) } }
    }).collect())
}
