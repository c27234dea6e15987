//! Texts are compressed for whoever takes that. PDF is compressed already.
//!
//! Invariant: bytes that differ have entity tags that differ (RFC 9110, section 8.8.3), so that no cache puts a part of one
//! encoding to the rest of another.

use axum::{
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header},
    response::Response,
};
use tower_http::compression::{CompressionLayer, Predicate, predicate::SizeAbove};

/// What is compressed.
const TEXTS: [&str; 7] = [
    "text/",
    "application/json",
    "application/problem+json",
    "application/schema+json",
    "application/xml",
    "application/atom+xml",
    "image/svg+xml",
];
/// Ends the tag of what is compressed.
const SUFFIX: &str = "-gzip\"";
/// What is smaller gains nothing.
const MIN_BYTES: u64 = 256;

pub(crate) fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().compress_when(SizeAbove::new(MIN_BYTES).and(is_text))
}

fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type.is_some_and(|media_type| TEXTS.iter().any(|text| media_type.starts_with(text)))
}

/// Gives what was compressed a tag of its own.
pub(crate) async fn tagged(mut response: Response) -> Response {
    let headers = response.headers_mut();
    if headers.contains_key(header::CONTENT_ENCODING)
        && let Some(tag) = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok())
        && let Ok(tag) = HeaderValue::try_from(compressed(tag))
    {
        headers.insert(header::ETAG, tag);
    }
    response
}

fn compressed(tag: &str) -> String {
    format!("{}{SUFFIX}", tag.trim_end_matches('"'))
}

/// The tag that a client has of this resource: that of the bytes, or that of the bytes compressed.
pub(crate) fn known(headers: &HeaderMap, tag: &str) -> Option<String> {
    let known = headers.get(header::IF_NONE_MATCH)?.to_str().ok()?;
    let mut tags = [tag.to_owned(), compressed(tag)].into_iter();
    let is_known =
        |tag: &String| known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag);
    tags.find(is_known)
}
