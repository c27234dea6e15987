//! A reporting round: its editions and who reports.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use messages::Messages;

use crate::{
    Error,
    language::Said,
    pages::{Layout, Shared, Visit, links, links::EditionLink, links::WithdrawnLink, page},
};

#[derive(Template)]
#[template(path = "cycle.html")]
struct CyclePage {
    layout: Layout,
    messages: &'static Messages,
    title: Said,
    period: String,
    subtitle: String,
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
    let period = visit.messages().period(&cycle.from, &cycle.until);
    page(&CyclePage {
        layout: visit.layout(&portal),
        messages: visit.messages(),
        title: Said::pick(&cycle.title, &cycle.language, visit.language),
        subtitle: visit.messages().with("shared-report", &[("period", period.as_str().into())]),
        period,
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
