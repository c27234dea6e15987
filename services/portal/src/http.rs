//! The router with the limits and headers that hold for every page.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

use crate::{Error, Portal, api, encoding, pages};

/// Nothing is loaded but our own style sheet and icon; nothing runs; nobody frames us.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers of every response.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// The limits on requests.
#[derive(Debug, Clone)]
struct Limits {
    max_address_bytes: usize,
    requests: Arc<Semaphore>,
}

impl Portal {
    /// The pages as a service.
    pub fn router(self: Arc<Self>) -> Router {
        router(self)
    }
}

fn router(portal: Arc<Portal>) -> Router {
    let config = portal.config();
    let limits = Limits {
        max_address_bytes: config.max_address_bytes,
        requests: Arc::new(Semaphore::new(config.max_requests)),
    };
    let timeout =
        TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, config.request_timeout());
    pages::routes()
        .merge(api::routes())
        .fallback(async || Error::NotFound)
        .method_not_allowed_fallback(async || Error::Method)
        .layer(CatchPanicLayer::new())
        .layer(timeout)
        .layer(from_fn_with_state(limits, limit))
        .merge(pages::health_routes())
        .layer(from_fn_with_state(portal.clone(), pages::explain))
        .layer(axum::middleware::from_fn(api::with_headers))
        .layer(encoding::compression())
        .layer(axum::middleware::map_response(encoding::tagged))
        .layer(axum::middleware::map_response(with_headers))
        .with_state(portal)
}

async fn limit(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    if address > limits.max_address_bytes {
        return Error::AddressTooLong.into_response();
    }
    match limits.requests.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(_) => Error::Busy.into_response(),
    }
}

async fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    headers.append(header::VARY, HeaderValue::from_static("accept, accept-language"));
    response
}
