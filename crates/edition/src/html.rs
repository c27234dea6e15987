//! The parts of a view as HTML: the one writer for every page and file that is HTML.
//!
//! Owns the elements; whoever uses it adds a frame and a style sheet. Invariant: every text is escaped by askama, those in
//! a picture by `charts`; ids are the view's anchors.

use std::borrow::Borrow;

use askama::{Template, filters::HtmlSafe};

use crate::{
    Text, View,
    links::Links,
    view::{
        Align, Block, CellState, Chapter, Entry, Inline, Item, Labels, Numbering, Overview, Picture,
    },
};

/// The contents, as a list of links.
#[derive(Template)]
#[template(path = "contents.html")]
struct Contents<'a> {
    view: &'a View,
    links: &'a Links,
}

/// Everything below the contents.
#[derive(Template)]
#[template(path = "body.html")]
struct Body<'a> {
    view: &'a View,
    links: &'a Links,
}

/// Who reported on what, and how complete it is.
#[derive(Template)]
#[template(path = "overview.html")]
struct Matrix<'a> {
    overview: &'a Overview,
    labels: &'a Labels,
    links: &'a Links,
}

/// What one organisation reported.
#[derive(Template)]
#[template(path = "chapter.html")]
struct OfOrganisation<'a> {
    chapter: &'a Chapter,
    labels: &'a Labels,
    links: &'a Links,
}

/// Abbreviations and colophon.
#[derive(Template)]
#[template(path = "end.html")]
struct End<'a> {
    view: &'a View,
}

/// A symbol with the word that it stands for.
#[derive(Template)]
#[template(path = "state.html")]
struct State<'a> {
    state: CellState,
    text: &'a str,
}

/// A contribution under a heading of a level.
#[derive(Template)]
#[template(path = "entry.html")]
struct Article<'a> {
    entry: &'a Entry,
    labels: &'a Labels,
    links: &'a Links,
    level: u8,
}

/// Narrative text; its highest heading has a level.
#[derive(Template)]
#[template(path = "blocks.html")]
struct Narrative<'a> {
    blocks: &'a [Block],
    labels: &'a Labels,
    links: &'a Links,
    level: u8,
}

/// A line of narrative text.
#[derive(Template)]
#[template(path = "inlines.html")]
struct Inlines<'a> {
    content: &'a [Inline],
    links: &'a Links,
}

/// A picture with its table.
#[derive(Template)]
#[template(path = "picture.html")]
struct Drawn<'a> {
    picture: &'a Picture,
    figures: &'a str,
}

/// A text, marked where it is in another language.
#[derive(Debug, Template)]
#[template(path = "text.html")]
pub struct Marked<'a> {
    text: &'a Text,
}

impl HtmlSafe for Matrix<'_> {}
impl HtmlSafe for OfOrganisation<'_> {}
impl HtmlSafe for End<'_> {}
impl HtmlSafe for State<'_> {}
impl HtmlSafe for Narrative<'_> {}
impl HtmlSafe for Inlines<'_> {}
impl HtmlSafe for Article<'_> {}
impl HtmlSafe for Drawn<'_> {}
impl HtmlSafe for Marked<'_> {}

/// Returns the contents of `view`.
pub fn contents(view: &View, links: &Links) -> String {
    written(&Contents { view, links })
}

/// Returns everything of `view` below its contents.
pub fn body(view: &View) -> String {
    written(&Body { view, links: &Links::within() })
}

/// Returns the overview of `view`, whose chapters are elsewhere.
pub fn overview(view: &View, links: &Links) -> String {
    written(&Matrix { overview: &view.overview, labels: &view.labels, links })
}

/// Returns what stands behind the chapters of `view`.
pub fn end(view: &View) -> String {
    written(&End { view })
}

/// Returns a chapter of `view`.
pub fn chapter(view: &View, chapter: &Chapter, links: &Links) -> String {
    written(&OfOrganisation { chapter, labels: &view.labels, links })
}

/// Returns a contribution of `view` under a heading of this level.
pub fn entry(view: &View, entry: &Entry, links: &Links, level: u8) -> String {
    written(&Article { entry, labels: &view.labels, links, level })
}

/// Returns a picture with its table.
pub fn picture(picture: &Picture, figures: &str) -> String {
    written(&Drawn { picture, figures })
}

/// Returns the symbols, once for a page that has some.
pub fn symbols() -> &'static str {
    include_str!("../templates/symbols.html")
}

/// Returns a symbol, and the word that it stands for to whoever does not see it.
pub fn state(state: CellState, text: &str) -> String {
    written(&State { state, text })
}

fn written(template: &impl Template) -> String {
    template.render().expect("writing to a string cannot fail")
}

impl Text {
    /// The text as HTML.
    pub fn html(&self) -> Marked<'_> {
        Marked { text: self }
    }
}

impl Contents<'_> {
    /// Whether what is in this part is listed: on a page of its own, of that page alone.
    fn is_open(&self, item: &Item) -> bool {
        self.links.is_one_page() || self.is_here(item)
    }

    fn is_here(&self, item: &Item) -> bool {
        self.links.is_of(&item.anchor)
    }
}

impl<'a> Body<'a> {
    fn overview(&self) -> Matrix<'a> {
        Matrix { overview: &self.view.overview, labels: &self.view.labels, links: self.links }
    }

    fn chapter(&self, chapter: &'a Chapter) -> OfOrganisation<'a> {
        OfOrganisation { chapter, labels: &self.view.labels, links: self.links }
    }

    fn end(&self) -> End<'a> {
        End { view: self.view }
    }
}

impl<'a> OfOrganisation<'a> {
    fn article(&self, entry: &'a Entry, level: u8) -> Article<'a> {
        Article { entry, labels: self.labels, links: self.links, level }
    }
}

impl Matrix<'_> {
    /// A symbol; its word stands beside it or in the name of its link.
    fn symbol(state: impl Borrow<CellState>) -> State<'static> {
        State { state: *state.borrow(), text: "" }
    }
}

impl<'a> Article<'a> {
    fn narrative(&self) -> Narrative<'a> {
        Narrative {
            blocks: &self.entry.blocks,
            labels: self.labels,
            links: self.links,
            level: self.level + 1,
        }
    }
}

impl<'a> Narrative<'a> {
    /// Recursion is bounded by the depth that parsing takes.
    fn within(&self, blocks: &'a [Block]) -> Self {
        Self { blocks, labels: self.labels, links: self.links, level: self.level }
    }

    fn line(&self, content: &'a [Inline]) -> Inlines<'a> {
        Inlines { content, links: self.links }
    }

    fn heading(&self, level: u8) -> u8 {
        self.level.saturating_add(level.saturating_sub(1)).min(6)
    }
}

impl<'a> Drawn<'a> {
    fn of(picture: &'a Picture, labels: &'a Labels) -> Self {
        Self { picture, figures: &labels.figures }
    }
}

impl<'a> Inlines<'a> {
    fn within(&self, content: &'a [Inline]) -> Self {
        Self { content, links: self.links }
    }
}

#[cfg(test)]
mod tests {
    use messages::Messages;

    use super::*;
    use crate::view::Cell;

    fn check(block: Block, expected: &str) {
        let labels = Labels::of(Messages::for_language("en"));
        let links = Links::within();
        let blocks = Narrative { blocks: &[block], labels: &labels, links: &links, level: 4 };
        assert_eq!(blocks.render().unwrap(), expected);
    }

    fn text(text: &str) -> Vec<Inline> {
        vec![Inline::Text { text: text.to_owned() }]
    }

    fn paragraph(passage: &str, content: &str) -> Block {
        Block::Paragraph { passage: passage.to_owned(), content: text(content) }
    }

    #[test]
    fn text_is_escaped_wherever_it_stands() {
        let link = Inline::Link { url: "https://a/?b&\"c".into(), content: text("<script>'&") };
        check(
            Block::Paragraph { passage: String::new(), content: vec![link] },
            "<p dir=\"auto\"><a href=\"https://a/?b&#38;&#34;c\" rel=\"noopener\">&#60;script&#62;&#39;&#38;</a></p>\n",
        );
    }

    #[test]
    fn a_passage_has_an_id_and_links_to_itself() {
        let content = vec![Inline::Strong { content: text("x") }];
        check(
            Block::Heading { level: 2, passage: "bz/1+2/p".into(), content },
            "<h5 dir=\"auto\" id=\"bz/1+2/p\"><strong>x</strong> <a class=\"permalink\" href=\"#bz/1+2/p\" aria-label=\"Permanent link to this passage\">¶</a></h5>\n",
        );
    }

    #[test]
    fn no_heading_is_deeper_than_html_has() {
        let content = text("x");
        check(
            Block::Heading { level: u8::MAX, passage: String::new(), content },
            "<h6 dir=\"auto\">x</h6>\n",
        );
    }

    #[test]
    fn lists_and_tables_are_semantic() {
        let nested =
            Block::List { numbering: Numbering::Bullets, items: vec![vec![paragraph("", "b")]] };
        check(
            Block::List {
                numbering: Numbering::Numbers { start: 3 },
                items: vec![vec![paragraph("", "a"), nested]],
            },
            "<ol dir=\"auto\" start=\"3\">\n<li>a\n<ul dir=\"auto\">\n<li>b</li>\n</ul>\n</li>\n</ol>\n",
        );
        let cell = |content| Cell { passage: String::new(), align: None, content: text(content) };
        check(
            Block::Table {
                header: vec![cell("a")],
                rows: vec![vec![Cell { align: Some(Align::Right), ..cell("1") }]],
            },
            "<table>\n<thead>\n<tr><th scope=\"col\" dir=\"auto\">a</th></tr>\n</thead>\n<tbody>\n<tr><td dir=\"auto\" class=\"right\">1</td></tr>\n</tbody>\n</table>\n",
        );
        let code = Block::Code { passage: String::new(), text: "<".to_owned() };
        check(code, "<pre dir=\"auto\"><code>&#60;</code></pre>\n");
    }

    #[test]
    fn a_text_in_another_language_is_marked() {
        let html = |of| Text::within("<b>", of, "nl").html().render().unwrap();
        assert_eq!(html("nl"), "&#60;b&#62;");
        assert_eq!(html("en"), "<span lang=\"en\" dir=\"auto\">&#60;b&#62;</span>");
        let arabic = Text::plain("السلام").html().render().unwrap();
        assert_eq!(arabic, "<span dir=\"auto\">السلام</span>");
    }
}
