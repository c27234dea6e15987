//! The HTML page: one file, readable without script, style sheet or network.
//!
//! Owns the page's structure. Invariant: every text is escaped; ids are addresses: organisation / contribution / passage.

mod narrative;

use askama::Template as _;

use crate::{
    html::narrative::Narrative,
    labels::Labels,
    view::{Entry, View},
};

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
