//! Which organisations are meant by words: by a name, or by what is short for one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    dimension::Dimension,
    index::{payload::Labels, schema::Analyser, stop_words::is_stop_word, values},
};

/// The largest number of letters of a short form, and of those that it takes of one word.
const MAX_SHORT: usize = 10;
const MAX_OF_WORD: usize = 3;
/// The smallest number of words with a meaning of what may be shortened, or be said without what kind of organisation it is.
const MIN_WORDS: usize = 2;

/// The names of the organisations of an index.
pub(crate) struct Names<'a> {
    labels: &'a Labels,
    /// Codes by the words of names that have a meaning.
    by_words: HashMap<Vec<String>, BTreeSet<&'a str>>,
    /// Names as they may be shortened, all words of them.
    shortened: Vec<(Vec<String>, &'a str)>,
}

/// Organisations that are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) codes: Vec<String>,
    /// Their names, where words are short for them.
    pub(crate) names: Vec<String>,
}

impl<'a> Names<'a> {
    /// Reads the names of an index. The first word of several names, such as `Ministerie`, is what kind of organisation it is, and
    /// may be left out.
    pub(crate) fn of(labels: &'a Labels) -> Self {
        let known = labels.get(&Dimension::Organisation).into_iter().flatten();
        let names: Vec<(&str, Vec<String>)> =
            known.map(|(code, name)| (code.as_str(), words(name))).collect();
        let mut firsts: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, name) in &names {
            *firsts.entry(name.first().map_or("", String::as_str)).or_default() += 1;
        }
        let mut by_words: HashMap<Vec<String>, BTreeSet<&str>> = HashMap::new();
        let mut shortened = Vec::new();
        for (code, name) in &names {
            by_words.entry(meaningful(name)).or_default().insert(code);
            shortened.push((name.clone(), *code));
            let has_kind = name.first().is_some_and(|first| 1 < firsts[first.as_str()]);
            let rest = name.iter().skip(1).skip_while(|word| is_stop_word(word));
            let rest: Vec<String> = rest.cloned().collect();
            if has_kind && meaningful(&rest).len() >= MIN_WORDS {
                by_words.entry(meaningful(&rest)).or_default().insert(code);
                shortened.push((rest, code));
            }
        }
        shortened.retain(|(name, _)| meaningful(name).len() >= MIN_WORDS);
        Self { labels, by_words, shortened }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_words.is_empty()
    }

    /// What has these words as its name.
    pub(crate) fn called(&self, text: &str) -> Option<Named> {
        let words = words(text);
        let is_edge = |word: Option<&String>| word.is_none_or(|word| is_stop_word(word));
        if is_edge(words.first()) || is_edge(words.last()) {
            return None;
        }
        let codes = self.by_words.get(&meaningful(&words))?;
        let codes = codes.iter().map(|code| (*code).to_owned()).collect();
        Some(Named { codes, names: Vec::new() })
    }

    /// What one word, as it was typed, is the code of or short for. A word of the texts in lower case is short for nothing.
    pub(crate) fn short(&self, typed: &str, is_a_word: bool) -> Option<Named> {
        let capitals = typed.chars().filter(|letter| letter.is_uppercase()).count();
        if is_stop_word(typed) && capitals == 0 {
            return None;
        }
        let mut codes = values::codes(Dimension::Organisation, typed, self.labels);
        if codes.is_empty() && (2 <= capitals || !is_a_word) {
            let letters: Vec<char> = words(typed).concat().chars().collect();
            let is_short = (2..=MAX_SHORT).contains(&letters.len());
            let found =
                self.shortened.iter().filter(|(name, _)| is_short && shortens(&letters, name));
            let found: BTreeSet<&str> = found.map(|(_, code)| *code).collect();
            codes = found.into_iter().map(ToOwned::to_owned).collect();
        }
        let labels = self.labels.get(&Dimension::Organisation)?;
        let names = codes.iter().filter_map(|code| labels.get(code)).cloned().collect();
        (!codes.is_empty()).then_some(Named { codes, names })
    }
}

/// Whether letters are the beginnings of all words of a name, in their order; those without a meaning may be left out.
/// Recursion is bounded by the letters.
fn shortens(letters: &[char], name: &[String]) -> bool {
    let Some((word, rest)) = name.split_first() else { return letters.is_empty() };
    if is_stop_word(word) && shortens(letters, rest) {
        return true;
    }
    let same = word.chars().zip(letters).take_while(|(one, other)| one == *other).count();
    (1..=same.min(MAX_OF_WORD)).any(|length| shortens(&letters[length..], rest))
}

fn words(text: &str) -> Vec<String> {
    Analyser::Exact.terms(text).into_iter().map(|(word, _)| word).collect()
}

fn meaningful(words: &[String]) -> Vec<String> {
    words.iter().filter(|word| !is_stop_word(word)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Labels {
        let names = [
            ("a1", "Ministerie van Buitenlandse Zaken"),
            ("a2", "Ministerie van Justitie en Veiligheid"),
            ("a3", "Ministerie van Defensie"),
            ("a4", "Stichting Vrede en Recht"),
        ];
        let names = names.map(|(code, name)| (code.to_owned(), name.to_owned())).into();
        BTreeMap::from([(Dimension::Organisation, names)])
    }

    fn check(text: &str, called: &[&str], short: &[&str]) {
        let labels = labels();
        let names = Names::of(&labels);
        let codes = |named: Option<Named>| named.map_or(Vec::new(), |named| named.codes);
        assert_eq!(codes(names.called(text)), called, "{text}");
        assert_eq!(codes(names.short(text, true)), short, "{text}");
    }

    #[test]
    fn a_name_is_known_without_what_kind_of_organisation_it_is() {
        check("ministerie van defensie", &["a3"], &[]);
        check("Justitie en Veiligheid", &["a2"], &[]);
        check("Justitie Veiligheid", &["a2"], &[]);
        check("van Defensie", &[], &[]);
        check("Defensie", &[], &[]);
        check("Ministerie", &[], &[]);
        check("Vrede en Recht", &[], &[]);
    }

    #[test]
    fn a_short_form_begins_all_words_of_a_name() {
        for text in ["JenV", "J&V", "JV", "MinJenV", "JusV"] {
            check(text, &[], &["a2"]);
        }
        check("BuZa", &[], &["a1"]);
        check("A3", &[], &["a3"]);
        check("a3", &[], &["a3"]);
        check("BuzaV", &[], &[]);
        check("MD", &[], &["a3"]);
        check("jenv", &[], &[]);
        let labels = labels();
        let named = Names::of(&labels).short("jenv", false).unwrap();
        assert_eq!(named.names, ["Ministerie van Justitie en Veiligheid"]);
    }
}
