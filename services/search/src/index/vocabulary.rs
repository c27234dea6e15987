//! Words that stand in the indexed texts, looked up in the term dictionaries of all segments.

use std::collections::BTreeMap;

use tantivy::{Searcher, Term, query::FuzzyTermQuery, schema::Field};

/// The largest number of words that a prefix or a misspelt word is expanded to.
const MAX_EXPANSIONS: usize = 50;

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
    pub(crate) fn completions(self, prefix: &str) -> Vec<String> {
        self.most_frequent(&self.prefix_query(prefix))
    }

    /// Returns the most frequent words within one insertion, deletion, replacement or swap of neighbours of a word.
    pub(crate) fn within_one_edit(self, word: &str) -> Vec<String> {
        self.most_frequent(&FuzzyTermQuery::new(Term::from_field_text(self.field, word), 1, true))
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
        words.into_iter().take(MAX_EXPANSIONS).map(|(word, _)| word).collect()
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
            let found = vocabulary.within_one_edit(other);
            assert_eq!(!found.is_empty(), expected, "{one} {other}");
        }
    }

    #[test]
    fn the_most_frequent_words_come_first_and_equally_frequent_ones_by_the_alphabet() {
        let index = index(&["vrede", "vredes", "vrede", "vreden", "oorlog"]);
        let searcher = index.reader.searcher();
        let vocabulary = Vocabulary { searcher: &searcher, field: index.fields.exact };
        assert_eq!(vocabulary.completions("vrede"), ["vrede", "vreden", "vredes"]);
        assert_eq!(vocabulary.within_one_edit("vredn"), ["vrede", "vreden"]);
    }
}
