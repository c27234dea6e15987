//! Texts in one or more languages.

use std::collections::BTreeMap;

/// A text by BCP 47 language tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocalizedText(pub BTreeMap<String, String>);

impl LocalizedText {
    /// A text in one language.
    pub fn of(language: &str, text: &str) -> Self {
        Self(BTreeMap::from([(language.to_owned(), text.to_owned())]))
    }

    /// Returns the text in `language`, else in `fallback`, else in the first language there is, else the empty text.
    pub fn get(&self, language: &str, fallback: &str) -> &str {
        [language, fallback]
            .iter()
            .find_map(|tag| self.0.get(*tag))
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }

    /// Whether no language has any text.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|text| is_blank(text))
    }
}

/// Of texts in these languages the one that a page in `page` shows: its own, else one in the same language of another region,
/// else the first.
pub fn shown_language<'a>(
    mut languages: impl Iterator<Item = &'a str> + Clone,
    page: &str,
) -> Option<&'a str> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
    let own = languages.clone().find(|tag| *tag == page);
    let near = languages.clone().find(|tag| primary(tag) == primary(page));
    own.or(near).or_else(|| languages.next())
}

/// Whether a text shows nothing: spaces, controls, and what Unicode has without a shape of its own (`Default_Ignorable_Code_Point`).
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_ignorable(c))
}

/// Unicode 16, `DerivedCoreProperties.txt`, `Default_Ignorable_Code_Point`; U+2800 is the braille pattern without a dot.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_shows_the_text_of_its_language_or_the_first() {
        let shown =
            |languages: &[&'static str], page| shown_language(languages.iter().copied(), page);
        assert_eq!(shown(&["nl", "en-GB", "en"], "en"), Some("en"));
        assert_eq!(shown(&["nl", "en-GB"], "en"), Some("en-GB"));
        assert_eq!(shown(&["fr", "en"], "nl"), Some("fr"));
        assert_eq!(shown(&[], "nl"), None);
    }

    #[test]
    fn what_shows_nothing_is_blank() {
        for blank in ["", " \t\n", "\u{200b}\u{feff}", "\u{a0}\u{ad}", "\u{2800}", "\u{3164}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for text in ["a", "\u{200b}-", "\u{301}", "。"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }
}
