//! All public reading for programs: REST below `/api/v1`, after the Dutch API Design Rules.
//!
//! One table lists the operations: what is served, read from a query and documented comes from it alone.
//! Invariant: an operation reads the catalogue, the files that it names, and the public scope of search; nothing else.

mod call;
mod contributions;
mod cycles;
mod document;
mod editions;
mod example;
mod frameworks;
mod help;
mod indicators;
mod operation;
mod organisations;
mod paging;
mod parameter;
mod search;
mod table;

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::{any, get},
};

use self::operation::Operation;
use crate::{
    Error, Portal,
    pages::{API, is_api},
};

/// Version of the API, in its document and in a header of every answer.
const VERSION: &str = "1.0.0";

/// Headers of every answer: its version, and that pages of any site may read it, as nothing here depends on who asks.
const HEADERS: [(HeaderName, &str); 3] = [
    (HeaderName::from_static("api-version"), VERSION),
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "api-version, content-language, etag, link, retry-after",
    ),
];

/// What a browser is told that asks before it asks (CORS).
const PREFLIGHT: [(HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "accept, accept-language, if-none-match"),
    (header::ACCESS_CONTROL_MAX_AGE, "86400"),
];

/// Every address and what answers it.
pub(crate) fn routes() -> Router<Arc<Portal>> {
    let mut router = Router::new()
        .route("/api", get(help::help))
        .route(&format!("{API}/{{*rest}}"), any(async || Error::NotFound));
    for operation in operations() {
        router = router.route(&format!("{API}{}", operation.path), operation.route());
    }
    router
}

/// Every operation: those that read what is published, and the one that describes them.
fn operations() -> Vec<Operation> {
    let mut all = table::operations();
    all.push(Operation::new("/openapi.json", "getOpenapi", "portal-api-openapi", document::get));
    all
}

/// Gives every answer of the API its headers, failures too, and answers what a browser asks before it asks.
pub(crate) async fn with_headers(request: Request, next: Next) -> Response {
    if !is_api(request.uri().path()) {
        return next.run(request).await;
    }
    let is_preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if is_preflight {
        (StatusCode::NO_CONTENT, PREFLIGHT).into_response()
    } else {
        next.run(request).await
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
