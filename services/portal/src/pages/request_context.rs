//! Who asks: the language to answer in, and the frame that every page has.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Uri, header, request::Parts, uri::Authority},
};
use edition::{Text, data::Texts};
use messages::{Language, Messages};

use crate::{Portal, config::Theme, language::accepted, pages::assets};

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
    /// The address of this site, as the request names it; empty where it names none.
    requested: String,
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
            requested: requested(uri, headers).unwrap_or_default(),
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

    /// An address of the site, which goes on in the language that the visitor chose, unless it names one.
    pub(crate) fn link(&self, address: &str) -> String {
        let query = address.split('#').next().and_then(|address| address.split_once('?'));
        let mut pairs = form_urlencoded::parse(query.map_or("", |(_, query)| query).as_bytes());
        if !self.is_chosen || pairs.any(|(key, _)| key == "lang") {
            return address.to_owned();
        }
        let (path, fragment) = address
            .split_once('#')
            .map_or((address, String::new()), |(path, fragment)| (path, format!("#{fragment}")));
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}lang={}{fragment}", self.language.tag())
    }

    /// What names the language in an address that has nothing else behind its path.
    pub(crate) fn query(&self) -> &'static str {
        match (self.is_chosen, self.language) {
            (false, _) => "",
            (true, Language::Dutch) => "?lang=nl",
            (true, Language::English) => "?lang=en",
        }
    }

    /// The values of a key of the address.
    pub(crate) fn value(&self, key: &str) -> Option<String> {
        let query = self.uri.query().unwrap_or("");
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
    }

    /// What whole addresses of the site begin with: as it is configured, else as the request names it.
    pub(crate) fn site(&self, portal: &Portal) -> String {
        let configured = portal.config().address.trim().trim_end_matches('/');
        if configured.is_empty() { self.requested.clone() } else { configured.to_owned() }
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
            theme: portal.config().theme.clone(),
            root: self.site(portal),
            title: String::new(),
            description: String::new(),
            structured: None,
            theme_sheet: portal.assets().style_sheet.as_ref().map(|sheet| sheet.address.clone()),
            logo: portal.assets().logo.as_ref().map(|logo| logo.address.clone()),
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
fn requested(uri: &Uri, headers: &HeaderMap) -> Option<String> {
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
    /// How the site looks.
    pub theme: Theme,
    /// What stands before a path in a whole address.
    pub root: String,
    /// What the page is, for others that link to it; left out where empty.
    pub title: String,
    /// What is on it, in a sentence.
    pub description: String,
    /// The same for programs.
    pub structured: Option<Structured>,
    /// Address of the style sheet of the theme, where it has one.
    pub theme_sheet: Option<String>,
    /// Address of its logo.
    pub logo: Option<String>,
    /// Address of the style sheet.
    pub style_sheet: &'static str,
    /// Address of the icon.
    pub icon: &'static str,
}

/// What a page is, in the words of schema.org.
#[derive(Debug)]
pub(crate) struct Structured {
    /// Its type.
    pub kind: &'static str,
    /// Its properties.
    pub properties: Vec<(&'static str, String)>,
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

    /// The same with what the page is and says.
    pub(crate) fn described(self, title: &str, description: &str) -> Self {
        Self { title: title.to_owned(), description: description.to_owned(), ..self }
    }

    /// The same with a description for programs.
    pub(crate) fn structured(
        self,
        kind: &'static str,
        properties: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Self {
        let structured = Structured { kind, properties: properties.into_iter().collect() };
        Self { structured: Some(structured), ..self }
    }

    /// The whole address of this page in the language with this tag; none: in whichever the visitor prefers.
    pub(crate) fn whole(&self, tag: Option<&str>) -> String {
        let path = self.context.uri.path();
        match tag {
            Some(tag) => format!("{}{path}?lang={tag}", self.root),
            None => format!("{}{path}", self.root),
        }
    }

    /// Who publishes: the sender, else the site.
    pub(crate) fn sender(&self) -> &str {
        if self.theme.sender.is_empty() { &self.site } else { &self.theme.sender }
    }

    /// The one address of this page.
    pub(crate) fn canonical(&self) -> String {
        self.whole(self.chosen())
    }

    /// The language and country, as Open Graph writes them.
    pub(crate) fn locale(&self) -> &'static str {
        match self.context.language {
            Language::Dutch => "nl_NL",
            Language::English => "en_GB",
        }
    }

    /// Pages at the foot of each page, with the messages that name them.
    #[expect(clippy::unused_self, reason = "a template calls it on what it has")]
    pub(crate) fn footer(&self) -> [(&'static str, &'static str); 6] {
        [
            ("/over", "portal-about"),
            ("/api", "portal-api"),
            ("/toegankelijkheid", "portal-accessibility"),
            ("/volledigheid", "portal-completeness"),
            ("/privacy", "portal-about-privacy"),
            ("/contact", "portal-about-contact"),
        ]
    }

    /// Whether the address chooses nothing.
    pub(crate) fn has_no_choice(&self) -> bool {
        ["jaren", "organisatie"].iter().all(|key| self.context.value(key).is_none())
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
        assert_eq!(chosen.link("/b?lang=nl&q=1#c"), "/b?lang=nl&q=1#c");
        assert_eq!(chosen.link("/b#?lang=nl"), "/b?lang=en#?lang=nl");
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
            super::requested(&Uri::from_static(address), &HeaderMap::from_iter([host, scheme]))
        };
        assert_eq!(site("/", "nap.example:8443", "").as_deref(), Some("http://nap.example:8443"));
        assert_eq!(site("/", "nap.example", "https").as_deref(), Some("https://nap.example"));
        assert_eq!(site("http://a.example/", "", "").as_deref(), Some("http://a.example"));
        for none in ["", "a b", "a\"><b"] {
            assert_eq!(site("/", none, ""), None, "{none}");
        }
    }
}
