//! How browsers and other programs search this site (OpenSearch 1.1).

use std::borrow::Cow;

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    Error,
    pages::{RequestContext, Shared},
};

/// Characters that the format takes for a short name.
const MAX_NAME: usize = 16;

#[derive(Template)]
#[template(path = "opensearch.xml")]
struct OpenSearch {
    description: Cow<'static, str>,
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
    let xml = OpenSearch {
        description: context.messages().text("portal-opensearch"),
        name: portal.config().site_name.chars().take(MAX_NAME).collect(),
        language: context.language.tag(),
        site,
    };
    let xml = xml.render().map_err(|error| Error::Fault(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/opensearchdescription+xml")], xml).into_response())
}
