//! Who asks: the language to answer in, and the frame that every page has.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Uri, header, request::Parts, uri::Authority},
};
use edition::{Text, data::Texts};
use messages::{Language, Messages};

use crate::{Portal, language::accepted, pages::assets};

/// Where addresses for programs begin.
pub(crate) const API: &str = "/api/v1";

/// What a request says of its visitor.
#[derive(Debug, Clone)]
pub(crate) struct RequestContext {
    /// Language to answer in.
    pub language: Language,
    /// Whether the address names the language, so that links must go on naming it.
    is_chosen: bool,
    uri: Uri,
    /// The address of this site, as the request names it.
    pub site: Option<String>,
    /// Whether a program asks, which wants JSON.
    pub wants_json: bool,
}

/// Whether an address is one for programs.
pub(crate) fn is_api(path: &str) -> bool {
    path.strip_prefix(API).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl RequestContext {
    pub(crate) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        let pairs = form_urlencoded::parse(uri.query().unwrap_or("").as_bytes());
        let chosen =
            pairs.filter(|(key, _)| key == "lang").find_map(|(_, tag)| Language::from_tag(&tag));
        let accept = text(header::ACCEPT);
        Self {
            language: chosen.unwrap_or_else(|| accepted(text(header::ACCEPT_LANGUAGE))),
            is_chosen: chosen.is_some(),
            uri: uri.clone(),
            site: site(uri, headers),
            wants_json: is_api(uri.path())
                || (accept.contains("json") && !accept.contains("text/html")),
        }
    }

    /// The fixed texts in the visitor's language.
    pub(crate) fn messages(&self) -> &'static Messages {
        Messages::of(self.language)
    }

    /// An edition of a cycle by its number, such as `Editie 3`.
    pub(crate) fn edition(&self, number: u32) -> String {
        self.messages().with("shared-edition", &[("name", number.to_string().into())])
    }

    /// A text in the language with this tag, as part of the page; without a tag it is in the page's own.
    pub(crate) fn text(&self, text: &str, tag: &str) -> Text {
        Text::within(text, tag, self.language.tag())
    }

    /// Chooses a text in the language of the page, else in `fallback`, else in any.
    pub(crate) fn choose(&self, texts: &Texts, fallback: &str) -> Text {
        Text::choose(texts, self.language.tag(), fallback, self.language.tag())
    }

    /// An address of the site, which goes on in the language that the visitor chose.
    pub(crate) fn link(&self, address: &str) -> String {
        if !self.is_chosen {
            return address.to_owned();
        }
        let (path, fragment) = address
            .split_once('#')
            .map_or((address, String::new()), |(path, fragment)| (path, format!("#{fragment}")));
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}lang={}{fragment}", self.language.tag())
    }

    /// The language to name in forms.
    pub(crate) fn chosen(&self) -> Option<&'static str> {
        self.is_chosen.then(|| self.language.tag())
    }

    /// This same address in the other language.
    fn switched(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let pairs = form_urlencoded::parse(self.uri.query().unwrap_or("").as_bytes());
        query.extend_pairs(pairs.filter(|(key, _)| key != "lang"));
        query.append_pair("lang", self.language.other().tag());
        // One slash: two would name another site.
        format!("/{}?{}", self.uri.path().trim_start_matches('/'), query.finish())
    }

    /// The frame of a page.
    pub(crate) fn layout(&self, portal: &Portal) -> Layout {
        Layout {
            context: self.clone(),
            site: portal.config().site_name.clone(),
            switched: self.switched(),
            style_sheet: &assets::STYLE_SHEET.address,
            icon: &assets::ICON.address,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.uri, &parts.headers))
    }
}

/// The address of this site, as the request names it: some formats take no address without a host.
fn site(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let named = || text(header::HOST.as_str())?.parse::<Authority>().ok();
    let host = uri.authority().cloned().or_else(named)?;
    // A proxy that takes TLS off says so.
    let scheme = if text("x-forwarded-proto") == Some("https") { "https" } else { "http" };
    // Of the authority only host and port: it may also name a user.
    let port = host.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{scheme}://{}{port}", host.host()))
}

/// The frame of a page.
#[derive(Debug)]
pub(crate) struct Layout {
    context: RequestContext,
    /// Name of the site.
    pub site: String,
    /// This page in the other language.
    pub switched: String,
    /// Address of the style sheet.
    pub style_sheet: &'static str,
    /// Address of the icon.
    pub icon: &'static str,
}

impl Layout {
    pub(crate) fn language(&self) -> &'static str {
        self.context.language.tag()
    }

    pub(crate) fn other_language(&self) -> &'static str {
        self.context.language.other().tag()
    }

    pub(crate) fn chosen(&self) -> Option<&'static str> {
        self.context.chosen()
    }

    pub(crate) fn link(&self, address: &str) -> String {
        self.context.link(address)
    }

    /// Whether the page is the one at `path`.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        self.context.uri.path() == path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(address: &str, accept_language: &str) -> RequestContext {
        let headers =
            HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, accept_language.parse().unwrap())]);
        RequestContext::of(&address.parse().unwrap(), &headers)
    }

    #[test]
    fn an_address_that_names_the_language_stays_in_it() {
        let chosen = context("/a?lang=en", "nl");
        assert_eq!(chosen.language, Language::English);
        assert_eq!(chosen.link("/b?q=1#c"), "/b?q=1&lang=en#c");
        let accepted = context("/a", "en");
        assert_eq!(accepted.language, Language::English);
        assert_eq!(accepted.link("/b#c"), "/b#c");
        assert_eq!(context("/a?lang=xx", "").language, Language::Dutch);
    }

    #[test]
    fn the_other_language_is_at_the_same_address() {
        assert_eq!(
            context("/zoeken?q=a%26b&lang=en&year=2021", "").switched(),
            "/zoeken?q=a%26b&year=2021&lang=nl"
        );
        assert_eq!(context("//elsewhere.nl/x", "").switched(), "/elsewhere.nl/x?lang=en");
    }

    #[test]
    fn the_site_is_where_the_request_found_it() {
        let site = |address: &'static str, host: &'static str, scheme: &'static str| {
            let host = (header::HOST, HeaderValue::from_static(host));
            let scheme = (
                axum::http::HeaderName::from_static("x-forwarded-proto"),
                HeaderValue::from_static(scheme),
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
