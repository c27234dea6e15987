//! An edition to read.
//!
//! The text of an edition never changes and is written once in each language; only the frame around it is made anew,
//! since another edition may have taken its place.

mod arrange;
mod colophon;
mod completeness;
mod entry;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use messages::{Language, Messages};

use self::{arrange::View, colophon::Colophon};
use crate::{
    Error,
    language::Said,
    pages::{Layout, Shared, Visit, links::EditionLink, page},
    service::{
        Reading,
        catalogue::{Artefact, Cycle, Edition},
        edition,
    },
};

#[derive(Template)]
#[template(path = "edition.html")]
struct EditionPage<'a> {
    layout: Layout,
    messages: &'static Messages,
    title: Said,
    period: String,
    subtitle: String,
    cycle_address: String,
    edition: EditionLink,
    /// The edition that took its place.
    current: Option<EditionLink>,
    manifest_hash: &'a str,
    colophon: Colophon,
    text: &'a str,
}

/// The text of an edition.
#[derive(Template)]
#[template(path = "edition_text.html")]
struct Text<'a> {
    messages: &'static Messages,
    view: View<'a>,
}

pub(crate) async fn edition(
    State(portal): Shared,
    Path((framework, period, number)): Path<(String, String, String)>,
    visit: Visit,
) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await?;
    let cycle = catalogue.cycle(&format!("{framework}/{period}")).ok_or(Error::NotFound)?;
    let edition = cycle.edition(&number).ok_or_else(|| no_edition(cycle, &number))?;
    let data = data_file(edition, visit.language)
        .ok_or_else(|| Error::Missing(format!("data of {}", edition.name)))?;
    let reading = portal.edition(data).await?;
    let current = cycle.current().filter(|current| current.number != edition.number);
    let period = visit.messages().period(&cycle.from, &cycle.until);
    let frame = EditionPage {
        layout: visit.layout(&portal),
        messages: visit.messages(),
        title: Said::pick(&cycle.title, &cycle.language, visit.language),
        subtitle: visit.messages().with("shared-report", &[("period", period.as_str().into())]),
        period,
        cycle_address: visit.link(&format!("/{}", cycle.name)),
        edition: EditionLink::of(cycle, edition, &visit),
        current: current.map(|current| EditionLink::of(cycle, current, &visit)),
        manifest_hash: &edition.manifest_hash,
        colophon: Colophon::of(&reading.edition, visit.language),
        text: "",
    };
    // The first reader of an edition waits for its text; that is work, so it is done aside.
    let writing = reading.clone();
    let wrote = tokio::task::spawn_blocking(move || text(&writing, visit.language).len()).await;
    wrote.map_err(|error| Error::Fault(error.to_string()))?;
    page(&EditionPage { text: text(&reading, visit.language), ..frame })
}

/// Why there is nothing under this number.
fn no_edition(cycle: &Cycle, number: &str) -> Error {
    match cycle.withdrawn(number) {
        Some(withdrawn) => withdrawn.gone(cycle),
        None => Error::NoEdition { cycle: cycle.name.clone() },
    }
}

/// The edition as data, in the page's language where there is a choice.
fn data_file(edition: &Edition, language: Language) -> Option<&Artefact> {
    let mut files = edition.artefacts.iter().filter(|file| file.format == "json");
    let first = files.clone().next();
    files.find(|file| file.language == language.tag()).or(first)
}

fn text(reading: &Reading, language: Language) -> &str {
    reading.text(language, |edition| write(edition, language))
}

fn write(edition: &edition::Edition, language: Language) -> String {
    Text { messages: Messages::of(language), view: View::of(edition, language) }
        .render()
        .expect("writing to a string cannot fail")
}
