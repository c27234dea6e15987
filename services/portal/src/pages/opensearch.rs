//! How browsers and other programs search this site (OpenSearch 1.1).

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use messages::Messages;

use crate::{
    Error,
    pages::{RequestContext, Shared},
};

/// Characters that the format takes for a short name.
const MAX_NAME: usize = 16;

#[derive(Template)]
#[template(path = "opensearch.xml")]
struct Description {
    messages: &'static Messages,
    name: String,
    language: &'static str,
    site: String,
}

pub(crate) async fn description(
    State(portal): Shared,
    context: RequestContext,
) -> Result<Response, Error> {
    let site = context.site(&portal);
    if site.is_empty() {
        return Err(Error::NotFound);
    }
    let xml = Description {
        messages: context.messages(),
        name: portal.config().site_name.chars().take(MAX_NAME).collect(),
        language: context.language.tag(),
        site,
    };
    let xml = xml.render().map_err(|error| Error::Fault(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/opensearchdescription+xml")], xml).into_response())
}
