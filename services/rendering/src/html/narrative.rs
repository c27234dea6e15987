//! Narrative text as HTML: each passage with its id and a link to itself.

use std::fmt::Write as _;

use askama::filters::Escaper as _;

use crate::{
    blocks::{Block, Cell, Inline},
    html::Html,
};

/// How a narrative is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Narrative<'a> {
    /// Words for the link of a passage to itself.
    pub permalink: &'a str,
    /// Level of the highest heading.
    pub level: u8,
}

impl Narrative<'_> {
    /// Writes `blocks`.
    pub(crate) fn html(self, blocks: &[Block]) -> String {
        let mut out = String::new();
        self.blocks(&mut out, blocks);
        out
    }

    fn blocks(self, out: &mut String, blocks: &[Block]) {
        for block in blocks {
            self.block(out, block);
        }
    }

    fn block(self, out: &mut String, block: &Block) {
        match block {
            Block::Heading { level, passage, content } => {
                self.passage(
                    out,
                    &format!("h{}", (self.level + level - 1).min(6)),
                    passage,
                    |out| inlines(out, content),
                );
            }
            Block::Paragraph { passage, content } => {
                self.passage(out, "p", passage, |out| inlines(out, content));
            }
            Block::List { start, items } => self.list(out, *start, items),
            Block::Quote { blocks } => {
                out.push_str("<blockquote>\n");
                self.blocks(out, blocks);
                out.push_str("</blockquote>\n");
            }
            Block::Code { passage, text } => {
                self.passage(out, "div", passage, |out| {
                    out.push_str("<pre><code>");
                    escape(out, text);
                    out.push_str("</code></pre>");
                });
            }
            Block::Table { header, rows } => self.table(out, header, rows),
            Block::Rule => out.push_str("<hr>\n"),
        }
    }

    fn list(self, out: &mut String, start: Option<u64>, items: &[Vec<Block>]) {
        let name = if start.is_some() { "ol" } else { "ul" };
        match start {
            Some(start) if start != 1 => {
                writeln!(out, "<ol start=\"{start}\">").expect("a string takes all");
            }
            _ => writeln!(out, "<{name}>").expect("a string takes all"),
        }
        for item in items {
            out.push_str("<li>");
            self.blocks(out, item);
            out.push_str("</li>\n");
        }
        writeln!(out, "</{name}>").expect("a string takes all");
    }

    fn table(self, out: &mut String, header: &[Cell], rows: &[Vec<Cell>]) {
        out.push_str("<table>\n<thead><tr>");
        for cell in header {
            self.passage(out, "th", &cell.passage, |out| inlines(out, &cell.content));
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            out.push_str("<tr>");
            for cell in row {
                self.passage(out, "td", &cell.passage, |out| inlines(out, &cell.content));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n</table>\n");
    }

    /// An element with the passage's id, what `content` writes, and a link to itself.
    fn passage(self, out: &mut String, element: &str, id: &str, content: impl FnOnce(&mut String)) {
        let scope = if element == "th" { " scope=\"col\"" } else { "" };
        out.push('<');
        out.push_str(element);
        out.push_str(scope);
        if !id.is_empty() {
            attribute(out, "id", id);
        }
        out.push('>');
        content(out);
        if !id.is_empty() {
            out.push_str(" <a class=\"permalink\"");
            attribute(out, "href", &format!("#{id}"));
            attribute(out, "aria-label", &format!("{} {id}", self.permalink));
            out.push_str(">¶</a>");
        }
        writeln!(out, "</{element}>").expect("a string takes all");
    }
}

fn inlines(out: &mut String, content: &[Inline]) {
    for inline in content {
        match inline {
            Inline::Text { text } => escape(out, text),
            Inline::Code { text } => within(out, "code", |out| escape(out, text)),
            Inline::Strong { content } => within(out, "strong", |out| inlines(out, content)),
            Inline::Emphasis { content } => within(out, "em", |out| inlines(out, content)),
            Inline::Link { url, content } => {
                out.push_str("<a");
                attribute(out, "href", url);
                attribute(out, "rel", "noopener noreferrer");
                out.push('>');
                inlines(out, content);
                out.push_str("</a>");
            }
            Inline::Break => out.push_str("<br>"),
        }
    }
}

fn within(out: &mut String, element: &str, content: impl FnOnce(&mut String)) {
    write!(out, "<{element}>").expect("a string takes all");
    content(out);
    write!(out, "</{element}>").expect("a string takes all");
}

fn attribute(out: &mut String, name: &str, value: &str) {
    write!(out, " {name}=\"").expect("a string takes all");
    escape(out, value);
    out.push('"');
}

fn escape(out: &mut String, text: &str) {
    Html.write_escaped_str(out, text).expect("a string takes all");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(block: Block, expected: &str) {
        assert_eq!(Narrative { permalink: "link", level: 4 }.html(&[block]), expected);
    }

    #[test]
    fn text_is_escaped_wherever_it_stands() {
        let content = vec![Inline::Link {
            url: "https://a/?b&\"c".into(),
            content: vec![Inline::Text { text: "<script>'&".into() }],
        }];
        check(
            Block::Paragraph { passage: String::new(), content },
            "<p><a href=\"https://a/?b&amp;&quot;c\" rel=\"noopener noreferrer\">&lt;script&gt;&#39;&amp;</a></p>\n",
        );
    }

    #[test]
    fn a_passage_has_an_id_and_links_to_itself() {
        let content = vec![Inline::Strong { content: vec![Inline::Text { text: "x".into() }] }];
        check(
            Block::Heading { level: 2, passage: "bz/1/p".into(), content },
            "<h5 id=\"bz/1/p\"><strong>x</strong> <a class=\"permalink\" href=\"#bz/1/p\" aria-label=\"link bz/1/p\">¶</a></h5>\n",
        );
    }
}
