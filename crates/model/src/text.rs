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
        self.0.values().all(|text| text.trim().is_empty())
    }
}
