//! Links: which addresses are allowed, and in which form they are saved.

use std::ops::Range;

use pulldown_cmark::LinkType;

use crate::{
    document::plain,
    parse::{Builder, Kind, Open},
};

/// How an address may begin.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

impl Builder<'_> {
    pub(super) fn link(&mut self, url: String, range: &Range<usize>) -> Open {
        let is_taken = SCHEMES
            .iter()
            .any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
        if !is_taken || url.chars().any(|c| c.is_control() || c.is_whitespace()) {
            let shown: String = url.chars().take(80).collect();
            self.fault(
                range.start,
                "INVALID_LINK",
                format!(
                    "`{}` is no address; one begins with `https://`, `http://` or `mailto:` and has no spaces",
                    shown.escape_debug()
                ),
            );
        }
        Open::Text { kind: Kind::Link(url), at: range.start, content: Vec::new() }
    }

    /// Refuses a link without text: nobody can follow or find it, and no screen reader reads it.
    pub(super) fn linked_text(&mut self, range: &Range<usize>) {
        let Some(Open::Text { kind: Kind::Link(_), content, .. }) = self.stack.last() else {
            return;
        };
        if plain(content).is_empty() {
            self.fault(range.start, "INVALID_LINK", "the link has no text; say what it leads to");
        }
    }
}

/// The address as a link holds it: with its scheme, which is in lower case.
pub(super) fn address(kind: LinkType, url: &str) -> String {
    if kind == LinkType::Email {
        return format!("mailto:{url}");
    }
    let scheme = SCHEMES.iter().find(|scheme| {
        url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    scheme.map_or_else(|| url.to_owned(), |scheme| format!("{scheme}{}", &url[scheme.len()..]))
}
