//! Abbreviations that texts explain: "women, peace and security (WPS)", "WPS (women, peace and security)".
//!
//! The algorithm is that of Schwartz and Hearst ("A simple algorithm for identifying abbreviation definitions in biomedical
//! text", 2003): the letters of the short form are looked for in the long one from the end, and the first one begins a word.

use std::collections::BTreeSet;

use dutch::synonyms::Concept;
use model::{Abbreviation, Contribution, Framework};
use wire::v1::WideningSource;

use crate::index::{concepts::Concepts, stop_words::is_stop_word};

/// The largest number of characters of a short form.
const MAX_SHORT: usize = 10;
/// The largest number of characters of a long form.
const MAX_LONG: usize = 100;
/// The largest number of pairs of one text.
const MAX_PAIRS: usize = 100;

/// The largest number of pairs of an edition.
const MAX_OF_EDITION: usize = 2_000;

/// A short form with its long one.
pub(crate) type Pair = (String, String);

/// The abbreviations of an edition: those that its framework lists, and those that its texts explain.
pub(crate) fn of_edition(framework: &Framework, contributions: &[Contribution]) -> BTreeSet<Pair> {
    let language = &framework.language;
    let listed = framework.abbreviations.iter().map(|Abbreviation { short, long }| {
        (short.clone(), long.get(language, language).chars().take(MAX_LONG).collect())
    });
    let passages = contributions.iter().flat_map(|contribution| &contribution.passages);
    let explained = passages.flat_map(|passage| explained(&passage.text));
    listed.chain(explained).take(MAX_OF_EDITION).collect()
}

/// Abbreviations as they are looked up.
pub(crate) fn concepts(pairs: &BTreeSet<Pair>) -> Concepts {
    let concept = |(short, long): &Pair| Concept {
        terms: vec![short.clone(), long.clone()],
        ..Concept::default()
    };
    let mut concepts = Concepts::default();
    concepts.add(pairs.iter().map(concept).collect(), WideningSource::Abbreviation);
    concepts
}

/// The abbreviations that a text explains.
pub(crate) fn explained(text: &str) -> BTreeSet<Pair> {
    let mut pairs = BTreeSet::new();
    for (open, _) in text.match_indices('(') {
        let before = sentence_before(&text[..open]);
        let Some(length) = text[open + 1..].find([')', '(']) else { break };
        let inside = text[open + 1..open + 1 + length].trim();
        // What follows a comma or semicolon explains something else.
        let inside = inside.split([';', ':']).next().unwrap_or_default().trim();
        let last = before.split_whitespace().next_back().unwrap_or_default();
        let pair = if is_short(inside) {
            long_form(inside, before).map(|long| (inside, long))
        } else if is_short(last) {
            long_form(last, inside).filter(|long| *long == inside).map(|long| (last, long))
        } else {
            None
        };
        pairs.extend(pair.map(|(short, long)| (singular(short).to_owned(), long.to_owned())));
        if pairs.len() >= MAX_PAIRS {
            break;
        }
    }
    pairs
}

/// What stands between the last end of a sentence and here.
fn sentence_before(text: &str) -> &str {
    let text = text.trim_end();
    let start = text.rfind(['.', '!', '?', ';', '(', ')', '\n']).map_or(0, |place| place + 1);
    text[start..].trim_start()
}

/// Whether this may be a short form: two capitals or more, in one word, and no Roman numeral.
fn is_short(text: &str) -> bool {
    let capitals = text.chars().filter(|letter| letter.is_uppercase()).count();
    let letters = text.chars().count();
    let is_roman = text.chars().all(|letter| "IVXLCDM".contains(letter));
    let is_word = text.chars().all(|letter| letter.is_alphanumeric() || "-&+/".contains(letter));
    2 <= capitals
        && letters <= MAX_SHORT
        && is_word
        && !is_roman
        && text.starts_with(char::is_alphabetic)
}

/// A short form without the -s of a plural.
fn singular(short: &str) -> &str {
    short.strip_suffix('s').filter(|rest| rest.ends_with(char::is_uppercase)).unwrap_or(short)
}

/// The shortest end of a text that has the letters of a short form in their order, the first one at the beginning of a word.
fn long_form<'a>(short: &str, before: &'a str) -> Option<&'a str> {
    let letters: Vec<char> = singular(short)
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let mut places: Vec<(usize, char)> = before.char_indices().collect();
    for (left, wanted) in letters.iter().enumerate().rev() {
        loop {
            let (place, letter) = places.pop()?;
            let begins = places.last().is_none_or(|(_, letter)| !letter.is_alphanumeric());
            if letter.to_lowercase().eq(std::iter::once(*wanted)) && (left != 0 || begins) {
                if left == 0 {
                    return complete(short, &before[begin_of(before, place, *wanted)..]);
                }
                break;
            }
        }
    }
    None
}

/// One word further to the left, where that one begins with the first letter too and no other word is between.
fn begin_of(text: &str, place: usize, first: char) -> usize {
    let before = text[..place].trim_end();
    let word = before.rfind(char::is_whitespace).map_or(0, |space| space + 1);
    let starts = before[word..]
        .chars()
        .next()
        .is_some_and(|letter| letter.to_lowercase().eq(std::iter::once(first)));
    if starts && !is_stop_word(&before[word..]) { word } else { place }
}

/// A long form that is longer than the short one, does not contain it, and does not begin with a word that says nothing.
fn complete<'a>(short: &str, long: &'a str) -> Option<&'a str> {
    let long = long.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    let words = long.split_whitespace().count();
    let letters = short.chars().count();
    let first = long.split_whitespace().next()?;
    let is_long = letters < long.chars().count() && long.chars().count() <= MAX_LONG;
    let has_few_words = words <= (letters + 5).min(letters * 2);
    let contains = long.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == short);
    (is_long && has_few_words && !contains && !is_stop_word(first)).then_some(long)
}

#[cfg(test)]
mod tests {
    use model::LocalizedText;
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let found: Vec<Pair> = explained(text).into_iter().collect();
        let expected: Vec<Pair> = expected
            .iter()
            .map(|(short, long)| ((*short).to_owned(), (*long).to_owned()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn both_orders_are_found() {
        check(
            "De agenda Women, Peace and Security (WPS).",
            &[("WPS", "Women, Peace and Security")],
        );
        check(
            "Het WPS (Women, Peace and Security) netwerk",
            &[("WPS", "Women, Peace and Security")],
        );
        check("het Nationaal Actieplan (NAP) loopt", &[("NAP", "Nationaal Actieplan")]);
        check("door niet-gouvernementele organisaties (NGO's)", &[]);
        check("Human Rights Defenders (HRDs)", &[("HRD", "Human Rights Defenders")]);
        check(
            "het ministerie van Buitenlandse Zaken (BZ) en Defensie (DEF)",
            &[("BZ", "Buitenlandse Zaken"), ("DEF", "Defensie")],
        );
    }

    #[test]
    fn those_that_a_framework_lists_are_of_its_editions() {
        let listed = Abbreviation {
            short: "NAP".into(),
            long: LocalizedText::of("nl", "Nationaal Actieplan"),
        };
        let framework = Framework { abbreviations: vec![listed], ..testkit::framework() };
        let expected = ("NAP".to_owned(), "Nationaal Actieplan".to_owned());
        assert_eq!(of_edition(&framework, &[]), BTreeSet::from([expected]));
    }

    #[test]
    fn what_explains_nothing_is_left() {
        for text in [
            "dat is zo (zie ook III)",
            "in de tekst (NAVO)",
            "de vrede (in Irak) en",
            "(WPS)",
            "WPS ()",
            "een (",
            "Veiligheid. Women (WPS)",
            "the women and peace (TW)",
        ] {
            check(text, &[]);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "[A-Za-z ().,;é&-]{0,80}") {
            for (short, long) in explained(&text) {
                prop_assert!(text.contains(&long) && text.contains(&short));
            }
        }
    }
}
