//! Markdown to blocks. Works from a stream of events with a stack of its own, so that no nesting reaches the call stack.

mod limits;
mod link;
mod notes;
pub(crate) mod pasted;

use std::{collections::BTreeMap, ops::Range};

use model::InvalidField;
use pulldown_cmark::{Event, HeadingLevel, OffsetIter, Options, Parser, Tag, TagEnd};

use crate::{
    document::{Alignment, Block, Cell, Document, Inline, Numbering, plain},
    nesting,
};

/// Largest text, in bytes.
pub const MAX_BYTES: usize = model::check::MAX_TEXT_BYTES;
/// Deepest nesting of blocks and emphasis.
pub const MAX_DEPTH: usize = 16;
/// Depth up to which a text is parsed to find how deep it really nests; a marker may stand after 200 spaces.
const MAX_PARSED_DEPTH: usize = 100;
/// Largest number of blocks, list items and table cells.
pub const MAX_BLOCKS: usize = 5_000;
/// Largest number of rows of a table, without its header.
const MAX_ROWS: usize = 1_000;
/// Largest number of faults that are reported at once.
pub(crate) const MAX_FAULTS: usize = 20;

/// Parses a narrative. The faults, if any, have an empty field and name line and column.
pub fn parse(markdown: &str) -> Result<Document, Vec<InvalidField>> {
    if markdown.len() > MAX_BYTES {
        let description = format!("is {} bytes, at most {MAX_BYTES} are taken", markdown.len());
        return Err(vec![InvalidField::new("", "TOO_LONG", description)]);
    }
    let pasted = pasted::as_markdown(markdown);
    let markdown = &*pasted.markdown;
    let mut builder = Builder::new(markdown, pasted.replaced);
    builder.control_characters();
    // The parser's own work grows with depth times lines, so what could be far too deep must not reach it.
    if let Some(at) = nesting::too_deep(markdown, MAX_PARSED_DEPTH) {
        builder.over(at, "TOO_DEEP", format!("nested more than {MAX_DEPTH} deep"));
        return Err(builder.faults);
    }
    for (event, range) in events(markdown) {
        builder.take(event, &range);
        if builder.faults.len() >= MAX_FAULTS || builder.is_over {
            break;
        }
    }
    if builder.faults.is_empty() { Ok(builder.finish()) } else { Err(builder.faults) }
}

/// The events of the one Markdown that is taken, with their places.
pub(crate) fn events(markdown: &str) -> OffsetIter<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES).into_offset_iter()
}

/// Line and column of a place, as messages name it.
pub fn place(markdown: &str, at: usize) -> String {
    let before = &markdown[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    format!("line {line}, column {column}")
}

/// What is open at the moment, outermost first.
#[derive(Debug)]
enum Open {
    Blocks(Vec<Block>),
    Quote(Vec<Block>),
    List {
        numbering: Numbering,
        items: Vec<Vec<Block>>,
    },
    Item(Vec<Block>),
    Note {
        label: String,
        blocks: Vec<Block>,
    },
    Table {
        alignments: Vec<Alignment>,
        header: Vec<Cell>,
        rows: Vec<Vec<Cell>>,
        row: Vec<Cell>,
    },
    /// With the place where it begins.
    Text {
        kind: Kind,
        at: usize,
        content: Vec<Inline>,
    },
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
    replaced: BTreeMap<usize, pasted::Replaced>,
    stack: Vec<Open>,
    passages: Vec<String>,
    notes: notes::Notes,
    faults: Vec<InvalidField>,
    blocks: usize,
    runs: usize,
    is_over: bool,
}

impl<'a> Builder<'a> {
    fn new(markdown: &'a str, replaced: BTreeMap<usize, pasted::Replaced>) -> Self {
        Self {
            markdown,
            replaced,
            stack: vec![Open::Blocks(Vec::new())],
            passages: Vec::new(),
            notes: notes::Notes::default(),
            faults: Vec::new(),
            blocks: 0,
            runs: 0,
            is_over: false,
        }
    }

    fn fault(&mut self, at: usize, reason: &'static str, description: impl AsRef<str>) {
        let place = place(self.markdown, at);
        self.faults.push(InvalidField::new(
            "",
            reason,
            format!("{place}: {}", description.as_ref()),
        ));
    }

    /// Refuses control characters; a carriage return is taken only as part of a line ending.
    fn control_characters(&mut self) {
        let markdown = self.markdown;
        let is_refused = |at: usize, c: char| match c {
            '\n' | '\t' => false,
            '\r' => !markdown[at + 1..].starts_with('\n'),
            // They show a text in another order than it is stored in; every script is shown right without them.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
            other => other.is_control(),
        };
        let refused = markdown.char_indices().filter(|(at, c)| is_refused(*at, *c));
        for (at, character) in refused.take(MAX_FAULTS) {
            let code = u32::from(character);
            self.fault(at, "CONTROL_CHARACTER", format!("character U+{code:04X} is not text"));
        }
    }

    /// Refuses what is over a limit, and ends parsing.
    fn over(&mut self, at: usize, reason: &'static str, description: impl AsRef<str>) {
        self.fault(at, reason, description);
        self.is_over = true;
    }

    fn take(&mut self, event: Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(end) => self.end(end, range),
            Event::Text(text) => self.text(&text, range),
            Event::Code(text) => self.run(Inline::Code(text.into_string()), range),
            Event::SoftBreak => self.run(Inline::Text(" ".to_owned()), range),
            Event::HardBreak => self.run(Inline::Break, range),
            Event::Rule => self.block(Block::Rule),
            Event::Html(html) | Event::InlineHtml(html) => self.raw_html(&html, range),
            Event::FootnoteReference(label) => {
                let number = self.notes.number(&label);
                self.run(Inline::Note { number, label: label.into_string() }, range);
            }
            Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
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
        if !self.count(&tag, range) {
            return;
        }
        if self.stack.len() >= MAX_DEPTH {
            return self.over(
                range.start,
                "TOO_DEEP",
                format!("nested more than {MAX_DEPTH} deep"),
            );
        }
        let text = |kind| Open::Text { kind, at: range.start, content: Vec::new() };
        let open = match tag {
            Tag::Paragraph => text(Kind::Paragraph { is_implied: false }),
            Tag::Heading { level, .. } => text(Kind::Heading(level_of(level))),
            Tag::CodeBlock(_) => text(Kind::Code),
            Tag::BlockQuote(_) => Open::Quote(Vec::new()),
            Tag::List(start) => {
                Open::List { numbering: self.numbering(start, range.start), items: Vec::new() }
            }
            Tag::Item => Open::Item(Vec::new()),
            Tag::FootnoteDefinition(label) => {
                Open::Note { label: label.into_string(), blocks: Vec::new() }
            }
            Tag::Table(columns) => Open::Table {
                alignments: columns.into_iter().map(alignment_of).collect(),
                header: Vec::new(),
                rows: Vec::new(),
                row: Vec::new(),
            },
            Tag::TableCell => text(Kind::Cell),
            Tag::Strong => text(Kind::Strong),
            Tag::Emphasis => text(Kind::Emphasis),
            Tag::Link { link_type, dest_url, .. } => {
                self.link(link::address(link_type, &dest_url), range)
            }
            Tag::Image { .. } => {
                self.fault(
                    range.start,
                    "IMAGE_NOT_ALLOWED",
                    "a narrative has no images; describe it, or link to it",
                );
                text(Kind::Emphasis)
            }
            // A row needs nothing of its own; the others are switched off or reported as HTML.
            _ => return,
        };
        self.close_implied_paragraph(&open);
        let needs_paragraph =
            matches!(&open, Open::Text { kind: Kind::Strong | Kind::Emphasis | Kind::Link(_), .. });
        if needs_paragraph {
            self.imply_paragraph(range.start);
        }
        self.stack.push(open);
    }

    /// In a tight list an item's text comes without a paragraph of its own: one is opened for it.
    fn imply_paragraph(&mut self, at: usize) {
        if matches!(self.stack.last(), Some(Open::Item(_))) {
            self.stack.push(Open::Text {
                kind: Kind::Paragraph { is_implied: true },
                at,
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

    fn numbering(&self, start: Option<u64>, at: usize) -> Numbering {
        // The event's place is where the line's indentation ends, or before it.
        let marker = self.markdown[at..].trim_start_matches([' ', '\t']);
        let at = self.markdown.len() - marker.len();
        match start {
            None => Numbering::Bullets,
            Some(start) if self.replaced.get(&at).is_some_and(|marker| marker.is_letter) => {
                Numbering::Letters { start }
            }
            Some(start) => Numbering::Numbers { start },
        }
    }

    /// A line separator (U+2028) is a line break; a tab has no width in print, so that it is a space, but in code.
    fn text(&mut self, text: &str, range: &Range<usize>) {
        let text = pasted::as_written(text, range, &self.replaced).into_owned();
        if matches!(self.stack.last(), Some(Open::Text { kind: Kind::Code, .. })) {
            return self.run(Inline::Text(text), range);
        }
        for (i, line) in text.split(['\u{2028}', '\u{2029}']).enumerate() {
            if i > 0 {
                self.run(Inline::Break, range);
            }
            if !line.is_empty() {
                self.run(Inline::Text(line.replace('\t', " ")), range);
            }
        }
    }

    fn run(&mut self, inline: Inline, range: &Range<usize>) {
        self.count_run(range);
        if self.is_over {
            return;
        }
        self.imply_paragraph(range.start);
        if let Some(Open::Text { content, .. }) = self.stack.last_mut() {
            content.push(inline);
        }
    }

    fn end(&mut self, end: TagEnd, range: &Range<usize>) {
        match end {
            TagEnd::TableHead => self.close_row(true, range),
            TagEnd::TableRow => self.close_row(false, range),
            TagEnd::Link => {
                self.linked_text(range);
                self.close();
            }
            TagEnd::Item => {
                if matches!(self.stack.last(), Some(Open::Text { .. })) {
                    self.close();
                }
                self.close();
            }
            TagEnd::HtmlBlock | TagEnd::MetadataBlock(_) => {}
            _ => self.close(),
        }
    }

    fn close_row(&mut self, is_header: bool, range: &Range<usize>) {
        let Some(Open::Table { header, rows, row, .. }) = self.stack.last_mut() else { return };
        let row = std::mem::take(row);
        if is_header {
            *header = row;
        } else if rows.len() < MAX_ROWS {
            rows.push(row);
        } else {
            let description = format!("more than {MAX_ROWS} rows; split the table");
            self.over(range.start, "TOO_MANY_ROWS", description);
        }
    }

    /// Closes the innermost block and adds it to the one around it.
    fn close(&mut self) {
        match self.stack.pop() {
            Some(Open::Text { kind, at, content }) => self.close_text(kind, at, content),
            Some(Open::Quote(blocks)) => self.block(Block::Quote { blocks }),
            Some(Open::List { numbering, items }) => self.block(Block::List { numbering, items }),
            Some(Open::Table { alignments, header, rows, .. }) => {
                self.block(Block::Table { alignments, header, rows });
            }
            Some(Open::Item(blocks)) => {
                if let Some(Open::List { items, .. }) = self.stack.last_mut() {
                    items.push(blocks);
                }
            }
            Some(Open::Note { label, blocks }) => self.notes.define(label, blocks),
            Some(root @ Open::Blocks(_)) => self.stack.push(root),
            None => {}
        }
    }

    fn close_text(&mut self, kind: Kind, at: usize, content: Vec<Inline>) {
        match kind {
            Kind::Paragraph { .. } => {
                if let Some(passage) = self.passage(at, plain(&content)) {
                    self.block(Block::Paragraph { passage, content });
                }
            }
            Kind::Heading(level) => {
                if let Some(passage) = self.passage(at, plain(&content)) {
                    self.block(Block::Heading { level, passage, content });
                }
            }
            Kind::Code => {
                let text = preformatted(&content);
                if let Some(passage) = self.passage(at, text.clone()) {
                    self.block(Block::Code { passage, text });
                }
            }
            Kind::Cell => {
                let passage = self.passage(at, plain(&content));
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
        if let Some(
            Open::Blocks(blocks)
            | Open::Quote(blocks)
            | Open::Item(blocks)
            | Open::Note { blocks, .. },
        ) = self.stack.last_mut()
        {
            blocks.push(block);
        }
    }

    /// Adds a passage with this text and returns its place. A text of white space alone makes no passage and no block.
    fn passage(&mut self, at: usize, text: String) -> Option<usize> {
        if model::is_blank(&text) {
            return None;
        }
        self.check_words(at, &text);
        self.passages.push(text);
        Some(self.passages.len() - 1)
    }

    fn finish(mut self) -> Document {
        let blocks = match self.stack.pop() {
            Some(Open::Blocks(blocks)) => blocks,
            _ => Vec::new(),
        };
        Document { blocks, passages: self.passages, notes: self.notes.in_order() }
    }
}

/// The text of a code block, its spaces kept.
fn preformatted(content: &[Inline]) -> String {
    let runs = content.iter().filter_map(|inline| match inline {
        Inline::Text(run) => Some(run.as_str()),
        _ => None,
    });
    let text: String = runs.collect();
    text.trim_end_matches('\n').to_owned()
}

fn alignment_of(column: pulldown_cmark::Alignment) -> Alignment {
    match column {
        pulldown_cmark::Alignment::None | pulldown_cmark::Alignment::Left => Alignment::Start,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::Right,
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
mod tests;
