//! Markdown to blocks. Works from a stream of events with a stack of its own, so that no nesting reaches the call stack.

use std::ops::Range;

use model::InvalidField;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::document::{Block, Cell, Document, Inline, plain};

/// Largest text, in bytes.
pub const MAX_BYTES: usize = model::check::MAX_TEXT_BYTES;
/// Deepest nesting of blocks and emphasis.
pub const MAX_DEPTH: usize = 16;
/// Most blocks, list items and table cells.
pub const MAX_BLOCKS: usize = 5_000;
/// Most runs of text.
const MAX_RUNS: usize = 50_000;
/// Most faults that are told at once.
const MAX_FAULTS: usize = 20;

/// Parses a narrative. The faults, if any, have an empty field and name line and column.
pub fn parse(markdown: &str) -> Result<Document, Vec<InvalidField>> {
    if MAX_BYTES < markdown.len() {
        let description = format!("is {} bytes, at most {MAX_BYTES} are taken", markdown.len());
        return Err(vec![InvalidField::new("", "TOO_LONG", description)]);
    }
    let mut builder = Builder::new(markdown);
    for (at, character) in
        markdown.char_indices().filter(|(_, c)| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        builder.fault(
            at,
            "CONTROL_CHARACTER",
            format!("character U+{:04X} is not text", u32::from(character)),
        );
    }
    for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
        builder.take(event, &range);
        if MAX_FAULTS <= builder.faults.len() || builder.is_over {
            break;
        }
    }
    if builder.faults.is_empty() { Ok(builder.finish()) } else { Err(builder.faults) }
}

/// What is open at the moment, outermost first.
#[derive(Debug)]
enum Open {
    Blocks(Vec<Block>),
    Quote(Vec<Block>),
    List { start: Option<u64>, items: Vec<Vec<Block>> },
    Item(Vec<Block>),
    Table { header: Vec<Cell>, rows: Vec<Vec<Cell>>, row: Vec<Cell> },
    Text { kind: Kind, content: Vec<Inline> },
}

/// What a run of inlines becomes when it closes.
#[derive(Debug)]
enum Kind {
    Paragraph { is_implied: bool },
    Heading(u8),
    Cell,
    Code,
    Strong,
    Emphasis,
    Link(String),
}

struct Builder<'a> {
    markdown: &'a str,
    stack: Vec<Open>,
    passages: Vec<String>,
    faults: Vec<InvalidField>,
    blocks: usize,
    runs: usize,
    is_over: bool,
}

impl<'a> Builder<'a> {
    fn new(markdown: &'a str) -> Self {
        Self {
            markdown,
            stack: vec![Open::Blocks(Vec::new())],
            passages: Vec::new(),
            faults: Vec::new(),
            blocks: 0,
            runs: 0,
            is_over: false,
        }
    }

    fn fault(&mut self, at: usize, reason: &'static str, description: impl AsRef<str>) {
        let before = &self.markdown[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        self.faults.push(InvalidField::new(
            "",
            reason,
            format!("line {line}, column {column}: {}", description.as_ref()),
        ));
    }

    /// A limit ends parsing: what follows is not looked at.
    fn over(&mut self, at: usize, reason: &'static str, description: impl AsRef<str>) {
        self.fault(at, reason, description);
        self.is_over = true;
    }

    fn take(&mut self, event: Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(end),
            Event::Text(text) => self.run(Inline::Text(text.into_string()), range),
            Event::Code(text) => self.run(Inline::Code(text.into_string()), range),
            Event::SoftBreak => self.run(Inline::Text(" ".to_owned()), range),
            Event::HardBreak => self.run(Inline::Break, range),
            Event::Rule => self.block(Block::Rule),
            Event::Html(html) | Event::InlineHtml(html) => self.raw_html(&html, range),
            Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn raw_html(&mut self, html: &str, range: &Range<usize>) {
        let shown: String = html.trim().chars().take(40).collect();
        if !shown.is_empty() {
            self.fault(
                range.start,
                "RAW_HTML",
                format!(
                    "`{}` is HTML; use Markdown, or write `\\<` for the character itself",
                    shown.escape_debug()
                ),
            );
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        self.blocks += 1;
        if MAX_BLOCKS < self.blocks {
            return self.over(
                range.start,
                "TOO_MANY_BLOCKS",
                format!("more than {MAX_BLOCKS} blocks, list items and cells; split the text"),
            );
        }
        if MAX_DEPTH <= self.stack.len() {
            return self.over(
                range.start,
                "TOO_DEEP",
                format!("nested more than {MAX_DEPTH} deep"),
            );
        }
        let text = |kind| Open::Text { kind, content: Vec::new() };
        let open = match tag {
            Tag::Paragraph => text(Kind::Paragraph { is_implied: false }),
            Tag::Heading { level, .. } => text(Kind::Heading(level_of(level))),
            Tag::CodeBlock(_) => text(Kind::Code),
            Tag::BlockQuote(_) => Open::Quote(Vec::new()),
            Tag::List(start) => Open::List { start, items: Vec::new() },
            Tag::Item => Open::Item(Vec::new()),
            Tag::Table(_) => Open::Table { header: Vec::new(), rows: Vec::new(), row: Vec::new() },
            Tag::TableCell => text(Kind::Cell),
            Tag::Strong => text(Kind::Strong),
            Tag::Emphasis => text(Kind::Emphasis),
            Tag::Link { dest_url, .. } => self.link(&dest_url, range),
            Tag::Image { .. } => {
                self.fault(
                    range.start,
                    "IMAGE_NOT_ALLOWED",
                    "a narrative has no images; describe it, or link to it",
                );
                text(Kind::Emphasis)
            }
            // A row needs nothing of its own; the others are switched off or told as HTML.
            _ => return,
        };
        self.close_implied_paragraph(&open);
        let needs_paragraph =
            matches!(&open, Open::Text { kind: Kind::Strong | Kind::Emphasis | Kind::Link(_), .. });
        if needs_paragraph {
            self.imply_paragraph();
        }
        self.stack.push(open);
    }

    fn link(&mut self, url: &str, range: &Range<usize>) -> Open {
        let is_taken = ["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| url.to_ascii_lowercase().starts_with(scheme));
        if !is_taken || url.chars().any(char::is_control) {
            let shown: String = url.chars().take(80).collect();
            self.fault(
                range.start,
                "INVALID_LINK",
                format!(
                    "`{}` is no address; one begins with `https://`, `http://` or `mailto:`",
                    shown.escape_debug()
                ),
            );
        }
        Open::Text { kind: Kind::Link(url.to_owned()), content: Vec::new() }
    }

    /// In a tight list an item's text comes without a paragraph of its own: one is opened for it.
    fn imply_paragraph(&mut self) {
        if matches!(self.stack.last(), Some(Open::Item(_))) {
            self.stack.push(Open::Text {
                kind: Kind::Paragraph { is_implied: true },
                content: Vec::new(),
            });
        }
    }

    /// A block that begins in an item ends the item's implied paragraph.
    fn close_implied_paragraph(&mut self, next: &Open) {
        let is_block =
            !matches!(next, Open::Text { kind: Kind::Strong | Kind::Emphasis | Kind::Link(_), .. });
        if is_block
            && matches!(
                self.stack.last(),
                Some(Open::Text { kind: Kind::Paragraph { is_implied: true }, .. })
            )
        {
            self.close();
        }
    }

    fn run(&mut self, inline: Inline, range: &Range<usize>) {
        self.runs += 1;
        if MAX_RUNS < self.runs {
            return self.over(
                range.start,
                "TOO_MANY_RUNS",
                format!("more than {MAX_RUNS} runs of text; split the text"),
            );
        }
        self.imply_paragraph();
        if let Some(Open::Text { content, .. }) = self.stack.last_mut() {
            content.push(inline);
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::TableHead => self.close_row(true),
            TagEnd::TableRow => self.close_row(false),
            TagEnd::Item => {
                if matches!(self.stack.last(), Some(Open::Text { .. })) {
                    self.close();
                }
                self.close();
            }
            TagEnd::HtmlBlock | TagEnd::FootnoteDefinition | TagEnd::MetadataBlock(_) => {}
            _ => self.close(),
        }
    }

    fn close_row(&mut self, is_header: bool) {
        if let Some(Open::Table { header, rows, row }) = self.stack.last_mut() {
            let row = std::mem::take(row);
            if is_header {
                *header = row;
            } else {
                rows.push(row);
            }
        }
    }

    /// Closes what is innermost and hands it to what holds it.
    fn close(&mut self) {
        match self.stack.pop() {
            Some(Open::Text { kind, content }) => self.close_text(kind, content),
            Some(Open::Quote(blocks)) => self.block(Block::Quote { blocks }),
            Some(Open::List { start, items }) => self.block(Block::List { start, items }),
            Some(Open::Table { header, rows, .. }) => self.block(Block::Table { header, rows }),
            Some(Open::Item(blocks)) => {
                if let Some(Open::List { items, .. }) = self.stack.last_mut() {
                    items.push(blocks);
                }
            }
            Some(root @ Open::Blocks(_)) => self.stack.push(root),
            None => {}
        }
    }

    fn close_text(&mut self, kind: Kind, content: Vec<Inline>) {
        match kind {
            Kind::Paragraph { .. } => {
                let passage = self.passage(plain(&content));
                self.block(Block::Paragraph { passage, content });
            }
            Kind::Heading(level) => {
                let passage = self.passage(plain(&content));
                self.block(Block::Heading { level, passage, content });
            }
            Kind::Code => {
                let text = plain(&content);
                let passage = self.passage(text.clone());
                self.block(Block::Code { passage, text });
            }
            Kind::Cell => {
                let text = plain(&content);
                let passage = (!text.is_empty()).then(|| self.passage(text));
                if let Some(Open::Table { row, .. }) = self.stack.last_mut() {
                    row.push(Cell { passage, content });
                }
            }
            Kind::Strong => self.inline(Inline::Strong(content)),
            Kind::Emphasis => self.inline(Inline::Emphasis(content)),
            Kind::Link(url) => self.inline(Inline::Link { url, content }),
        }
    }

    fn inline(&mut self, inline: Inline) {
        if let Some(Open::Text { content, .. }) = self.stack.last_mut() {
            content.push(inline);
        }
    }

    fn block(&mut self, block: Block) {
        if let Some(Open::Text { kind: Kind::Paragraph { is_implied: true }, .. }) =
            self.stack.last()
        {
            self.close();
        }
        if let Some(Open::Blocks(blocks) | Open::Quote(blocks) | Open::Item(blocks)) =
            self.stack.last_mut()
        {
            blocks.push(block);
        }
    }

    fn passage(&mut self, text: String) -> usize {
        self.passages.push(text);
        self.passages.len() - 1
    }

    fn finish(mut self) -> Document {
        let blocks = match self.stack.pop() {
            Some(Open::Blocks(blocks)) => blocks,
            _ => Vec::new(),
        };
        Document { blocks, passages: self.passages }
    }
}

fn level_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, passages: &[&str]) {
        assert_eq!(parse(markdown).unwrap().passages, passages, "{markdown}");
    }

    fn check_fault(markdown: &str, reason: &str, place: &str) {
        let faults = parse(markdown).unwrap_err();
        assert_eq!(faults[0].reason, reason, "{faults:?}");
        assert!(faults[0].description.contains(place), "{faults:?}");
    }

    #[test]
    fn passages_are_paragraphs_headings_items_and_cells_in_reading_order() {
        check("Een\nregel.\n\n# Kop\n\nTwee.", &["Een regel.", "Kop", "Twee."]);
        check("- **Een** twee\n- drie\n  - vier", &["Een twee", "drie", "vier"]);
        check("1. a\n\n2. b\n\n   c", &["a", "b", "c"]);
        check("| a | b |\n|---|---|\n| 1 |   |", &["a", "b", "1"]);
        check("> citaat\n\n    code", &["citaat", "code"]);
    }

    #[test]
    fn typst_code_and_signs_are_text() {
        check("#read(\"/etc/passwd\") $x$ @ref", &["#read(\"/etc/passwd\") $x$ @ref"]);
        check("x < y en 3 > 2 & <https://a.nl>", &["x < y en 3 > 2 & https://a.nl"]);
    }

    #[test]
    fn what_is_not_taken_is_named_with_its_place() {
        check_fault("goed\n\n<script>alert(1)</script>", "RAW_HTML", "line 3, column 1");
        check_fault("a <b>vet</b>", "RAW_HTML", "line 1, column 3");
        check_fault("![plaat](https://a.nl/a.png)", "IMAGE_NOT_ALLOWED", "line 1");
        check_fault("[x](javascript:alert(1))", "INVALID_LINK", "javascript");
        check_fault("[x](/hier)", "INVALID_LINK", "line 1");
        check_fault("a\u{7}b", "CONTROL_CHARACTER", "column 2");
    }

    #[test]
    fn hostile_nesting_and_size_end_in_a_fault() {
        check_fault(&"> ".repeat(1_000), "TOO_DEEP", "16");
        check_fault(&format!("{}a", "> ".repeat(1_000)), "TOO_DEEP", "16");
        check_fault(&format!("{}a", "- ".repeat(1_000)), "TOO_DEEP", "16");
        check_fault(&"- a\n".repeat(60_000), "TOO_MANY_BLOCKS", "5000");
        check_fault(&"x".repeat(MAX_BYTES + 1), "TOO_LONG", "bytes");
        check_fault(&"*a_ ".repeat(60_000), "TOO_MANY_RUNS", "50000");
        for hostile in ["[", "`", "*", "<", "![", "[a](", "&#", "_a*", "\\"] {
            let _ = parse(&hostile.repeat(MAX_BYTES / hostile.len()));
        }
    }
}
