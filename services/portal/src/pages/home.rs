//! The first page: what is published.

use askama::Template;
use axum::{extract::State, response::Response};
use messages::Messages;

use crate::{
    Error,
    pages::{Layout, Shared, Visit, links::CycleLink, page},
};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    layout: Layout,
    messages: &'static Messages,
    cycles: Vec<CycleLink>,
}

pub(crate) async fn home(State(portal): Shared, visit: Visit) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await?;
    let cycles = catalogue.cycles.iter().map(|cycle| CycleLink::of(cycle, &visit)).collect();
    page(&Home { layout: visit.layout(&portal), messages: visit.messages(), cycles })
}
