//! What this site is, how accessible it is, what it knows of visitors, and whom to ask.

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
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct Privacy {
    layout: Layout,
    messages: &'static Messages,
    contact: Option<Contact>,
}

#[derive(Template)]
#[template(path = "contact.html")]
struct ContactPage {
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
pub(crate) struct Contact {
    pub address: String,
    pub shown: String,
}

/// Takes only what can stand in a link: a page on the web, or an e-mail address.
pub(crate) fn contact(portal: &Portal) -> Option<Contact> {
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
        layout: layout(&portal, &context, "portal-about-title", "portal-about-intro"),
        messages: context.messages(),
    })
}

pub(crate) async fn accessibility(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    page(&Accessibility {
        layout: layout(&portal, &context, "portal-accessibility", "portal-accessibility-intro"),
        messages: context.messages(),
        contact: contact(&portal),
    })
}

pub(crate) async fn privacy(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    page(&Privacy {
        layout: layout(&portal, &context, "portal-about-privacy", "portal-about-privacy-text"),
        messages: context.messages(),
        contact: contact(&portal),
    })
}

pub(crate) async fn contact_page(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    page(&ContactPage {
        layout: layout(&portal, &context, "portal-about-contact", "portal-contact-text"),
        messages: context.messages(),
        contact: contact(&portal),
    })
}

fn layout(portal: &Portal, context: &RequestContext, title: &str, description: &str) -> Layout {
    let messages = context.messages();
    context.layout(portal).described(&messages.text(title), &messages.text(description))
}
