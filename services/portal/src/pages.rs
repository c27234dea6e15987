//! The pages. Each module answers one kind of address.
//!
//! Invariant: a page is made from what the portal read and the fixed texts; every text is escaped by its template.

mod about;
mod assets;
mod compare;
mod completeness;
mod cycle;
mod documents;
mod edition;
mod feeds;
mod files;
mod goal;
mod headlines;
mod health;
mod home;
mod in_year;
mod indicator;
mod links;
mod marks;
mod opensearch;
mod organisation;
mod plan;
mod problem;
mod request_context;
mod search;

use askama::Template;
use axum::{
    Router,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use messages::{Language, Messages};

pub(crate) use self::{
    links::{FileLink, segment},
    problem::explain,
    request_context::{API, Layout, RequestContext, is_api},
    search::{Names, pieces},
};
use crate::{Error, Portal};

/// What every handler is given.
pub(crate) type Shared = axum::extract::State<std::sync::Arc<Portal>>;

/// Every address and what answers it.
pub(crate) fn routes() -> Router<std::sync::Arc<Portal>> {
    Router::new()
        .route("/", get(home::home))
        .route("/zoeken", get(search::search))
        .route("/search", get(search::search))
        .route("/opensearch.xml", get(opensearch::description))
        .route("/suggesties", get(search::suggest))
        .route("/zoeken.csv", get(search::csv))
        .route("/zoeken.xlsx", get(search::xlsx))
        .route("/zoeken.atom", get(search::atom))
        .route("/zoeken.jsonl", get(search::json_lines))
        .route("/over", get(about::about))
        .route("/volledigheid", get(completeness::completeness))
        .route("/volledigheid.json", get(completeness::completeness_json))
        .route("/toegankelijkheid", get(about::accessibility))
        .route("/bestanden/{sha256}/{file_name}", get(files::file))
        .route("/assets/{name}", get(assets::asset))
        .route("/robots.txt", get(feeds::robots))
        .route("/privacy", get(about::privacy))
        .route("/contact", get(about::contact_page))
        .route("/documenten", get(documents::documents))
        .route("/edities.atom", get(feeds::atom))
        .route("/sitemap.xml", get(feeds::sitemap))
        .route("/.well-known/security.txt", get(feeds::security))
        .route("/{framework}", get(plan::plan))
        .route("/{framework}/organisaties/{code}", get(organisation::organisation))
        .route("/{framework}/doelen/{code}", get(goal::goal))
        .route("/{framework}/indicatoren/{code}", get(indicator::indicator))
        .route("/{framework}/{period}", get(cycle::cycle))
        .route("/{framework}/{period}/{number}", get(edition::edition))
        .route("/{framework}/{period}/{number}/{chapter}", get(edition::chapter))
}

/// Addresses that answer however busy it is.
pub(crate) fn health_routes() -> Router<std::sync::Arc<Portal>> {
    Router::new().route("/livez", get(health::livez)).route("/readyz", get(health::readyz))
}

/// Fills a template in.
pub(crate) fn page(template: &impl Template) -> Result<Response, Error> {
    let html = template.render().map_err(|error| Error::Fault(error.to_string()))?;
    for fault in Language::ALL.into_iter().flat_map(|language| Messages::of(language).new_faults())
    {
        tracing::warn!("a text of the pages is missing: {fault}");
    }
    Ok(Html(html).into_response())
}
