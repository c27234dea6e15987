//! What this site is, and how accessible it is.

use askama::Template;
use axum::{extract::State, response::Response};
use messages::Messages;

use crate::{
    Error, Portal,
    pages::{Layout, RequestContext, Shared, page},
};

#[derive(Template)]
#[template(path = "about.html")]
struct About {
    layout: Layout,
    messages: &'static Messages,
    contact: Option<Contact>,
}

#[derive(Template)]
#[template(path = "accessibility.html")]
struct Accessibility {
    layout: Layout,
    messages: &'static Messages,
    contact: Option<Contact>,
}

/// Where readers can turn to.
#[derive(Debug)]
struct Contact {
    address: String,
    shown: String,
}

/// Takes only what can stand in a link: a page on the web, or an e-mail address.
fn contact(portal: &Portal) -> Option<Contact> {
    let shown = portal.config().contact.trim().to_owned();
    let address =
        if shown.starts_with("https://") { shown.clone() } else { format!("mailto:{shown}") };
    let is_address = address.starts_with("https://")
        || shown.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    (is_address && !shown.contains(char::is_whitespace)).then_some(Contact { address, shown })
}

pub(crate) async fn about(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    page(&About {
        layout: context.layout(&portal),
        messages: context.messages(),
        contact: contact(&portal),
    })
}

pub(crate) async fn accessibility(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    page(&Accessibility {
        layout: context.layout(&portal),
        messages: context.messages(),
        contact: contact(&portal),
    })
}
