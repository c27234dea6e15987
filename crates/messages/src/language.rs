//! The languages that there are messages in.

use unic_langid::LanguageIdentifier;

/// A language that has messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Dutch, which every other language falls back to.
    Dutch,
    /// English.
    English,
}

impl Language {
    /// Each of them, the primary one first.
    pub const ALL: [Self; 2] = [Self::Dutch, Self::English];

    /// Its tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Dutch => "nl",
            Self::English => "en",
        }
    }

    /// The language with this tag, whatever its region.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag: LanguageIdentifier = tag.trim().parse().ok()?;
        Self::ALL.into_iter().find(|language| language.identifier().language == tag.language)
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Dutch => Self::English,
            Self::English => Self::Dutch,
        }
    }

    pub(crate) fn identifier(self) -> LanguageIdentifier {
        self.tag().parse().expect("each tag is a language")
    }
}
