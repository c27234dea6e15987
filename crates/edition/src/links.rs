//! Where the anchors of an edition are found from the page that is written.
//!
//! Invariant: an anchor is found in the chapter of its organisation, whose code it begins with; what begins with an
//! underscore is of the edition as a whole.

/// How a page links to the anchors of an edition, and whether it has them itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// Address of the edition; empty where all of it stands on this page.
    edition: String,
    /// What stands in an address between path and fragment.
    query: String,
    place: Place,
}

/// What a page has of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// All of it.
    Whole,
    /// One chapter; with an empty code, what is of the edition as a whole.
    Chapter(String),
    /// Quotations: the same contribution may stand there twice, so that none has an id.
    Quoted,
}

impl Links {
    /// On a page that has all of the edition.
    pub fn within() -> Self {
        Self { edition: String::new(), query: String::new(), place: Place::Whole }
    }

    /// On a page that has one chapter of the edition at this address; with an empty code, what is of the edition as a whole.
    pub fn of_chapter(edition: &str, query: &str, code: &str) -> Self {
        let place = Place::Chapter(code.to_owned());
        Self { edition: edition.to_owned(), query: query.to_owned(), place }
    }

    /// On a page that quotes from the edition at this address.
    pub fn quoted(edition: &str, query: &str) -> Self {
        Self { edition: edition.to_owned(), query: query.to_owned(), place: Place::Quoted }
    }

    /// The address of an anchor.
    pub fn to(&self, anchor: &str) -> String {
        let code = chapter_of(anchor);
        let is_here = match &self.place {
            Place::Whole => true,
            Place::Chapter(here) => here == code,
            Place::Quoted => false,
        };
        if is_here {
            return format!("#{anchor}");
        }
        let Self { edition, query, place: _ } = self;
        let fragment = if anchor == code { String::new() } else { format!("#{anchor}") };
        if code.is_empty() {
            format!("{edition}{query}{fragment}")
        } else {
            format!("{edition}/{code}{query}{fragment}")
        }
    }

    /// Whether this page has the anchors of contributions.
    pub fn has_ids(&self) -> bool {
        self.place != Place::Quoted
    }

    pub(crate) fn is_one_page(&self) -> bool {
        self.place == Place::Whole
    }

    /// Whether this page has the chapter of an anchor, and not others.
    pub(crate) fn is_of(&self, anchor: &str) -> bool {
        matches!(&self.place, Place::Chapter(here) if here == chapter_of(anchor))
    }
}

/// The code of the organisation in whose chapter an anchor is found; empty for what is of the edition as a whole.
fn chapter_of(anchor: &str) -> &str {
    if anchor.starts_with('_') {
        return "";
    }
    anchor.split(['/', ':']).next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_found_in_the_chapter_of_its_organisation() {
        let links = Links::of_chapter("/plan/2021/1", "?lang=en", "bz");
        for (anchor, address) in [
            ("bz/bz-1/p2", "#bz/bz-1/p2"),
            ("bz:1,2", "#bz:1,2"),
            ("def", "/plan/2021/1/def?lang=en"),
            ("def::deel", "/plan/2021/1/def?lang=en#def::deel"),
            ("_matrix", "/plan/2021/1?lang=en#_matrix"),
        ] {
            assert_eq!(links.to(anchor), address);
        }
        assert!(links.is_of("bz::deel") && !links.is_of("_colophon") && links.has_ids());
        assert_eq!(Links::within().to("def/1"), "#def/1");
        let quoted = Links::quoted("/plan/2021/1", "");
        assert_eq!(
            (quoted.to("bz/1"), quoted.has_ids()),
            ("/plan/2021/1/bz#bz/1".to_owned(), false)
        );
    }
}
