//! Words that stand in the indexed texts, looked up in the term dictionaries of all segments.
//!
//! Invariant: the work for one query has a budget, which is counted and not timed: the same query over the same index has
//! the same answer however busy the machine is.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap, HashSet},
};

use tantivy::{
    DocSet as _, Searcher, SegmentReader, TERMINATED, Term,
    query::FuzzyTermQuery,
    schema::{Field, IndexRecordOption},
};
use wire::v1::{Correction, Widening};

/// The largest number of words that a prefix or a misspelt word is expanded to.
const MAX_EXPANSIONS: usize = 50;

/// What the expansions of one query may cost, in terms that they add to it.
const BUDGET: usize = 256;
/// What it costs to walk the dictionaries, in the same unit.
const WALK: usize = 16;
/// The smallest number of letters of a word that may have two edits.
const MIN_TWO_EDITS: usize = 8;
/// How many compounds of a query are looked for in parts too.
const MAX_COMPOUNDS: usize = 16;

/// Which words a word is expanded to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Expansion {
    /// Those that begin with it.
    Completions(String),
    /// Those within one edit of it.
    Spellings(String),
}

/// The expansions of the words of a query, each made once.
#[derive(Debug)]
pub(crate) struct Expansions {
    left: Cell<usize>,
    compounds: RefCell<HashSet<String>>,
    found: RefCell<HashMap<Expansion, Vec<String>>>,
    refused: Cell<u32>,
    widenings: RefCell<Vec<Widening>>,
    corrections: RefCell<Vec<Correction>>,
}

impl Default for Expansions {
    fn default() -> Self {
        Self {
            left: Cell::new(BUDGET),
            compounds: RefCell::default(),
            found: RefCell::default(),
            refused: Cell::new(0),
            widenings: RefCell::default(),
            corrections: RefCell::default(),
        }
    }
}

impl Expansions {
    /// The most frequent of the words; none for what is beyond the budget.
    pub(crate) fn of(&self, expansion: Expansion, vocabulary: Vocabulary<'_>) -> Vec<String> {
        if let Some(found) = self.found.borrow().get(&expansion) {
            return found.clone();
        }
        let found = self.find(&expansion, vocabulary);
        self.found.borrow_mut().insert(expansion, found.clone());
        found
    }

    fn find(&self, expansion: &Expansion, vocabulary: Vocabulary<'_>) -> Vec<String> {
        let Some(left) = self.left.get().checked_sub(WALK).filter(|left| *left != 0) else {
            self.refused.set(self.refused.get() + 1);
            return Vec::new();
        };
        let mut found = match expansion {
            Expansion::Completions(prefix) => vocabulary.completions(prefix),
            Expansion::Spellings(word) => self.spellings(word, vocabulary),
        };
        let left = left.min(self.left.get());
        found.truncate(left);
        self.left.set(left - found.len());
        found
    }

    /// Words within one edit; for a long word that has none, within two.
    fn spellings(&self, word: &str, vocabulary: Vocabulary<'_>) -> Vec<String> {
        let found = vocabulary.within_edits(word, 1);
        if !found.is_empty() || word.chars().count() < MIN_TWO_EDITS {
            return found;
        }
        self.left.set(self.left.get().saturating_sub(WALK));
        vocabulary.within_edits(word, 2)
    }

    /// Whether a compound of the query is looked for in parts too: the first ones are.
    pub(crate) fn takes_compound(&self, word: &str) -> bool {
        let mut taken = self.compounds.borrow_mut();
        if taken.len() < MAX_COMPOUNDS {
            taken.insert(word.to_owned());
        }
        taken.contains(word)
    }

    /// Records what stood for words of the query.
    pub(crate) fn widened(&self, widening: &Widening) {
        let mut known = self.widenings.borrow_mut();
        // Whatever says so.
        let is_same = |known: &Widening| {
            (&known.words, &known.alternative) == (&widening.words, &widening.alternative)
        };
        if !known.iter().any(is_same) {
            known.push(widening.clone());
        }
    }

    /// What stood for words of the query.
    pub(crate) fn widenings(&self) -> Vec<Widening> {
        self.widenings.borrow().clone()
    }

    /// Records what was looked for in the place of a word that no text has.
    pub(crate) fn corrected(&self, word: &str, alternatives: &[String]) {
        let mut known = self.corrections.borrow_mut();
        if !alternatives.is_empty() && known.iter().all(|correction| correction.word != word) {
            known.push(Correction { word: word.to_owned(), alternatives: alternatives.to_vec() });
        }
    }

    /// What was looked for in the place of words that no text has.
    pub(crate) fn corrections(&self) -> Vec<Correction> {
        self.corrections.borrow().clone()
    }

    /// How many words were not expanded.
    pub(crate) fn refused(&self) -> u32 {
        self.refused.get()
    }
}

/// Whether a document has a term. Tantivy's own numbers count documents that are deleted, whose words are to be forgotten.
pub(crate) fn occurs(searcher: &Searcher, term: &Term) -> bool {
    let has = |segment: &SegmentReader| -> tantivy::Result<bool> {
        let inverted = segment.inverted_index(term.field())?;
        if !segment.has_deletes() {
            return Ok(inverted.doc_freq(term)? != 0);
        }
        let Some(mut found) = inverted.read_postings(term, IndexRecordOption::Basic)? else {
            return Ok(false);
        };
        while found.doc() != TERMINATED && segment.is_deleted(found.doc()) {
            found.advance();
        }
        Ok(found.doc() != TERMINATED)
    };
    searcher.segment_readers().iter().any(|segment| has(segment).unwrap_or(false))
}

/// The words of a field.
#[derive(Clone, Copy)]
pub(crate) struct Vocabulary<'a> {
    pub(crate) searcher: &'a Searcher,
    pub(crate) field: Field,
}

impl Vocabulary<'_> {
    /// Returns the query for every word that begins with a prefix.
    pub(crate) fn prefix_query(self, prefix: &str) -> FuzzyTermQuery {
        FuzzyTermQuery::new_prefix(Term::from_field_text(self.field, prefix), 0, true)
    }

    /// Returns the most frequent words that begin with a prefix.
    fn completions(self, prefix: &str) -> Vec<String> {
        self.most_frequent(&self.prefix_query(prefix))
    }

    /// Returns the most frequent words within so many edits of a word: insertions, deletions, replacements, and swaps of
    /// neighbours.
    fn within_edits(self, word: &str, edits: u8) -> Vec<String> {
        let term = Term::from_field_text(self.field, word);
        self.most_frequent(&FuzzyTermQuery::new(term, edits, true))
    }

    /// Walks the term dictionaries along the automaton of a query, and not over all of their terms.
    fn most_frequent(self, query: &FuzzyTermQuery) -> Vec<String> {
        let Ok(automaton) = query.automaton() else { return Vec::new() };
        let mut frequencies: BTreeMap<String, u32> = BTreeMap::new();
        for segment in self.searcher.segment_readers() {
            let Ok(inverted) = segment.inverted_index(self.field) else { continue };
            let Ok(mut terms) = inverted.terms().search(&automaton).into_stream() else { continue };
            while let Some((term, info)) = terms.next() {
                if let Ok(term) = std::str::from_utf8(term) {
                    *frequencies.entry(term.to_owned()).or_default() += info.doc_freq;
                }
            }
        }
        let mut words: Vec<(String, u32)> = frequencies.into_iter().collect();
        words.sort_by(|(one, a), (other, b)| b.cmp(a).then_with(|| one.cmp(other)));
        // What a withdrawn edition alone said is not suggested: its words stay in the dictionary until segments are merged.
        let is_left =
            |word: &String| occurs(self.searcher, &Term::from_field_text(self.field, word));
        words.into_iter().map(|(word, _)| word).filter(is_left).take(MAX_EXPANSIONS).collect()
    }
}

#[cfg(test)]
mod tests {
    use tantivy::TantivyDocument;

    use super::*;
    use crate::index::{document_index::DocumentIndex, payload::WorkingPayload};

    /// An index of these words, each in a segment of its own.
    fn index(words: &[&str]) -> DocumentIndex {
        let index = DocumentIndex::in_memory(15_000_000).unwrap();
        for word in words {
            let mut document = TantivyDocument::new();
            document.add_text(index.fields.exact, word);
            index.add(document).unwrap();
            index.commit(&WorkingPayload::default()).unwrap();
        }
        index
    }

    #[test]
    fn one_edit_is_an_insertion_a_deletion_a_replacement_or_a_swap() {
        for (one, other, expected) in [
            ("jemen", "yemen", true),
            ("vrede", "vreden", true),
            ("vrede", "vred", true),
            ("clingendael", "clingendeal", true),
            ("soedan", "sudan", false),
            ("vrede", "vrede", true),
            ("a", "bcd", false),
        ] {
            let index = index(&[one]);
            let searcher = index.reader.searcher();
            let vocabulary = Vocabulary { searcher: &searcher, field: index.fields.exact };
            let found = vocabulary.within_edits(other, 1);
            assert_eq!(!found.is_empty(), expected, "{one} {other}");
        }
    }

    #[test]
    fn the_most_frequent_words_come_first_and_equally_frequent_ones_by_the_alphabet() {
        let index = index(&["vrede", "vredes", "vrede", "vreden", "oorlog"]);
        let searcher = index.reader.searcher();
        let vocabulary = Vocabulary { searcher: &searcher, field: index.fields.exact };
        assert_eq!(vocabulary.completions("vrede"), ["vrede", "vreden", "vredes"]);
        assert_eq!(vocabulary.within_edits("vredn", 1), ["vrede", "vreden"]);
    }

    #[test]
    fn a_long_word_may_have_two_edits_where_none_is_nearer() {
        let index = index(&["mensenrechten", "soedan"]);
        let searcher = index.reader.searcher();
        let vocabulary = Vocabulary { searcher: &searcher, field: index.fields.exact };
        let of = |word: &str| {
            Expansions::default().of(Expansion::Spellings(word.to_owned()), vocabulary)
        };
        assert_eq!(of("mensnrechtn"), ["mensenrechten"]);
        assert_eq!(of("mensenrechtn"), ["mensenrechten"]);
        assert!(of("sudan").is_empty(), "it is short");
        assert!(of("mnsnrechtn").is_empty(), "three edits");
    }

    #[test]
    fn the_words_of_a_query_share_one_budget_and_each_is_looked_up_once() {
        let words: Vec<String> = ('a'..='z').map(|letter| format!("woord{letter}")).collect();
        let index = index(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let searcher = index.reader.searcher();
        let vocabulary = Vocabulary { searcher: &searcher, field: index.fields.exact };
        let expansions = Expansions::default();
        let of = |word: &str| expansions.of(Expansion::Spellings(word.to_owned()), vocabulary);
        assert_eq!(of("woord").len(), 26);
        let spent = expansions.left.get();
        assert_eq!(BUDGET - spent, WALK + 26);
        assert_eq!(of("woord").len(), 26);
        assert_eq!((expansions.left.get(), expansions.refused()), (spent, 0));
        let found: usize = (0..10).map(|number| of(&format!("woord{number}")).len()).sum();
        assert_eq!(found, 5 * 26);
        assert_eq!(expansions.refused(), 5);
    }
}
