//! Failures: for people a page that explains and points on, for programs problem details (RFC 9457).

use std::{borrow::Cow, sync::Arc};

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use messages::Messages;

use crate::{
    Error,
    details::Details,
    error::Gone,
    pages::{Layout, RequestContext, Shared, page},
};

/// What an error leaves in a response until it is explained.
#[derive(Debug, Clone)]
struct Failed(Arc<Error>);

#[derive(Template)]
#[template(path = "problem.html")]
struct Problem {
    layout: Layout,
    messages: &'static Messages,
    title: Cow<'static, str>,
    help: Cow<'static, str>,
    cycle: Option<String>,
    gone: Option<GoneShown>,
}

/// What is shown of a withdrawn edition.
#[derive(Debug)]
struct GoneShown {
    edition: String,
    withdrawn_on: String,
    iso_date: String,
    /// The reason, by paragraph.
    reason: Vec<String>,
    /// Address and name of the edition that holds now.
    current: Option<(String, String)>,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = status(&self).into_response();
        response.extensions_mut().insert(Failed(Arc::new(self)));
        response
    }
}

fn status(error: &Error) -> StatusCode {
    match error {
        Error::NotFound | Error::NoEdition { .. } => StatusCode::NOT_FOUND,
        Error::Gone(_) => StatusCode::GONE,
        Error::Method => StatusCode::METHOD_NOT_ALLOWED,
        Error::AddressTooLong => StatusCode::URI_TOO_LONG,
        Error::TooMany(_) | Error::Invalid(_) => StatusCode::BAD_REQUEST,
        Error::Busy | Error::Search(_) | Error::Objects(_) | Error::Broken { .. } => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Error::Slow => StatusCode::GATEWAY_TIMEOUT,
        Error::TooLarge { .. }
        | Error::Missing(_)
        | Error::Unreadable { .. }
        | Error::Format { .. }
        | Error::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Ids of the title and of the help.
fn explanation(error: &Error) -> (&'static str, &'static str) {
    match error {
        Error::NotFound => ("portal-not-found", "portal-not-found-help"),
        Error::NoEdition { .. } => ("portal-no-such-edition", "portal-no-such-edition-help"),
        Error::Gone(_) => ("portal-withdrawn", "portal-withdrawn-help"),
        Error::Method => ("portal-bad-request", "portal-method-help"),
        Error::AddressTooLong => ("portal-bad-request", "portal-too-long-help"),
        Error::TooMany(_) | Error::Invalid(_) => ("portal-bad-request", "portal-too-many-help"),
        Error::TooLarge { .. } => ("portal-too-large", "portal-too-large-help"),
        Error::Busy | Error::Slow | Error::Search(_) | Error::Objects(_) => {
            ("portal-away", "portal-away-help")
        }
        Error::Broken { .. } => ("portal-broken", "portal-broken-help"),
        Error::Missing(_) | Error::Unreadable { .. } | Error::Format { .. } | Error::Fault(_) => {
            ("portal-fault", "portal-fault-help")
        }
    }
}

/// Gives every failure its body, and the log its line.
pub(crate) async fn explain(
    State(portal): Shared,
    context: RequestContext,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let failed = response.extensions_mut().remove::<Failed>().map(|Failed(error)| error);
    let Some(error) = failed.or_else(|| unexplained(response.status()).map(Arc::new)) else {
        return response;
    };
    let status = response.status();
    if status.is_server_error() {
        let is_lasting =
            error.kind() == rpc::Kind::Internal || matches!(*error, Error::Broken { .. });
        let error = &*error as &dyn std::error::Error;
        // What passes by itself is no error of which somebody must look after.
        if is_lasting {
            tracing::error!(error, %status, "request failed");
        } else {
            tracing::warn!(error, %status, "request failed");
        }
    }
    let mut explained = if context.wants_json {
        details(&error, status)
    } else {
        in_words(&error, &portal, &context)
    };
    *explained.status_mut() = status;
    explained.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        explained.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    if let Some(allowed) = response.headers_mut().remove(header::ALLOW) {
        explained.headers_mut().insert(header::ALLOW, allowed);
    }
    explained
}

/// Failures that come from below the pages, as a bare status.
fn unexplained(status: StatusCode) -> Option<Error> {
    match status {
        StatusCode::NOT_FOUND => Some(Error::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Some(Error::Method),
        StatusCode::GATEWAY_TIMEOUT => Some(Error::Slow),
        StatusCode::INTERNAL_SERVER_ERROR => Some(Error::Fault("a handler panicked".to_owned())),
        _ => None,
    }
}

fn details(error: &Error, status: StatusCode) -> Response {
    let body = serde_json::to_string(&Details::of(error, status))
        .expect("texts and numbers can always be written");
    ([(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
}

fn shown(gone: &Gone, context: &RequestContext) -> GoneShown {
    let Gone { edition: _, cycle: _, number, reason, withdrawn_on, current } = gone;
    let lines = reason.lines().map(str::trim).filter(|line| !line.is_empty());
    GoneShown {
        edition: context.edition(*number),
        withdrawn_on: context.messages().date_or_text(withdrawn_on),
        iso_date: withdrawn_on.clone(),
        reason: lines.map(ToOwned::to_owned).collect(),
        current: current
            .as_ref()
            .map(|(name, number)| (context.link(&format!("/{name}")), context.edition(*number))),
    }
}

fn in_words(error: &Error, portal: &crate::Portal, context: &RequestContext) -> Response {
    let messages = context.messages();
    let (title, help) = explanation(error);
    let (title, help) = (messages.text(title), messages.text(help));
    let cycle = match error {
        Error::NoEdition { cycle } => Some(cycle),
        Error::Gone(gone) => Some(&gone.cycle),
        _ => None,
    };
    let cycle = cycle.map(|cycle| context.link(&format!("/{cycle}")));
    let gone = if let Error::Gone(gone) = error { Some(shown(gone, context)) } else { None };
    page(&Problem {
        layout: context.layout(portal),
        messages,
        title: title.clone(),
        help,
        cycle,
        gone,
    })
    .unwrap_or_else(|_| title.into_owned().into_response())
}
