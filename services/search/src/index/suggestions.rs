//! What may be meant by the beginning of a word, from published texts alone.
//!
//! Invariant: nothing is suggested but what contributions of current editions have, and no word that fewer than
//! [`MIN_DOCUMENTS`] of them have.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use dutch::synonyms;
use tantivy::{
    DocSet as _, Searcher, SegmentReader, TERMINATED, Term,
    schema::{Field, IndexRecordOption},
};
use tantivy_fst::{IntoStreamer as _, Map, Streamer as _};
use wire::v1::{Suggestion, SuggestionKind};

use crate::{
    Error,
    dimension::Dimension,
    grammar::Expression,
    index::{
        schema::{Analyser, Fields},
        shown::Shown,
        stop_words::is_stop_word,
    },
};

/// The smallest number of contributions that have a word that is suggested.
const MIN_DOCUMENTS: u64 = 3;
/// The smallest number of letters of a word that is suggested.
const MIN_LETTERS: usize = 4;
/// The largest number of words of a text at which a beginning may stand.
const MAX_BEGINNINGS: usize = 16;
/// The largest number of bytes of a beginning.
const MAX_BYTES: usize = 100;
/// The largest number of beginnings that are looked at for an answer.
const MAX_LOOKED_AT: usize = 10_000;
/// The largest share of one kind in an answer.
const MAX_OF_KIND: usize = 4;

/// What may be suggested.
pub(crate) struct Suggestions {
    /// What most contributions have comes first.
    entries: Vec<Suggestion>,
    /// Places of entries, by their texts from each word on.
    by_beginning: Map<Vec<u8>>,
}

impl Suggestions {
    /// Makes what may be suggested from the current editions of the public index.
    pub(crate) fn of(searcher: &Searcher, fields: &Fields, shown: &Shown) -> Result<Self, Error> {
        let current = Current::of(searcher, fields, &shown.editions.current(None))?;
        let words = current.counts(fields.exact)?;
        let (mut entries, names) = countries(&words);
        for (dimension, kind) in [
            (Dimension::Organisation, SuggestionKind::Organisation),
            (Dimension::Goal, SuggestionKind::Goal),
            (Dimension::Indicator, SuggestionKind::Indicator),
        ] {
            let labels = shown.published_labels.get(&dimension);
            for (value, contributions) in current.counts(fields.of(dimension))? {
                let label = labels.and_then(|labels| labels.get(&value)).cloned();
                let query = Expression::Field { field: dimension, value }.to_string();
                let kind = kind.into();
                entries.extend(label.map(|text| Suggestion { text, query, kind, contributions }));
            }
        }
        let frequent = words.into_iter().filter(|(word, contributions)| {
            *contributions >= MIN_DOCUMENTS && is_word(word) && !names.contains(word)
        });
        entries.extend(frequent.map(|(word, contributions)| Suggestion {
            text: word.clone(),
            query: word,
            kind: SuggestionKind::Word.into(),
            contributions,
        }));
        Self::with(entries)
    }

    fn with(mut entries: Vec<Suggestion>) -> Result<Self, Error> {
        entries.sort_by_key(|entry| {
            (Reverse(entry.contributions), entry.kind, entry.text.clone(), entry.query.clone())
        });
        let mut keys = BTreeSet::new();
        for (place, entry) in (0_u64..).zip(&entries) {
            keys.extend(beginnings(&entry.text).into_iter().map(|text| (key(text, place), place)));
        }
        let by_beginning = Map::from_iter(keys);
        let by_beginning = by_beginning.map_err(|error| Error::Damaged(error.to_string()))?;
        Ok(Self { entries, by_beginning })
    }

    /// Returns what begins so, or has a word that does: what most contributions have comes first. For an empty text, what most
    /// contributions have of all.
    pub(crate) fn beginning(&self, text: &str, limit: usize) -> Vec<Suggestion> {
        let beginning = words(text).join(" ");
        let mut places = BTreeSet::new();
        if beginning.is_empty() {
            places.extend(0..self.entries.len().min(MAX_LOOKED_AT));
        } else {
            // No byte of a text is as large.
            let end = [beginning.as_bytes(), &[0xff]].concat();
            let mut found = self.by_beginning.range().ge(&beginning).lt(&end).into_stream();
            for _ in 0..MAX_LOOKED_AT {
                let Some((_, place)) = found.next() else { break };
                places.extend(usize::try_from(place));
            }
        }
        let mut of_kind: BTreeMap<i32, usize> = BTreeMap::new();
        let is_taken = |entry: &&Suggestion| {
            let count = of_kind.entry(entry.kind).or_default();
            *count += 1;
            *count <= MAX_OF_KIND.max(limit / 3)
        };
        let entries = places.into_iter().filter_map(|place| self.entries.get(place));
        entries.filter(is_taken).take(limit).cloned().collect()
    }
}

/// Which documents are contributions of current editions, by segment.
struct Current<'a>(Vec<(&'a SegmentReader, Vec<bool>)>);

impl<'a> Current<'a> {
    fn of(searcher: &'a Searcher, fields: &Fields, editions: &[String]) -> Result<Self, Error> {
        let mut segments = Vec::new();
        for segment in searcher.segment_readers() {
            let mut is_current = vec![false; segment.max_doc() as usize];
            let inverted = segment.inverted_index(fields.edition)?;
            for edition in editions {
                let term = Term::from_field_text(fields.edition, edition);
                let found = inverted.read_postings(&term, IndexRecordOption::Basic)?;
                let Some(mut found) = found else { continue };
                while found.doc() != TERMINATED {
                    is_current[found.doc() as usize] = !segment.is_deleted(found.doc());
                    found.advance();
                }
            }
            segments.push((segment, is_current));
        }
        Ok(Self(segments))
    }

    /// How many of them have each term of a field; those that none has are left out.
    fn counts(&self, field: Field) -> Result<BTreeMap<String, u64>, Error> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for (segment, is_current) in &self.0 {
            let inverted = segment.inverted_index(field)?;
            let mut terms = inverted.terms().stream()?;
            while let Some((term, info)) = terms.next() {
                let Ok(term) = std::str::from_utf8(term) else { continue };
                let mut found =
                    inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
                let mut documents = 0_u64;
                while found.doc() != TERMINATED {
                    documents += u64::from(is_current[found.doc() as usize]);
                    found.advance();
                }
                if documents != 0 {
                    *counts.entry(term.to_owned()).or_default() += documents;
                }
            }
        }
        Ok(counts)
    }
}

/// Countries that are named in these words, and the words that are their names.
fn countries(counts: &BTreeMap<String, u64>) -> (Vec<Suggestion>, BTreeSet<String>) {
    let (mut found, mut names) = (Vec::new(), BTreeSet::new());
    for country in synonyms::countries() {
        let Some(name) = country.terms.first() else { continue };
        let spellings = country.terms.iter().map(|term| words(term));
        let spellings = spellings.filter(|words| words.len() == 1).flatten();
        let known: Vec<String> = spellings.filter(|word| counts.contains_key(word)).collect();
        let contributions = known.iter().filter_map(|word| counts.get(word)).max();
        found.extend(contributions.map(|contributions| Suggestion {
            text: name.clone(),
            query: Expression::Country(name.clone()).to_string(),
            kind: SuggestionKind::Country.into(),
            contributions: *contributions,
        }));
        names.extend(known);
    }
    (found, names)
}

/// Whether a word says something by itself.
fn is_word(word: &str) -> bool {
    word.chars().count() >= MIN_LETTERS
        && word.chars().all(char::is_alphabetic)
        && !is_stop_word(word)
}

/// Words as the index has them.
fn words(text: &str) -> Vec<String> {
    Analyser::Exact.terms(text).into_iter().map(|(word, _)| word).collect()
}

/// A text from each of its words on.
fn beginnings(text: &str) -> Vec<String> {
    let words = words(text);
    (0..words.len().min(MAX_BEGINNINGS)).map(|first| words[first..].join(" ")).collect()
}

/// A beginning, cut to what is kept of it, with the place of its entry, so that no two are the same.
fn key(beginning: String, place: u64) -> Vec<u8> {
    let mut key = beginning.into_bytes();
    key.truncate(MAX_BYTES);
    key.push(0);
    key.extend(place.to_be_bytes());
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str, kind: SuggestionKind, contributions: u64) -> Suggestion {
        Suggestion {
            text: text.to_owned(),
            query: text.to_owned(),
            kind: kind.into(),
            contributions,
        }
    }

    #[test]
    fn a_beginning_finds_what_has_a_word_that_begins_so() {
        let entries = vec![
            entry("vrede", SuggestionKind::Word, 9),
            entry("vredesmissie", SuggestionKind::Word, 3),
            entry("Vrouwen in vredesoverleg", SuggestionKind::Goal, 5),
            entry("Syrië", SuggestionKind::Country, 4),
        ];
        let suggestions = Suggestions::with(entries).unwrap();
        let found = |text: &str, limit| -> Vec<String> {
            suggestions.beginning(text, limit).into_iter().map(|found| found.text).collect()
        };
        assert_eq!(found("VREDE", 10), ["vrede", "Vrouwen in vredesoverleg", "vredesmissie"]);
        assert_eq!(found("vredes", 1), ["Vrouwen in vredesoverleg"]);
        assert_eq!(found("vrouwen in vr", 10), ["Vrouwen in vredesoverleg"]);
        assert_eq!(found("syri", 10), ["Syrië"]);
        assert_eq!(found("", 2), ["vrede", "Vrouwen in vredesoverleg"]);
        assert!(found("oorlog", 10).is_empty());
    }

    #[test]
    fn no_kind_takes_all_places() {
        let number = |number: u64| format!("woord{number:03}");
        let mut entries: Vec<Suggestion> =
            (0..50).map(|at| entry(&number(at), SuggestionKind::Word, 100 - at)).collect();
        entries.push(entry("Woordvoering", SuggestionKind::Goal, 1));
        let found = Suggestions::with(entries).unwrap().beginning("woord", 10);
        assert_eq!(found.len(), MAX_OF_KIND + 1);
        assert_eq!(found.last().unwrap().text, "Woordvoering");
    }
}
