//! How browsers and other programs search this site (OpenSearch 1.1).

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, Uri, header, uri::Authority},
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
    uri: Uri,
    headers: HeaderMap,
    context: RequestContext,
) -> Result<Response, Error> {
    let xml = Description {
        messages: context.messages(),
        name: portal.config().site_name.chars().take(MAX_NAME).collect(),
        language: context.language.tag(),
        site: site(&uri, &headers).ok_or(Error::NotFound)?,
    };
    let xml = xml.render().map_err(|error| Error::Fault(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/opensearchdescription+xml")], xml).into_response())
}

/// The address of this site, as the request names it: the format takes no address without a host.
fn site(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let named = || text(header::HOST.as_str())?.parse::<Authority>().ok();
    let host = uri.authority().cloned().or_else(named)?;
    // A proxy that takes TLS off says so.
    let scheme = if text("x-forwarded-proto") == Some("https") { "https" } else { "http" };
    // Of the authority only host and port: it may also name a user.
    let port = host.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{scheme}://{}{port}", host.host()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_is_where_the_request_found_it() {
        let site = |address: &'static str, host: &'static str, scheme: &'static str| {
            let host = (header::HOST, header::HeaderValue::from_static(host));
            let scheme = (
                header::HeaderName::from_static("x-forwarded-proto"),
                header::HeaderValue::from_static(scheme),
            );
            super::site(&Uri::from_static(address), &HeaderMap::from_iter([host, scheme]))
        };
        assert_eq!(site("/", "nap.example:8443", "").as_deref(), Some("http://nap.example:8443"));
        assert_eq!(site("/", "nap.example", "https").as_deref(), Some("https://nap.example"));
        assert_eq!(site("http://a.example/", "", "").as_deref(), Some("http://a.example"));
        for none in ["", "a b", "a\"><b"] {
            assert_eq!(site("/", none, ""), None, "{none}");
        }
    }
}
