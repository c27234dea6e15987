//! Terms that stand for one another, found by their words.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use dutch::synonyms::{self, Concept};
use wire::v1::WideningSource;

use crate::index::{schema::Analyser, stop_words::is_stop_word};

/// The largest number of letters of an abbreviation that has to be written in capitals to be taken for one.
const MAX_CAPITALS: usize = 2;

/// Terms by their first word, as the index has it.
#[derive(Debug, Default)]
pub(crate) struct Concepts {
    groups: Vec<Group>,
    by_first: HashMap<String, Vec<Place>>,
    /// All words of the terms, as they are written.
    words: HashSet<String>,
}

/// A concept: its terms, then those that they find and that do not find them.
#[derive(Debug)]
struct Group {
    terms: Vec<Term>,
    source: WideningSource,
}

#[derive(Debug)]
struct Term {
    text: String,
    /// Its words as the index has them.
    stems: Vec<String>,
}

/// Where a term is.
#[derive(Debug)]
struct Place {
    group: usize,
    term: usize,
}

impl Term {
    fn new(text: String) -> Self {
        let stems = words(&text).into_iter().map(|word| word.stem).collect();
        Self { text, stems }
    }

    /// Whether words begin with it. A short abbreviation has to be typed in capitals.
    fn begins(&self, words: &[QueryWord]) -> bool {
        let is_in_capitals =
            self.text.chars().count() <= MAX_CAPITALS && self.text.chars().all(char::is_uppercase);
        self.stems.len() <= words.len()
            && self.stems.iter().zip(words).all(|(stem, word)| *stem == word.stem)
            && (!is_in_capitals || words[0].typed.chars().all(char::is_uppercase))
            && (self.stems.len() > 1 || !is_stop_word(&words[0].typed))
    }
}

/// What stands for some words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alternative<'a> {
    pub(crate) text: &'a str,
    pub(crate) source: WideningSource,
}

/// A word of a query: as it was typed, and as the index has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueryWord {
    pub(crate) typed: String,
    pub(crate) stem: String,
}

static BUILT_IN: LazyLock<Concepts> = LazyLock::new(|| {
    let mut concepts = Concepts::default();
    concepts.add(synonyms::countries(), WideningSource::Country);
    concepts.add(synonyms::thesaurus(), WideningSource::Thesaurus);
    concepts
});

/// Countries whose names are one word, as the index has it.
static COUNTRIES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let names = synonyms::country_names().map(exact);
    names.filter(|words| words.len() == 1).flatten().collect()
});

/// Whether this word, as the index has it, is the name of a country.
pub(crate) fn is_country(word: &str) -> bool {
    COUNTRIES.contains(word)
}

impl Concepts {
    /// Those that the program holds.
    pub(crate) fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Those of an installation.
    pub(crate) fn of_installation(concepts: Vec<Concept>) -> Self {
        let mut own = Self::default();
        own.add(concepts, WideningSource::Installation);
        own
    }

    /// Adds concepts of a source.
    pub(crate) fn add(&mut self, concepts: Vec<Concept>, source: WideningSource) {
        for Concept { terms, narrower, reason: _ } in concepts {
            let terms: Vec<Term> = terms.into_iter().map(Term::new).collect();
            for (place, term) in terms.iter().enumerate() {
                self.words.extend(exact(&term.text));
                if let Some(first) = term.stems.first() {
                    let place = Place { group: self.groups.len(), term: place };
                    self.by_first.entry(first.clone()).or_default().push(place);
                }
            }
            let terms = terms.into_iter().chain(narrower.into_iter().map(Term::new)).collect();
            self.groups.push(Group { terms, source });
        }
    }

    /// Whether a term has this word, as the index has it.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// The spellings of a country that is called so.
    pub(crate) fn country(&self, name: &str) -> Vec<&str> {
        let wanted = Term::new(name.to_owned()).stems;
        let known = wanted.first().and_then(|first| self.by_first.get(first));
        let places = known.into_iter().flatten();
        let groups = places.filter(|place| self.term(place).stems == wanted);
        let groups = groups.map(|place| &self.groups[place.group]);
        let countries = groups.filter(|group| group.source == WideningSource::Country);
        countries.flat_map(|group| group.terms.iter().map(|term| term.text.as_str())).collect()
    }

    /// The longest term that begins at the first of these words: how many of them it has, and what stands for it.
    pub(crate) fn longest(&self, words: &[QueryWord]) -> Option<(usize, Vec<Alternative<'_>>)> {
        let places = self.by_first.get(&words.first()?.stem)?;
        let known: Vec<&Place> =
            places.iter().filter(|place| self.term(place).begins(words)).collect();
        let length = known.iter().map(|place| self.term(place).stems.len()).max()?;
        let mut alternatives: Vec<Alternative<'_>> = Vec::new();
        for place in known {
            let (named, group) = (&self.term(place).stems, &self.groups[place.group]);
            if named.len() != length {
                continue;
            }
            for Term { text, stems } in &group.terms {
                if stems != named && alternatives.iter().all(|known| known.text != text) {
                    alternatives.push(Alternative { text, source: group.source });
                }
            }
        }
        (!alternatives.is_empty()).then_some((length, alternatives))
    }

    fn term(&self, place: &Place) -> &Term {
        &self.groups[place.group].terms[place.term]
    }
}

/// The words of a text without their stems.
fn exact(text: &str) -> Vec<String> {
    Analyser::Exact.terms(text).into_iter().map(|(word, _)| word).collect()
}

/// The words of a text.
pub(crate) fn words(text: &str) -> Vec<QueryWord> {
    let word = |(stem, place): (String, std::ops::Range<usize>)| QueryWord {
        typed: text[place].to_owned(),
        stem,
    };
    Analyser::Dutch.terms(text).into_iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: Option<(usize, &str)>) {
        let words = words(query);
        let found = Concepts::built_in().longest(&words);
        match expected {
            None => assert_eq!(found, None, "{query}"),
            Some((length, text)) => {
                let (found, alternatives) = found.unwrap_or_else(|| panic!("nothing for {query}"));
                assert_eq!(found, length, "{query}");
                assert!(
                    alternatives.iter().any(|known| known.text == text),
                    "{query}: {alternatives:?}"
                );
            }
        }
    }

    #[test]
    fn the_longest_term_is_found_in_any_form_of_its_words() {
        check("vrouwen, vrede en veiligheid in Irak", Some((4, "WPS")));
        check("Women Peace and Security", Some((4, "vrouwen, vrede en veiligheid")));
        check("wps", Some((1, "women, peace and security")));
        check("Jemen", Some((1, "Yemen")));
        check("zuid-soedan", Some((2, "South Sudan")));
        check("mensenrechtenverdedigers", Some((1, "human rights defender")));
        check("VN", Some((1, "United Nations")));
    }

    #[test]
    fn a_country_is_known_by_its_spelling_and_not_by_its_stem() {
        let known = Concepts::built_in();
        assert!(is_country("polen") && is_country("chili"));
        assert!(!is_country("pool") && !is_country("poolse"));
        assert!(known.has_word("arabie") && !known.has_word("qwerty"));
    }

    #[test]
    fn what_is_a_word_of_its_own_is_no_abbreviation() {
        check("vn", None);
        check("om", None);
        check("qwerty", None);
        assert_eq!(Concepts::built_in().longest(&[]), None);
    }

    #[test]
    fn a_narrower_term_is_found_and_does_not_find() {
        check("gender-based violence", Some((3, "geweld tegen vrouwen")));
        let words = words("geweld tegen vrouwen");
        let (_, alternatives) = Concepts::built_in().longest(&words).unwrap();
        assert!(
            alternatives.iter().all(|known| known.text != "gender-based violence"),
            "{alternatives:?}"
        );
    }
}
