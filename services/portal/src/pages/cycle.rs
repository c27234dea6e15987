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
    pages::{
        Layout, RequestContext, Shared, links, links::EditionLink, links::WithdrawnLink, page,
    },
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
    context: RequestContext,
) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await?;
    let cycle = catalogue.cycle(&format!("{framework}/{period}")).ok_or(Error::NotFound)?;
    let period = context.messages().period(&cycle.from, &cycle.until);
    page(&CyclePage {
        layout: context.layout(&portal),
        messages: context.messages(),
        title: context.choose(&cycle.title, &cycle.language),
        subtitle: context.messages().with("shared-report", &[("period", period.as_str().into())]),
        period,
        editions: cycle
            .editions
            .iter()
            .map(|edition| EditionLink::of(cycle, edition, &context))
            .collect(),
        withdrawn: cycle
            .withdrawn
            .iter()
            .map(|withdrawn| WithdrawnLink::of(withdrawn, &context))
            .collect(),
        organisations: links::organisations(cycle, &context),
    })
}
