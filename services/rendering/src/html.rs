//! The HTML file: one file, readable without script or network.
//!
//! Owns the frame and the style sheet; the parts are written by [`edition::html`].

use askama::Template as _;
use edition::{Links, View, html};

/// The file's template, filled in.
#[derive(askama::Template)]
#[template(path = "edition.html")]
struct Page<'a> {
    view: &'a View,
    contents: String,
    body: String,
}

/// Returns the page of `view`.
pub(crate) fn page(view: &View) -> Vec<u8> {
    let page =
        Page { view, contents: html::contents(view, &Links::within()), body: html::body(view) };
    let mut text = page.render().expect("writing to a string cannot fail");
    text.push('\n');
    text.into_bytes()
}
