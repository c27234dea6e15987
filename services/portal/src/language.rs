//! The languages of the pages, and which one a visitor gets.

use std::{collections::BTreeMap, fmt};

use askama::filters::HtmlSafe;
use richtext::html::escape;

/// Texts by language tag.
pub(crate) type Texts = BTreeMap<String, String>;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Dutch,
    English,
}

impl Language {
    /// Its tag.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Dutch => "nl",
            Self::English => "en",
        }
    }

    /// The other one.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Dutch => Self::English,
            Self::English => Self::Dutch,
        }
    }

    /// The language with this tag, whatever its region.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next().unwrap_or("");
        [Self::Dutch, Self::English]
            .into_iter()
            .find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// The language that an `Accept-Language` header prefers; Dutch where it names neither.
    pub(crate) fn accepted(header: &str) -> Self {
        let mut best = (Self::Dutch, 0.0);
        for part in header.split(',').take(20) {
            let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
            let weight: f32 = weight
                .trim()
                .strip_prefix("q=")
                .and_then(|weight| weight.parse().ok())
                .unwrap_or(0.0);
            if let Some(language) = Self::of_tag(tag).filter(|_| best.1 < weight) {
                best = (language, weight);
            }
        }
        best.0
    }

    /// Takes a text in this language, else in `fallback`, else in any.
    pub(crate) fn pick(self, texts: &Texts, fallback: &str) -> Said {
        let found = [self.tag(), fallback]
            .iter()
            .find_map(|tag| texts.get_key_value(*tag))
            .or_else(|| texts.iter().next());
        found.map(|(tag, text)| self.said(text, tag)).unwrap_or_default()
    }

    /// A text and the language it is in, as part of a page in this language.
    pub(crate) fn said(self, text: &str, tag: &str) -> Said {
        Said {
            text: text.to_owned(),
            foreign: (tag != self.tag() && !tag.is_empty()).then(|| tag.to_owned()),
        }
    }
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
        ] {
            assert_eq!(Language::accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn a_text_in_another_language_says_so() {
        let texts = Texts::from([("nl".to_owned(), "doel".to_owned())]);
        assert_eq!(
            Language::English.pick(&texts, "nl"),
            Said { text: "doel".into(), foreign: Some("nl".into()) }
        );
        assert_eq!(Language::Dutch.pick(&texts, "nl"), Said { text: "doel".into(), foreign: None });
        assert!(Language::Dutch.pick(&Texts::new(), "nl").is_empty());
    }

    #[test]
    fn a_text_is_escaped_as_it_is_written() {
        assert_eq!(
            Language::English.said("<b>&", "n\"l").to_string(),
            "<span lang=\"n&quot;l\">&lt;b&gt;&amp;</span>"
        );
        assert_eq!(Language::Dutch.said("<b>", "nl").to_string(), "&lt;b&gt;");
    }
}
