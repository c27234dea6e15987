//! The first page: what is published.

use askama::Template;
use axum::{extract::State, response::Response};
use messages::Messages;

use crate::{
    Error,
    pages::{Layout, RequestContext, Shared, links::CycleLink, page},
};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    layout: Layout,
    messages: &'static Messages,
    cycles: Vec<CycleLink>,
}

pub(crate) async fn home(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await?;
    let cycles = catalogue.cycles.iter().map(|cycle| CycleLink::of(cycle, &context)).collect();
    page(&Home { layout: context.layout(&portal), messages: context.messages(), cycles })
}
