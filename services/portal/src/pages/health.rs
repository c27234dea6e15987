//! Whether the process lives, and whether it can answer.
//!
//! The portal is ready as long as the object store is there: without search its pages still work, so it stays in use.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::pages::Shared;

#[derive(Debug, Serialize)]
struct Readiness {
    status: &'static str,
    dependencies: [Dependency; 2],
}

#[derive(Debug, Serialize)]
struct Dependency {
    name: &'static str,
    status: &'static str,
    /// Whether the portal can do nothing without it.
    required: bool,
}

pub(crate) async fn livez() -> &'static str {
    "alive\n"
}

pub(crate) async fn readyz(State(portal): Shared) -> Response {
    let (objects, search) = futures::join!(portal.probe_objects(), portal.probe_search());
    let word = |is_there| if is_there { "ready" } else { "away" };
    let (status, code) = match (objects.is_ok(), search.is_ok()) {
        (true, true) => ("ready", StatusCode::OK),
        (true, false) => ("degraded", StatusCode::OK),
        (false, _) => ("away", StatusCode::SERVICE_UNAVAILABLE),
    };
    let dependencies = [
        Dependency { name: "object-store", status: word(objects.is_ok()), required: true },
        Dependency { name: "search", status: word(search.is_ok()), required: false },
    ];
    let body = serde_json::to_string(&Readiness { status, dependencies })
        .expect("fixed texts can always be written");
    (code, [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body)
        .into_response()
}
