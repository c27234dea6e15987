//! Blocks as semantic HTML. All text is escaped; each passage's element carries its id.

use std::fmt::Write as _;

use crate::document::{Block, Cell, Document, Inline};

/// How a document is written.
#[derive(Debug, Clone, Copy)]
pub struct Html<'a> {
    /// Id of each passage, in reading order.
    pub ids: &'a [String],
    /// Stands before each id, such as `bz/bz-1-2/`.
    pub prefix: &'a str,
    /// Added to the level of each heading; none gets deeper than 6.
    pub heading_offset: u8,
    /// Name of the link to itself that each passage gets; absent: it gets none.
    pub permalink: Option<&'a str>,
}

/// Writes the document.
pub fn write(document: &Document, html: &Html<'_>) -> String {
    let mut out = String::new();
    html.blocks(&document.blocks, &mut out);
    out
}

/// Escapes text for HTML, in content and in quoted attributes alike.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

impl Html<'_> {
    /// The place of a passage in the page, escaped.
    fn place(&self, passage: usize) -> Option<String> {
        self.ids.get(passage).map(|id| escape(&format!("{}{id}", self.prefix)))
    }

    fn id(&self, passage: usize) -> String {
        self.place(passage).map_or(String::new(), |place| format!(" id=\"{place}\""))
    }

    fn permalink(&self, passage: usize) -> String {
        let link = |name, place| {
            format!(
                " <a class=\"permalink\" href=\"#{place}\" aria-label=\"{}\">¶</a>",
                escape(name)
            )
        };
        self.permalink
            .zip(self.place(passage))
            .map_or(String::new(), |(name, place)| link(name, place))
    }

    /// Recursion is bounded by [`crate::MAX_DEPTH`], which parsing holds.
    fn blocks(&self, blocks: &[Block], out: &mut String) {
        for block in blocks {
            self.block(block, out);
        }
    }

    fn block(&self, block: &Block, out: &mut String) {
        match block {
            Block::Paragraph { passage, content } => self.element("p", *passage, content, out),
            Block::Heading { level, passage, content } => {
                let level = level.saturating_add(self.heading_offset).min(6);
                self.element(&format!("h{level}"), *passage, content, out);
            }
            Block::List { start, items } => self.list(*start, items, out),
            Block::Quote { blocks } => {
                out.push_str("<blockquote>\n");
                self.blocks(blocks, out);
                out.push_str("</blockquote>\n");
            }
            Block::Code { passage, text } => {
                let _ = writeln!(
                    out,
                    "<pre{}><code>{}</code>{}</pre>",
                    self.id(*passage),
                    escape(text),
                    self.permalink(*passage)
                );
            }
            Block::Table { header, rows } => self.table(header, rows, out),
            Block::Rule => out.push_str("<hr>\n"),
        }
    }

    fn element(&self, name: &str, passage: usize, content: &[Inline], out: &mut String) {
        let _ = writeln!(
            out,
            "<{name}{}>{}{}</{name}>",
            self.id(passage),
            inlines(content),
            self.permalink(passage)
        );
    }

    fn list(&self, start: Option<u64>, items: &[Vec<Block>], out: &mut String) {
        let (open, close) = match start {
            None => ("<ul>".to_owned(), "</ul>"),
            Some(1) => ("<ol>".to_owned(), "</ol>"),
            Some(start) => (format!("<ol start=\"{start}\">"), "</ol>"),
        };
        let _ = writeln!(out, "{open}");
        for item in items {
            // An item's first paragraph is the item's own text.
            if let [Block::Paragraph { passage, content }, rest @ ..] = item.as_slice() {
                let _ = write!(
                    out,
                    "<li{}>{}{}",
                    self.id(*passage),
                    inlines(content),
                    self.permalink(*passage)
                );
                if !rest.is_empty() {
                    out.push('\n');
                }
                self.blocks(rest, out);
            } else {
                out.push_str("<li>\n");
                self.blocks(item, out);
            }
            out.push_str("</li>\n");
        }
        let _ = writeln!(out, "{close}");
    }

    fn table(&self, header: &[Cell], rows: &[Vec<Cell>], out: &mut String) {
        out.push_str("<table>\n<thead>\n");
        self.row("th scope=\"col\"", "th", header, out);
        out.push_str("</thead>\n<tbody>\n");
        for row in rows {
            self.row("td", "td", row, out);
        }
        out.push_str("</tbody>\n</table>\n");
    }

    fn row(&self, open: &str, close: &str, cells: &[Cell], out: &mut String) {
        out.push_str("<tr>");
        for Cell { passage, content } in cells {
            let id = passage.map_or(String::new(), |passage| self.id(passage));
            let permalink = passage.map_or(String::new(), |passage| self.permalink(passage));
            let _ = write!(out, "<{open}{id}>{}{permalink}</{close}>", inlines(content));
        }
        out.push_str("</tr>\n");
    }
}

fn inlines(content: &[Inline]) -> String {
    let mut out = String::new();
    for inline in content {
        match inline {
            Inline::Text(text) => out.push_str(&escape(text)),
            Inline::Code(text) => {
                let _ = write!(out, "<code>{}</code>", escape(text));
            }
            Inline::Strong(content) => {
                let _ = write!(out, "<strong>{}</strong>", inlines(content));
            }
            Inline::Emphasis(content) => {
                let _ = write!(out, "<em>{}</em>", inlines(content));
            }
            Inline::Link { url, content } => {
                let _ = write!(
                    out,
                    "<a href=\"{}\" rel=\"noopener\">{}</a>",
                    escape(url),
                    inlines(content)
                );
            }
            Inline::Break => out.push_str("<br>"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, expected: &str) {
        let document = crate::parse(markdown).unwrap();
        let ids: Vec<String> = (0..document.passages.len()).map(|i| i.to_string()).collect();
        assert_eq!(
            write(
                &document,
                &Html { ids: &ids, prefix: "bz/a+b/", heading_offset: 3, permalink: None }
            ),
            expected
        );
    }

    #[test]
    fn blocks_are_semantic_and_carry_their_ids() {
        check(
            "Tekst *zo* **zo**.",
            "<p id=\"bz/a+b/0\">Tekst <em>zo</em> <strong>zo</strong>.</p>\n",
        );
        check("# Kop", "<h4 id=\"bz/a+b/0\">Kop</h4>\n");
        check("###### Kop", "<h6 id=\"bz/a+b/0\">Kop</h6>\n");
        check(
            "3. a\n   - b",
            "<ol start=\"3\">\n<li id=\"bz/a+b/0\">a\n<ul>\n<li id=\"bz/a+b/1\">b</li>\n</ul>\n</li>\n</ol>\n",
        );
        let table = "<table>\n<thead>\n<tr><th scope=\"col\" id=\"bz/a+b/0\">a</th></tr>\n</thead>\n<tbody>\n<tr><td id=\"bz/a+b/1\">1</td></tr>\n</tbody>\n</table>\n";
        check("| a |\n|---|\n| 1 |", table);
    }

    #[test]
    fn a_passage_can_link_to_itself() {
        let document = crate::parse("- a\n- b").unwrap();
        let html = Html {
            ids: &["0".to_owned()],
            prefix: "bz/a&b/",
            heading_offset: 0,
            permalink: Some("<link>"),
        };
        let link =
            "<a class=\"permalink\" href=\"#bz/a&amp;b/0\" aria-label=\"&lt;link&gt;\">¶</a>";
        assert_eq!(
            write(&document, &html),
            format!("<ul>\n<li id=\"bz/a&amp;b/0\">a {link}</li>\n<li>b</li>\n</ul>\n")
        );
    }

    #[test]
    fn no_heading_is_deeper_than_html_has() {
        let html = Html { ids: &[], prefix: "", heading_offset: u8::MAX, permalink: None };
        assert_eq!(write(&crate::parse("###### Kop").unwrap(), &html), "<h6>Kop</h6>\n");
    }

    #[test]
    fn text_is_never_markup() {
        check("\\<script> & \"x\"", "<p id=\"bz/a+b/0\">&lt;script&gt; &amp; &quot;x&quot;</p>\n");
        check(
            "[x](https://a.nl/?a=1&b=\"2)",
            "<p id=\"bz/a+b/0\"><a href=\"https://a.nl/?a=1&amp;b=&quot;2\" rel=\"noopener\">x</a></p>\n",
        );
    }
}
