//! Every published file, by plan and period.

use askama::Template;
use axum::{extract::State, response::Response};
use messages::Messages;

use crate::{
    Error,
    pages::{Layout, RequestContext, Shared, links::CycleLink, page},
};

#[derive(Template)]
#[template(path = "documents.html")]
struct Documents {
    layout: Layout,
    messages: &'static Messages,
    cycles: Vec<CycleLink>,
}

pub(crate) async fn documents(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await?;
    let published = catalogue.cycles.iter().filter(|cycle| cycle.current().is_some());
    let cycles = published.map(|cycle| CycleLink::of(cycle, &context)).collect();
    let messages = context.messages();
    let [title, intro] = ["portal-documents", "portal-documents-intro"].map(|id| messages.text(id));
    let layout = context.layout(&portal).described(&title, &intro);
    page(&Documents { layout, messages, cycles })
}
