//! The page that says how programs read this site.

use std::borrow::Cow;

use askama::Template;
use axum::{extract::State, response::Response};
use messages::Messages;

use crate::{
    Error,
    api::{document::name_help, example::Example, operation::Operation, operations},
    pages::{API, Layout, RequestContext, Shared, page},
};

#[derive(Template)]
#[template(path = "api.html")]
struct Help {
    layout: Layout,
    messages: &'static Messages,
    document: String,
    operations: Vec<Shown>,
}

/// An operation as the page shows it.
#[derive(Debug)]
struct Shown {
    id: &'static str,
    summary: Cow<'static, str>,
    path: String,
    /// Name and meaning of what it takes.
    parameters: Vec<(&'static str, Cow<'static, str>)>,
    /// An address that works; none while nothing is published.
    example: Option<String>,
}

pub(crate) async fn help(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    let catalogue = portal.catalogue().await.unwrap_or_default();
    let example = Example::of(&portal, &catalogue).await;
    let messages = context.messages();
    let shown = |operation: Operation| {
        let names = operation.names().map(|name| (name, messages.text(name_help(name))));
        let query = operation.parameters.iter();
        let query = query.map(|parameter| (parameter.name, messages.text(parameter.help)));
        Shown {
            id: operation.id,
            summary: messages.text(operation.help),
            path: format!("{API}{}", operation.path),
            parameters: names.chain(query).collect(),
            example: example.address(&operation),
        }
    };
    page(&Help {
        layout: context.layout(&portal),
        messages,
        document: format!("{API}/openapi.json"),
        operations: operations().into_iter().map(shown).collect(),
    })
}
