//! Rendering as a pure function: template, edition, format and language in, bytes out.
//!
//! Invariant: nothing else decides the bytes but the fonts that a text takes beside those built in. No clock, no environment, no
//! random number.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use edition::{Report, View, data::Edition, tables::Tables};
use fonts::Fonts;
use messages::Messages;
use model::Format;

use crate::{
    Error, Rendered, Template, data_package, docx, epub, html, markdown, odt, pdf, workbook,
};

/// Renders `edition` as `format`, with labels in `language`.
pub(crate) fn render(
    template: &Template,
    fonts: &Fonts,
    edition: &Edition,
    format: Format,
    language: &str,
) -> Result<Rendered, Error> {
    let faults = edition::faults(edition);
    if !faults.is_empty() {
        return Err(Error::Content(faults.join("; ")));
    }
    let without_positions = |bytes| Rendered { bytes, positions: Vec::new(), fonts: Vec::new() };
    let view = || view(template, edition, language);
    let identity = &edition.identity;
    match format {
        Format::Json => Ok(without_positions(edition.to_bytes())),
        Format::Html => Ok(without_positions(html::page(&view()?))),
        Format::Pdf => pdf::pdf(template, fonts, &view()?, identity),
        Format::Markdown => Ok(without_positions(markdown::page(&view()?))),
        Format::Docx => Ok(without_positions(docx::file(&view()?, identity))),
        Format::Epub => Ok(without_positions(epub::file(&view()?, identity))),
        Format::Odt => Ok(without_positions(odt::file(&view()?, identity))),
        Format::Csv => {
            let (view, tables) = tables(template, edition, language)?;
            Ok(without_positions(data_package::zip(&tables, &view, identity)))
        }
        Format::Xlsx => {
            let (view, tables) = tables(template, edition, language)?;
            Ok(without_positions(workbook::workbook(&tables, &view, identity)?))
        }
    }
}

fn view(template: &Template, edition: &Edition, language: &str) -> Result<View, Error> {
    let messages = messages(template, language)?;
    Ok(View::of(edition, language, &messages))
}

fn tables(template: &Template, edition: &Edition, language: &str) -> Result<(View, Tables), Error> {
    let messages = messages(template, language)?;
    let view = View::of(edition, language, &messages);
    let tables = Tables::of(edition, &view, &messages);
    Ok((view, tables))
}

fn messages(template: &Template, language: &str) -> Result<Messages, Error> {
    template.messages(language).map_err(|fault| Error::TemplateFaults(vec![fault]))
}

/// The files that Typst compiles to the PDF of `report`, by path: the template's and `edition.json`. What Typst itself
/// makes of them can be held against ours.
pub fn typst_files(
    template: &Template,
    report: &Report,
    language: &str,
) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let view = view(template, &Edition::from(report), language)?;
    let mut files = template.files().clone();
    files.insert("edition.json".to_owned(), pdf::data(&view));
    files.insert("fonts.json".to_owned(), pdf::families(&[]));
    Ok(files)
}
