//! A reporting round: its editions and who reports.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use edition::Text;
use messages::Messages;

use crate::{
    Error,
    pages::{Layout, Shared, Visit, links, links::EditionLink, links::WithdrawnLink, page},
};

#[derive(Template)]
#[template(path = "cycle.html")]
struct CyclePage {
    layout: Layout,
    messages: &'static Messages,
    title: Text,
    period: String,
    subtitle: String,
    editions: Vec<EditionLink>,
    withdrawn: Vec<WithdrawnLink>,
    organisations: Vec<Text>,
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
        title: visit.choose(&cycle.title, &cycle.language),
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
