//! What may be meant by what was typed so far, for programs: a browser's own search field asks for it (OpenSearch suggestions).

use axum::{
    extract::{OriginalUri, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::json;
use wire::v1::Suggestion;

use crate::pages::{Shared, search::query::Query};

/// How many are suggested.
const COUNT: i32 = 10;

/// What was typed, queries that may be meant, and what each finds.
pub(crate) async fn suggest(
    State(portal): Shared,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, crate::Error> {
    let typed = Query::read(uri.query().unwrap_or(""))?.text;
    let found = portal.suggestions(&typed, COUNT).await;
    let queries: Vec<&str> = found.iter().map(|one: &Suggestion| one.query.as_str()).collect();
    let texts: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
    let headers = [(header::CONTENT_TYPE, "application/x-suggestions+json")];
    Ok((headers, json!([typed, queries, texts]).to_string()).into_response())
}
