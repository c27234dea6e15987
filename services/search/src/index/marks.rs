//! What of a text answers a query, as it is marked there.
//!
//! Invariant: words that are looked for beside each other are marked where they stand so, and numbers where they are whole.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use crate::{
    dimension::Dimension,
    index::{
        numbers::{self, Found},
        schema::Analyser,
        stop_words::is_stop_word,
    },
};

/// What is marked.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// Words, as any analyser has them.
    words: BTreeSet<String>,
    /// Words next to one another, by the first of them.
    phrases: BTreeMap<String, BTreeSet<Vec<String>>>,
    /// Words of which all have to be in a text.
    together: BTreeSet<Vec<String>>,
    numbers: BTreeSet<String>,
    papers: BTreeSet<String>,
    codes: BTreeSet<(Dimension, String)>,
}

/// What is marked in a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Marked {
    /// How many different things.
    pub(crate) distinct: usize,
    /// Where, in order and apart.
    pub(crate) places: Vec<Range<usize>>,
}

impl Marks {
    /// Marks a word, as an analyser has it.
    pub(crate) fn add(&mut self, word: String) {
        self.words.insert(word);
    }

    /// Marks words as the index has them, with at most so many others between them: next to one another as one.
    pub(crate) fn add_phrase(&mut self, words: &[String], slop: u32) {
        match words {
            [first, _, ..] if slop == 0 => {
                self.phrases.entry(first.clone()).or_default().insert(words.to_vec());
            }
            [only] => self.add(only.clone()),
            several => self.add_together(several),
        }
    }

    /// Marks words in a text that has all of them; those that say nothing alone are left out.
    pub(crate) fn add_together(&mut self, words: &[String]) {
        let has_meaning = |word: &&String| {
            1 < word.chars().count()
                && !is_stop_word(word)
                && !word.contains(|letter: char| letter.is_ascii_digit())
        };
        let words: Vec<String> = words.iter().filter(has_meaning).cloned().collect();
        match words.as_slice() {
            [] => {}
            [only] => self.add(only.clone()),
            _ => {
                self.together.insert(words);
            }
        }
    }

    /// Marks numbers, in the form of the index.
    pub(crate) fn add_numbers(&mut self, numbers: &[String]) {
        self.numbers.extend(numbers.iter().cloned());
    }

    /// Marks papers, in the form of the index.
    pub(crate) fn add_papers(&mut self, papers: &[String]) {
        self.papers.extend(papers.iter().cloned());
    }

    /// Records that a code, or what has it as its code, is looked for.
    pub(crate) fn add_codes(&mut self, dimension: Dimension, codes: &[String]) {
        self.codes.extend(codes.iter().map(|code| (dimension, code.clone())));
    }

    /// Whether this code is looked for.
    pub(crate) fn has_code(&self, dimension: Dimension, code: &str) -> bool {
        self.codes.contains(&(dimension, code.to_owned()))
    }

    /// Finds them in a text of a language.
    pub(crate) fn find(&self, text: &str, language: &str) -> Marked {
        let exact = Analyser::Exact.terms(text);
        let mut found = Vec::new();
        found.extend(values(&self.numbers, numbers::numbers, text));
        found.extend(values(&self.papers, numbers::papers, text));
        found.extend(self.phrases_in(&exact));
        let words: Vec<_> =
            Analyser::shown_of(language).terms(text).into_iter().chain(exact).collect();
        let together = self.together_in(&words);
        let is_marked = |word: &String| self.words.contains(word) || together.contains(word);
        found.extend(words.into_iter().filter(|(word, _)| is_marked(word)));
        // The longest of those that begin at one place.
        found.sort_by_key(|(_, place)| (place.start, Reverse(place.end)));
        let mut distinct = BTreeSet::new();
        let mut places: Vec<Range<usize>> = Vec::new();
        for (what, place) in found {
            if places.last().is_none_or(|last| last.end <= place.start) {
                distinct.insert(what);
                places.push(place);
            }
        }
        Marked { distinct: distinct.len(), places }
    }

    /// The words that are marked in a text that has others.
    fn together_in(&self, words: &[(String, Range<usize>)]) -> BTreeSet<String> {
        if self.together.is_empty() {
            return BTreeSet::new();
        }
        let stand: BTreeSet<&String> = words.iter().map(|(word, _)| word).collect();
        let have_all =
            self.together.iter().filter(|group| group.iter().all(|word| stand.contains(word)));
        have_all.flatten().cloned().collect()
    }

    /// The phrases of a text that was cut into words.
    fn phrases_in(&self, words: &[(String, Range<usize>)]) -> Vec<(String, Range<usize>)> {
        let mut found = Vec::new();
        for (at, (word, place)) in words.iter().enumerate() {
            for phrase in self.phrases.get(word).into_iter().flatten() {
                let stands = words
                    .get(at..at + phrase.len())
                    .filter(|words| words.iter().map(|(word, _)| word).eq(phrase));
                let last = stands.and_then(<[_]>::last);
                found.extend(last.map(|(_, last)| (phrase.join(" "), place.start..last.end)));
            }
        }
        found
    }
}

/// Where a text has one of these values.
fn values<'a>(
    wanted: &'a BTreeSet<String>,
    read: fn(&str) -> Vec<Found>,
    text: &str,
) -> impl Iterator<Item = (String, Range<usize>)> + use<'a> {
    let found = if wanted.is_empty() { Vec::new() } else { read(text) };
    found.into_iter().filter_map(|Found { terms, place }| {
        let term = terms.into_iter().find(|term| wanted.contains(term))?;
        Some((term, place))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'a>(marks: &Marks, text: &'a str) -> Vec<&'a str> {
        marks.find(text, "nl").places.into_iter().map(|place| &text[place]).collect()
    }

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(ToOwned::to_owned).collect()
    }

    #[test]
    fn words_of_a_phrase_are_marked_where_they_stand_together() {
        let mut marks = Marks::default();
        marks.add_phrase(&words("vrede en veiligheid"), 0);
        let text = "Vrede, en vrede en veiligheid. De veiligheid.";
        assert_eq!(texts(&marks, text), ["vrede en veiligheid"]);
        marks.add_phrase(&words("vrede de veiligheid"), 3);
        let apart = ["Vrede", "vrede en veiligheid", "veiligheid"];
        assert_eq!(texts(&marks, text), apart);
        assert!(texts(&marks, "De vrede.").is_empty(), "one of them alone");
    }

    #[test]
    fn a_number_is_marked_where_it_is_whole() {
        let mut marks = Marks::default();
        marks.add_numbers(&["11.5".to_owned(), "35000000".to_owned()]);
        marks.add_papers(&["27925".to_owned()]);
        let text = "25,5 % en 11,5 %, € 35 mln, 35 mensen; kst 27 925, nr. 808";
        assert_eq!(texts(&marks, text), ["11,5", "35 mln", "kst 27 925, nr. 808"]);
        assert_eq!(marks.find(text, "nl").distinct, 3);
    }

    #[test]
    fn what_says_nothing_alone_is_not_marked() {
        let mut marks = Marks::default();
        marks.add_together(&words("1 0 b van vrede 2021"));
        assert_eq!(texts(&marks, "1.0-b van de vrede 2021"), ["vrede"]);
    }
}
