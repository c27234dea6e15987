//! The HTML page: one file, readable without script, style sheet or network.
//!
//! Owns the page's structure. Invariant: every text is escaped; ids are addresses: organisation / contribution / passage.

mod narrative;

use std::fmt;

use askama::{Template as _, filters::Escaper};

use crate::{
    html::narrative::Narrative,
    labels::Labels,
    printable::printable,
    view::{Entry, View},
};

/// How texts are escaped; `askama.toml` names it for the templates.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Html;

impl Escaper for Html {
    fn write_escaped_str<W: fmt::Write>(&self, mut out: W, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\'' => out.write_str("&#39;")?,
                c => out.write_char(printable(c))?,
            }
        }
        Ok(())
    }
}

/// The page's template, filled in.
#[derive(askama::Template)]
#[template(path = "edition.html")]
struct Page<'a> {
    view: &'a View,
    labels: &'a Labels,
}

/// One contribution, filled in.
#[derive(askama::Template)]
#[template(path = "contribution.html")]
struct Article<'a> {
    entry: &'a Entry,
    labels: &'a Labels,
    page_language: &'a str,
    /// Level of the article's heading.
    level: u8,
}

/// Returns the page of `view`.
pub(crate) fn page(view: &View, labels: &Labels) -> Vec<u8> {
    let mut text = Page { view, labels }.render().expect("writing to a string cannot fail");
    text.push('\n');
    text.into_bytes()
}

impl Page<'_> {
    fn article(&self, entry: &Entry, level: u8) -> String {
        let article =
            Article { entry, labels: self.labels, page_language: &self.view.language, level };
        article.render().expect("writing to a string cannot fail")
    }
}

impl Article<'_> {
    fn narrative(&self) -> String {
        Narrative { permalink: self.labels.get("permalink"), level: self.level + 1 }
            .html(&self.entry.blocks)
    }
}
