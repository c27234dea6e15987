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
        lineage::Link,
        numbers::{self, Found},
        schema::Analyser,
        spelled,
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
    /// What indicators that are looked for are in other versions of their frameworks.
    links: Vec<Link>,
    /// What stands for what was asked for.
    widened: Option<Box<Marks>>,
}

/// What is marked in a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Marked {
    /// How many different things.
    pub(crate) distinct: usize,
    /// How many of them as they were asked for.
    pub(crate) typed: usize,
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

    /// Marks what stands for what was asked for.
    pub(crate) fn add_widened(&mut self, other: Self) {
        let Self { words, phrases, together, numbers, papers, codes, links, widened: _ } = other;
        let known = self.widened.get_or_insert_default();
        known.words.extend(words);
        for (first, of_first) in phrases {
            known.phrases.entry(first).or_default().extend(of_first);
        }
        known.together.extend(together);
        known.numbers.extend(numbers);
        known.papers.extend(papers);
        known.codes.extend(codes);
        known.links.extend(links);
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

    /// Records what indicators that are looked for are in other versions.
    pub(crate) fn add_links(&mut self, links: Vec<Link>) {
        self.links.extend(links);
    }

    /// The links to those of a contribution that has none of what was asked for, or has it as another.
    pub(crate) fn links_to(&self, places: &[String]) -> Vec<Link> {
        let mut links: Vec<Link> =
            self.links.iter().filter(|link| places.contains(&link.place)).cloned().collect();
        links.sort();
        links.dedup();
        links
    }

    /// Whether this code is looked for.
    pub(crate) fn has_code(&self, dimension: Dimension, code: &str) -> bool {
        self.codes.contains(&(dimension, code.to_owned()))
    }

    /// Finds them in a text of a language.
    pub(crate) fn find(&self, text: &str, language: &str) -> Marked {
        let mut found: Vec<(String, Range<usize>, bool)> = Vec::new();
        let kinds = [Some((self, true)), self.widened.as_deref().map(|other| (other, false))];
        for (marks, is_typed) in kinds.into_iter().flatten() {
            let of_kind = marks.all_in(text, language).into_iter();
            found.extend(of_kind.map(|(what, place)| (what, place, is_typed)));
        }
        // The longest of those that begin at one place, first as it was asked for.
        found.sort_by_key(|(_, place, is_typed)| (place.start, Reverse((place.end, *is_typed))));
        let (mut distinct, mut typed) = (BTreeSet::new(), BTreeSet::new());
        let mut places: Vec<Range<usize>> = Vec::new();
        for (what, place, is_typed) in found {
            if places.last().is_none_or(|last| last.end <= place.start) {
                if is_typed {
                    typed.insert(what.clone());
                }
                distinct.insert(what);
                places.push(place);
            }
        }
        Marked { distinct: distinct.len(), typed: typed.len(), places }
    }

    /// What is marked in a text, in any order.
    fn all_in(&self, text: &str, language: &str) -> Vec<(String, Range<usize>)> {
        let exact = Analyser::Exact.terms(text);
        let mut found = Vec::new();
        found.extend(values(&self.numbers, numbers::numbers, text));
        let spelled = |text: &str| spelled::numbers(text, Some(language));
        found.extend(values(&self.numbers, spelled, text));
        found.extend(values(&self.papers, numbers::papers, text));
        found.extend(self.phrases_in(&exact));
        let words: Vec<_> =
            Analyser::shown_of(language).terms(text).into_iter().chain(exact).collect();
        let together = self.together_in(&words);
        let is_marked = |word: &String| self.words.contains(word) || together.contains(word);
        found.extend(words.into_iter().filter(|(word, _)| is_marked(word)));
        found
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
fn values(
    wanted: &BTreeSet<String>,
    read: impl Fn(&str) -> Vec<Found>,
    text: &str,
) -> Vec<(String, Range<usize>)> {
    let found = if wanted.is_empty() { Vec::new() } else { read(text) };
    let is_wanted = |Found { terms, place }: Found| {
        let term = terms.into_iter().find(|term| wanted.contains(term))?;
        Some((term, place))
    };
    found.into_iter().filter_map(is_wanted).collect()
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
    fn what_was_asked_for_is_told_from_what_stands_for_it() {
        let mut marks = Marks::default();
        marks.add("vrede".to_owned());
        let mut other = Marks::default();
        other.add("peace".to_owned());
        other.add("vrede".to_owned());
        marks.add_widened(other);
        let counts = |text: &str| {
            let Marked { distinct, typed, .. } = marks.find(text, "nl");
            (distinct, typed)
        };
        assert_eq!(counts("vrede, peace"), (2, 1));
        assert_eq!(counts("peace"), (1, 0));
    }

    #[test]
    fn what_says_nothing_alone_is_not_marked() {
        let mut marks = Marks::default();
        marks.add_together(&words("1 0 b van vrede 2021"));
        assert_eq!(texts(&marks, "1.0-b van de vrede 2021"), ["vrede"]);
    }
}
