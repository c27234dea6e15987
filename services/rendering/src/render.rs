//! Rendering as a pure function: template, edition, format and language in, bytes out.
//!
//! Invariant: nothing else decides the bytes. No clock, no environment, no file system, no random number.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use model::Format;
use serde::{Deserialize, Serialize};

use crate::{Error, Report, Template, html, json::Edition, labels::Labels, pdf, view::View};

/// A rendered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// Where each passage stands in a PDF; empty for the other formats.
    pub positions: Vec<Position>,
}

/// The place of a passage in a PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Organisation, contribution and passage: `bz/bz-1-1/…`.
    pub passage: String,
    /// Page, counted from 1.
    pub page: u32,
}

/// Renders `edition` as `format`, with fixed texts in `language`.
pub(crate) fn render(
    template: &Template,
    edition: &Edition,
    format: Format,
    language: &str,
) -> Result<Rendered, Error> {
    let labels =
        || Labels::of(template, language).map_err(|fault| Error::TemplateFaults(vec![fault]));
    let without_positions = |bytes| Rendered { bytes, positions: Vec::new() };
    match format {
        Format::Json => Ok(without_positions(edition.to_bytes())),
        Format::Html => {
            let labels = labels()?;
            Ok(without_positions(html::page(&View::of(edition, language, &labels)?, &labels)))
        }
        Format::Pdf => {
            pdf::pdf(template, &View::of(edition, language, &labels()?)?, &edition.identity)
        }
    }
}

/// The files that Typst compiles to the PDF of `report`, by path: the template's and `edition.json`. What Typst itself
/// makes of them can be held against ours.
pub fn typst_files(
    template: &Template,
    report: &Report,
    language: &str,
) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let labels =
        Labels::of(template, language).map_err(|fault| Error::TemplateFaults(vec![fault]))?;
    let view = View::of(&Edition::from(report), language, &labels)?;
    let mut files = template.files().clone();
    files.insert("edition.json".to_owned(), pdf::data(&view));
    Ok(files)
}
