//! Words that carry no meaning of their own. They are left out of groups that have other words.

/// Those of Dutch.
const DUTCH: &[&str] = &[
    "aan", "al", "alle", "als", "bij", "dat", "de", "der", "deze", "die", "dit", "door", "een",
    "en", "er", "had", "heeft", "hebben", "het", "hoe", "hoeveel", "ik", "in", "is", "kan",
    "kunnen", "me", "met", "moet", "naar", "niet", "nog", "of", "om", "onder", "ook", "op", "over",
    "te", "tot", "uit", "van", "voor", "waar", "wat", "was", "we", "welk", "welke", "werd", "wie",
    "word", "worden", "wordt", "zich", "zijn", "zo",
];
/// Those of English.
const ENGLISH: &[&str] = &[
    "an", "and", "are", "as", "at", "by", "do", "does", "for", "from", "had", "has", "have", "how",
    "in", "into", "is", "it", "its", "many", "me", "much", "of", "on", "or", "over", "that", "the",
    "their", "these", "they", "this", "those", "to", "under", "was", "we", "were", "what", "when",
    "where", "which", "with",
];

/// The words of a language, or of a text whose language is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopWords {
    Dutch,
    English,
    Either,
}

impl StopWords {
    /// Those of the texts in a language.
    pub(crate) fn of_language(tag: &str) -> Self {
        if tag.starts_with("en") { Self::English } else { Self::Dutch }
    }

    /// Those of the language of a query, which its own tell; where they do not, those of both.
    pub(crate) fn of_query<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut more_of_dutch = 0;
        for word in words {
            match (Self::Dutch.has(word), Self::English.has(word)) {
                (true, false) => more_of_dutch += 1,
                (false, true) => more_of_dutch -= 1,
                (true, true) | (false, false) => {}
            }
        }
        match more_of_dutch {
            0 => Self::Either,
            1.. => Self::Dutch,
            ..0 => Self::English,
        }
    }

    /// Whether a word, in any case, is one of them.
    pub(crate) fn has(self, word: &str) -> bool {
        let word = word.to_lowercase();
        let is_in = |words: &[&str]| words.contains(&word.as_str());
        match self {
            Self::Dutch => is_in(DUTCH),
            Self::English => is_in(ENGLISH),
            Self::Either => is_in(DUTCH) || is_in(ENGLISH),
        }
    }
}

/// Whether a word, in any case, carries no meaning of its own in either language.
pub(crate) fn is_stop_word(word: &str) -> bool {
    StopWords::Either.has(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_the_stop_words_of_its_language() {
        let of = |query: &str| StopWords::of_query(query.split(' '));
        assert_eq!(of("those that die in the war"), StopWords::English);
        assert_eq!(of("de strijd van the hague"), StopWords::Dutch);
        assert_eq!(of("vrede in was"), StopWords::Either);
        assert!(!StopWords::English.has("die") && StopWords::Dutch.has("Die"));
        assert!(is_stop_word("die") && is_stop_word("these") && !is_stop_word("vrede"));
    }
}
