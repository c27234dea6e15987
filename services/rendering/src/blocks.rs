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
    Link { url: String, content: Vec<Inline> },
    Break,
}

/// Parses a narrative. `passages` are the ids of its passages in reading order; each becomes `anchor/id`.
pub(crate) fn blocks(
    markdown: &str,
    passages: &[&str],
    anchor: &str,
) -> Result<Vec<Block>, String> {
    let faults = |faults: Vec<model::InvalidField>| {
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    let document = richtext::parse(markdown).map_err(faults)?;
    if document.passages.len() != passages.len() {
        return Err(format!(
            "the text has {} passages and {} ids",
            document.passages.len(),
            passages.len()
        ));
    }
    let mut blocks = Anchors { passages, anchor }.blocks(document.blocks);
    consecutive(&mut blocks, &mut Vec::new());
    Ok(blocks)
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
            Block::Paragraph { .. } | Block::Code { .. } | Block::Table { .. } | Block::Rule => {}
        }
    }
}

/// Turns parsed blocks into values, passages into anchors. Recursion is bounded by the depth that parsing takes.
#[derive(Clone, Copy)]
struct Anchors<'a> {
    passages: &'a [&'a str],
    anchor: &'a str,
}

impl Anchors<'_> {
    fn of(self, passage: usize) -> String {
        self.passages.get(passage).map_or(String::new(), |id| format!("{}/{id}", self.anchor))
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
            richtext::Block::List { start, items } => Block::List {
                start,
                items: items.into_iter().map(|item| self.blocks(item)).collect(),
            },
            richtext::Block::Quote { blocks } => Block::Quote { blocks: self.blocks(blocks) },
            richtext::Block::Code { passage, text } => {
                Block::Code { passage: self.of(passage), text }
            }
            richtext::Block::Table { header, rows } => Block::Table {
                header: self.cells(header),
                rows: rows.into_iter().map(|row| self.cells(row)).collect(),
            },
            richtext::Block::Rule => Block::Rule,
        }
    }

    fn cells(self, cells: Vec<richtext::Cell>) -> Vec<Cell> {
        let cell = |cell: richtext::Cell| Cell {
            passage: cell.passage.map_or(String::new(), |passage| self.of(passage)),
            content: inlines(cell.content),
        };
        cells.into_iter().map(cell).collect()
    }
}

fn inlines(content: Vec<richtext::Inline>) -> Vec<Inline> {
    let inline = |inline| match inline {
        richtext::Inline::Text(text) => Inline::Text { text },
        richtext::Inline::Code(text) => Inline::Code { text },
        richtext::Inline::Strong(content) => Inline::Strong { content: inlines(content) },
        richtext::Inline::Emphasis(content) => Inline::Emphasis { content: inlines(content) },
        richtext::Inline::Link { url, content } => Inline::Link { url, content: inlines(content) },
        richtext::Inline::Break => Inline::Break,
    };
    content.into_iter().map(inline).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_skip_no_level() {
        let levels = |markdown: &str| {
            let count = richtext::parse(markdown).unwrap().passages.len();
            let blocks = blocks(markdown, &vec!["p"; count], "a").unwrap();
            blocks
                .iter()
                .filter_map(|block| {
                    if let Block::Heading { level, .. } = block { Some(*level) } else { None }
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(levels("### a\n\n##### b\n\n### c\n\n# d"), [1, 2, 1, 1]);
    }
}
