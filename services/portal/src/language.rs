//! Which language a visitor gets, and texts that are in another.

use std::{collections::BTreeMap, fmt};

use askama::filters::HtmlSafe;
use messages::Language;
use richtext::html::escape;

/// Texts by language tag.
pub(crate) type Texts = BTreeMap<String, String>;

/// Languages of an `Accept-Language` header that are looked at.
const MAX_ACCEPTED: usize = 20;

/// The language that an `Accept-Language` header prefers; Dutch where it names neither.
pub(crate) fn accepted(header: &str) -> Language {
    let named: Vec<&str> = header.split(',').take(MAX_ACCEPTED).collect();
    accept_language::parse_with_quality(&named.join(","))
        .into_iter()
        .filter(|(_, quality)| 0.0 < *quality)
        .find_map(|(tag, _)| Language::from_tag(&tag))
        .unwrap_or(Language::Dutch)
}

/// A text on a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Said {
    /// The text.
    pub text: String,
    /// Its language, where that is not the page's.
    pub foreign: Option<String>,
}

impl Said {
    /// A text in the language with this tag, on a page in `page`; without a tag it is the page's own.
    pub(crate) fn of(text: &str, tag: &str, page: Language) -> Self {
        Self {
            text: text.to_owned(),
            foreign: (tag != page.tag() && !tag.is_empty()).then(|| tag.to_owned()),
        }
    }

    /// Takes a text in the language of the page, else in `fallback`, else in any.
    pub(crate) fn pick(texts: &Texts, fallback: &str, page: Language) -> Self {
        let found = [page.tag(), fallback]
            .iter()
            .find_map(|tag| texts.get_key_value(*tag))
            .or_else(|| texts.iter().next());
        found.map(|(tag, text)| Self::of(text, tag, page)).unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// As HTML: escaped, and marked where it is in another language than the page.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = escape(&self.text);
        match &self.foreign {
            Some(tag) => write!(f, "<span lang=\"{}\">{text}</span>", escape(tag)),
            None => f.write_str(&text),
        }
    }
}

impl HtmlSafe for Said {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_language_wins_and_dutch_is_first() {
        for (header, expected) in [
            ("", Language::Dutch),
            ("fr, de;q=0.5", Language::Dutch),
            ("en", Language::English),
            ("en-GB,en;q=0.9,nl;q=0.8", Language::English),
            ("en;q=0.5, nl-NL", Language::Dutch),
            ("en;q=0", Language::Dutch),
            ("en;q=x", Language::Dutch),
            ("en;q=NaN, nl;q=0.1", Language::Dutch),
        ] {
            assert_eq!(accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn a_text_in_another_language_says_so() {
        let texts = Texts::from([("nl".to_owned(), "doel".to_owned())]);
        assert_eq!(
            Said::pick(&texts, "nl", Language::English),
            Said { text: "doel".into(), foreign: Some("nl".into()) }
        );
        assert_eq!(
            Said::pick(&texts, "nl", Language::Dutch),
            Said { text: "doel".into(), foreign: None }
        );
        assert!(Said::pick(&Texts::new(), "nl", Language::Dutch).is_empty());
    }

    #[test]
    fn a_text_is_escaped_as_it_is_written() {
        assert_eq!(
            Said::of("<b>&", "n\"l", Language::English).to_string(),
            "<span lang=\"n&quot;l\">&lt;b&gt;&amp;</span>"
        );
        assert_eq!(Said::of("<b>", "nl", Language::Dutch).to_string(), "&lt;b&gt;");
    }
}
