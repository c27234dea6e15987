//! A reporting round: its editions and who reports.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    Error,
    language::Said,
    pages::{Layout, Shared, Visit, links, links::EditionLink, links::WithdrawnLink, page},
    printing,
    words::Words,
};

#[derive(Template)]
#[template(path = "cycle.html")]
struct CyclePage {
    layout: Layout,
    w: &'static Words,
    title: Said,
    period: String,
    editions: Vec<EditionLink>,
    withdrawn: Vec<WithdrawnLink>,
    organisations: Vec<Said>,
}

pub(crate) async fn cycle(
    State(portal): Shared,
    Path((framework, period)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await?;
    let cycle = catalogue.cycle(&format!("{framework}/{period}")).ok_or(Error::NotFound)?;
    page(&CyclePage {
        layout: visit.layout(&portal),
        w: visit.words(),
        title: visit.language.pick(&cycle.title, &cycle.language),
        period: printing::period(&cycle.from, &cycle.until, visit.language),
        editions: cycle
            .editions
            .iter()
            .map(|edition| EditionLink::of(cycle, edition, &visit))
            .collect(),
        withdrawn: cycle
            .withdrawn
            .iter()
            .map(|withdrawn| WithdrawnLink::of(withdrawn, &visit))
            .collect(),
        organisations: links::organisations(cycle, &visit),
    })
}
