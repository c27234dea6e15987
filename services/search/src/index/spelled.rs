//! Numbers that are written in words, such as `vijfentachtigduizend` and `drie miljoen`.

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use text2num::{Language, Token, find_numbers};

use crate::index::numbers::{Found, scaled};

/// The smallest number that is read from words: `een` is an article, and `ten` and `elf` are words of the other language.
const MIN: f64 = 12.0;
/// Words that are no number without one before them, with the zeros that they add.
const MULTIPLIERS: [(&str, usize); 6] = [
    ("duizend", 3),
    ("miljoen", 6),
    ("miljard", 9),
    ("thousand", 3),
    ("million", 6),
    ("billion", 9),
];
/// Parts of one that stand before these, in tenths.
const FRACTIONS: [(&str, &str, &str); 3] =
    [("anderhalf", "1", "5"), ("half", "0", "5"), ("half a", "0", "5")];

static DUTCH: LazyLock<Language> = LazyLock::new(Language::dutch);
static ENGLISH: LazyLock<Language> = LazyLock::new(Language::english);

/// A word and where it stands.
struct Word<'a> {
    text: &'a str,
    place: Range<usize>,
    /// Whether something other than a space or a hyphen parts it from the word before.
    is_parted: bool,
}

impl Token for &Word<'_> {
    fn text(&self) -> Cow<'_, str> {
        self.text.into()
    }

    fn text_lowercase(&self) -> Cow<'_, str> {
        self.text.to_lowercase().into()
    }

    fn nt_separated(&self, _: &Self) -> bool {
        self.is_parted
    }

    /// Digits are read by others.
    fn not_a_number_part(&self) -> bool {
        self.text.contains(|letter: char| letter.is_ascii_digit())
    }
}

/// The numbers in words of a text in a language; of one whose language is not known, those of both.
pub(crate) fn numbers(text: &str, language: Option<&str>) -> Vec<Found> {
    let words = words(text);
    match language {
        Some(tag) if tag.starts_with("en") => in_language(&words, &ENGLISH),
        Some(_) => in_language(&words, &DUTCH),
        None => {
            let mut found = in_language(&words, &DUTCH);
            let is_other = |other: &Found| {
                found.iter().all(|one| {
                    one.place.end <= other.place.start || other.place.end <= one.place.start
                })
            };
            let english: Vec<Found> =
                in_language(&words, &ENGLISH).into_iter().filter(is_other).collect();
            found.extend(english);
            found
        }
    }
}

fn in_language(words: &[Word<'_>], language: &Language) -> Vec<Found> {
    let mut found: Vec<Found> = fractions(words).collect();
    for number in find_numbers(words.iter(), language, MIN) {
        let Some([first, .., last] | [first @ last]) = words.get(number.start..number.end) else {
            continue;
        };
        let is_multiplier =
            MULTIPLIERS.iter().any(|(word, _)| first.text.eq_ignore_ascii_case(word));
        // `duizend` alone is a number; behind digits or a part of one it is none.
        let before = number.start.checked_sub(1).and_then(|before| words.get(before));
        let has_own = is_multiplier
            && (!first.text.eq_ignore_ascii_case("duizend") || before.is_some_and(is_factor));
        if number.is_ordinal || number.value < MIN || has_own {
            continue;
        }
        let terms: Vec<String> = scaled(&number.text, "", 0).into_iter().collect();
        let is_whole = number.text.bytes().all(|digit| digit.is_ascii_digit());
        if is_whole && !terms.is_empty() {
            found.push(Found { terms, place: first.place.start..last.place.end });
        }
    }
    found
}

/// Whether a word multiplies what follows, as in `2 duizend` and `anderhalf duizend`.
fn is_factor(word: &Word<'_>) -> bool {
    let is_fraction = FRACTIONS.iter().any(|(name, ..)| word.text.eq_ignore_ascii_case(name));
    is_fraction || word.text.contains(|letter: char| letter.is_ascii_digit())
}

/// Parts of a thousand, a million or a billion.
fn fractions(words: &[Word<'_>]) -> impl Iterator<Item = Found> {
    words.windows(2).filter_map(|pair| {
        let [fraction, multiplier] = pair else { return None };
        let named = |(name, ..): &&(&str, &str, &str)| fraction.text.eq_ignore_ascii_case(name);
        let (_, whole, tenths) = FRACTIONS.iter().find(named)?;
        let known = |(word, _): &&(&str, usize)| multiplier.text.eq_ignore_ascii_case(word);
        let (_, zeros) = MULTIPLIERS.iter().find(known)?;
        let terms = scaled(whole, tenths, *zeros).into_iter().collect();
        let place = fraction.place.start..multiplier.place.end;
        (!multiplier.is_parted).then_some(Found { terms, place })
    })
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut at = 0;
    while let Some(length) = text[at..].find(char::is_alphanumeric) {
        let start = at + length;
        let rest = &text[start..];
        let end = rest
            .find(|letter: char| !letter.is_alphanumeric())
            .map_or(text.len(), |length| start + length);
        let is_parted = text[at..start].contains(|sign: char| !sign.is_whitespace() && sign != '-');
        words.push(Word { text: &text[start..end], place: start..end, is_parted });
        at = end;
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, language: Option<&str>, expected: &[(&str, &str)]) {
        let found = numbers(text, language);
        let found: Vec<(&str, &str)> =
            found.iter().map(|one| (one.terms[0].as_str(), &text[one.place.clone()])).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_number_in_words_is_the_number() {
        for (text, number) in [
            ("vijfentachtigduizend", "85000"),
            ("drie miljoen", "3000000"),
            ("tweeëntwintig", "22"),
            ("Honderdtwintig", "120"),
            ("drieduizendvierhonderd", "3400"),
            ("duizend", "1000"),
            ("anderhalf miljoen", "1500000"),
            ("half miljard", "500000000"),
        ] {
            check(text, Some("nl"), &[(number, text)]);
        }
        check("eighty-five thousand", Some("en"), &[("85000", "eighty-five thousand")]);
        check("three million", None, &[("3000000", "three million")]);
        check("twaalf, dertien", None, &[("12", "twaalf"), ("13", "dertien")]);
    }

    #[test]
    fn what_is_no_number_of_its_own_is_left() {
        for text in [
            "een van de twee",
            "35 miljoen",
            "2 duizend",
            "ten behoeve van",
            "elf",
            "duizenden",
            "achtergrond",
            "het twintigste jaar",
            "",
        ] {
            check(text, None, &[]);
        }
        check("ten women", Some("en"), &[]);
    }

    proptest! {
        #[test]
        fn any_text_has_numbers_at_places_of_it(text in "(drie|miljoen|half|en|twintig|[ ,.é-]|5){0,12}") {
            for found in numbers(&text, None) {
                prop_assert!(text.get(found.place).is_some());
                prop_assert!(!found.terms.is_empty());
            }
        }
    }
}
