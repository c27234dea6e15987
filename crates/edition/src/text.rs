//! Texts of users as they are shown: every character can be shown, and the language is known.

use std::fmt;

use serde::Serialize;

use crate::{data::Texts, printable};

/// A text of a user, with its language where that is not the view's.
///
/// Invariant: it has no character that a page or a PDF cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Text {
    text: String,
    language: Option<String>,
}

/// A line made of several texts, such as a reason and what is said about it.
pub type Phrase = Vec<Text>;

impl Text {
    /// A text in the language of the view.
    pub fn plain(text: &str) -> Self {
        Self { text: printable::shown(text), language: None }
    }

    /// A text in the language `of`, shown in a view in the language `within`.
    pub fn within(text: &str, of: &str, within: &str) -> Self {
        let is_foreign = !of.is_empty() && primary(of) != primary(within);
        Self { text: printable::shown(text), language: is_foreign.then(|| of.to_owned()) }
    }

    /// Chooses a text: in `language`, else in its primary language, else in `fallback`, else in any.
    pub fn choose(texts: &Texts, language: &str, fallback: &str, within: &str) -> Self {
        let found = [language, primary(language), fallback]
            .iter()
            .find_map(|tag| texts.get_key_value(*tag))
            .or_else(|| texts.iter().next());
        found.map(|(tag, text)| Self::within(text, tag, within)).unwrap_or_default()
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its language, where that is not the view's.
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
    }

    /// Whether some of it is written from right to left: Hebrew, Arabic, Syriac, N'Ko and their like.
    pub fn has_right_to_left(&self) -> bool {
        let is_one = |c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
        self.text.contains(is_one)
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_another_language_says_so() {
        let texts = Texts::from([("nl".to_owned(), "doel".to_owned())]);
        let chosen = |language| Text::choose(&texts, language, "nl", language);
        assert_eq!((chosen("en").as_str(), chosen("en").language()), ("doel", Some("nl")));
        assert_eq!((chosen("nl-BE").as_str(), chosen("nl-BE").language()), ("doel", None));
        assert!(Text::choose(&Texts::new(), "nl", "nl", "nl").is_empty());
    }
}
