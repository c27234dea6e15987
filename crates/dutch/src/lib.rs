//! Dutch compounds, cut in two: `wapenexport` is *wapen* and *export*.
//!
//! A word is cut where both parts are words as written, and where their frequencies speak most for it: the geometric mean of
//! how often both occur, weighed by how common the letters between them are (Koehn and Knight, "Empirical methods for compound
//! splitting", 2003). A word that is much more frequent than its parts is left whole, and so is one whose part would be an
//! affix.
//!
//! Frequencies are the numbers of passages of Dutch policy rules and circulars that have a word, in `counts.tsv`, which
//! `count_words.py` makes; `field.txt` adds words of foreign policy that regulations hardly have.

mod lexicon;
pub mod synonyms;

/// The smallest number of letters of a word that is cut.
const MIN_LETTERS: usize = 8;
/// The largest number of letters of a word that is looked at; the longest Dutch words of daily use have fewer.
const MAX_LETTERS: usize = 60;
/// The smallest number of letters of a part.
const MIN_PART: usize = 3;
/// A part of fewer letters has to be frequent: most such sequences stand inside of a word by chance.
const SHORT_PART: usize = 4;
/// How many passages have a part that is that short.
const SHORT_PART_COUNT: u32 = 10;
/// How many times as frequent as its parts a word is that is left whole.
const LEFT_WHOLE: f64 = 10.0;
/// How much the letters between two parts weigh.
const LINK_WEIGHT: f64 = 0.3;
/// The letters between two parts, with the share of compounds that have them, counted in 12,692 compounds.
const LINKS: [(&str, f64); 6] =
    [("", 0.834), ("s", 0.088), ("en", 0.063), ("e", 0.010), ("er", 0.005), ("n", 0.003)];

/// Those that 98 of 100 compounds have.
const FREQUENT_LINKS: [&str; 3] = ["", "s", "en"];

/// A compound, cut in two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compound<'a> {
    /// The first part as a word of its own: `vrede` of `vredesproces`.
    pub modifier: String,
    /// The second part.
    pub head: &'a str,
}

/// Cuts a word in lower case; none where it is no compound, or not known to be one.
pub fn cut(word: &str) -> Option<Compound<'_>> {
    let letters = word.chars().count();
    if !(MIN_LETTERS..=MAX_LETTERS).contains(&letters) || !word.chars().all(char::is_alphabetic) {
        return None;
    }
    let mut best: Option<(f64, f64, Compound<'_>)> = None;
    for (at, _) in word.char_indices().skip(MIN_PART) {
        let (first, head) = word.split_at(at);
        let Some(count_of_head) = count_of_part(head) else { continue };
        for (modifier, prior) in modifiers(first) {
            let Some(count) = count_of_part(&modifier) else { continue };
            let mean = f64::midpoint(f64::from(count).ln(), f64::from(count_of_head).ln());
            let score = mean + LINK_WEIGHT * prior.ln();
            if best.as_ref().is_none_or(|(known, ..)| *known < score) {
                best = Some((score, mean, Compound { modifier, head }));
            }
        }
    }
    let (_, mean, compound) = best?;
    let is_whole = f64::from(lexicon::count(word)).ln() > LEFT_WHOLE.ln() + mean;
    (!is_whole).then_some(compound)
}

/// How often a word occurs that may be a part.
fn count_of_part(part: &str) -> Option<u32> {
    let letters = part.chars().count();
    let count = lexicon::count(part);
    let least = if letters < SHORT_PART { SHORT_PART_COUNT } else { 1 };
    (letters >= MIN_PART && least <= count && !lexicon::is_never_part(part)).then_some(count)
}

/// What the first part may be as a word of its own, with the share of compounds that have what stands between.
fn modifiers(first: &str) -> Vec<(String, f64)> {
    let mut found = Vec::new();
    for (link, share) in LINKS {
        let Some(stem) = first.strip_suffix(link) else { continue };
        found.push((stem.to_owned(), share));
        if matches!(link, "en" | "e" | "er") {
            found.extend(singulars(stem).into_iter().map(|word| (word, share)));
        }
    }
    found
}

/// Compounds that a modifier and a head may make: `wapen` or `wapens` and `export` make `wapenexport`, among others that no text has.
pub fn join(modifier: &str, head: &str) -> Vec<String> {
    if modifier.chars().count() < MIN_PART || head.chars().count() < MIN_PART {
        return Vec::new();
    }
    let mut bases = vec![modifier.to_owned()];
    for ending in ["en", "s"] {
        if let Some(stem) = modifier.strip_suffix(ending) {
            bases.push(stem.to_owned());
            if ending == "en" {
                bases.extend(singulars(stem));
            }
        }
    }
    let mut found: Vec<String> = Vec::new();
    for base in bases {
        for link in FREQUENT_LINKS {
            let word = format!("{base}{link}{head}");
            if word.chars().count() <= MAX_LETTERS && !found.contains(&word) {
                found.push(word);
            }
        }
    }
    found
}

/// The words that a plural ending was put to: *kat* for `katt`, *vraag* for `vrag`, *brief* for `briev`, *huis* for `huiz`.
fn singulars(stem: &str) -> Vec<String> {
    let letters: Vec<char> = stem.chars().collect();
    let [.., before, vowel, last] = *letters.as_slice() else { return Vec::new() };
    let mut found = Vec::new();
    if last == vowel && !is_vowel(last) {
        found.push(letters[..letters.len() - 1].iter().collect());
        return found;
    }
    let hardened = match last {
        'v' => 'f',
        'z' => 's',
        _ => last,
    };
    let with_end = |end: &[char]| letters[..letters.len() - 2].iter().chain(end).collect();
    if !is_vowel(last) && matches!(vowel, 'a' | 'e' | 'o' | 'u') && !is_vowel(before) {
        found.push(with_end(&[vowel, vowel, hardened]));
    }
    if hardened != last {
        found.push(with_end(&[vowel, hardened]));
    }
    found
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(word: &str, expected: Option<(&str, &str)>) {
        let found = cut(word);
        let found = found.as_ref().map(|compound| (compound.modifier.as_str(), compound.head));
        assert_eq!(found, expected, "{word}");
    }

    #[test]
    fn compounds_are_cut_and_what_joins_the_parts_is_taken_off() {
        check("wapenexport", Some(("wapen", "export")));
        check("vredesproces", Some(("vrede", "proces")));
        check("vrouwenrechtenorganisaties", Some(("vrouwenrechten", "organisaties")));
        check("genderanalyse", Some(("gender", "analyse")));
        check("landenbeleid", Some(("landen", "beleid")));
    }

    #[test]
    fn simple_words_and_unknown_ones_stay_whole() {
        for word in
            ["ministerie", "organisaties", "verandering", "samenwerking", "vrede", "qwertyuiop"]
        {
            check(word, None);
        }
        check("", None);
        check(&"wapen".repeat(1_000), None);
        check("574000000", None);
    }

    #[test]
    fn words_are_joined_in_the_forms_that_compounds_have() {
        for (modifier, head, expected) in [
            ("wapens", "export", "wapenexport"),
            ("vrede", "proces", "vredesproces"),
            ("vrouw", "organisatie", "vrouwenorganisatie"),
            ("gender", "analyse", "genderanalyse"),
            ("landen", "beleid", "landenbeleid"),
        ] {
            assert!(join(modifier, head).contains(&expected.to_owned()), "{modifier} {head}");
        }
        assert!(join("aa", "export").is_empty());
        assert!(join(&"wapen".repeat(20), "export").is_empty());
    }

    #[test]
    fn plural_endings_are_undone() {
        assert_eq!(singulars("katt"), ["kat"]);
        assert_eq!(singulars("vrag"), ["vraag"]);
        assert_eq!(singulars("huiz"), ["huis"]);
        assert!(singulars("").is_empty());
    }

    proptest! {
        #[test]
        fn the_head_is_the_end_of_the_word(word in "\\PC{0,40}") {
            if let Some(Compound { modifier, head }) = cut(&word) {
                prop_assert!(word.ends_with(head) && head.len() < word.len());
                prop_assert!(!modifier.is_empty());
            }
        }
    }
}
