//! Expressions of the grammar as tantivy queries.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
};

use tantivy::{
    Searcher, Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, EmptyQuery, FuzzyTermQuery, Occur, PhraseQuery, Query,
        TermQuery, TermSetQuery,
    },
    schema::{Field as IndexField, IndexRecordOption},
};

use crate::{
    grammar::{Expression, Field},
    index::schema::{Analyser, Dimension, Fields},
};

/// A word as written counts for so much more than one of its other forms.
const EXACT_BOOST: f32 = 1.5;
/// A match in the name of an organisation counts for so little.
const CONTEXT_BOOST: f32 = 0.3;
/// Most words that count towards the score and are marked, of those that a prefix or a misspelt word stands for.
const MAX_EXPANSIONS: usize = 50;
/// Most words of a query that are taken for misspelt: each of them is held against the whole vocabulary.
const MAX_MISSPELT: usize = 16;
/// Shortest word that is looked for with an edit.
const MIN_FUZZY: usize = 5;

/// Words that carry no meaning of their own, in Dutch and English. They are left out of groups that have other words.
const STOP_WORDS: &[&str] = &[
    "aan", "al", "alle", "als", "and", "are", "bij", "by", "dat", "de", "der", "deze", "die",
    "dit", "do", "does", "door", "een", "en", "er", "for", "from", "had", "heeft", "hebben", "het",
    "hoe", "hoeveel", "how", "ik", "in", "is", "kan", "kunnen", "many", "me", "met", "moet",
    "much", "naar", "niet", "nog", "of", "om", "on", "onder", "ook", "op", "or", "over", "te",
    "that", "the", "to", "tot", "uit", "van", "voor", "waar", "wat", "was", "we", "welk", "welke",
    "werd", "what", "where", "which", "wie", "with", "word", "worden", "wordt", "zich", "zijn",
    "zo",
];

/// Filters by dimension: one of the values must hold in each.
pub(crate) type Filters = Vec<(Dimension, Vec<String>)>;

/// What a query is built against.
pub(crate) struct Searchable<'a> {
    pub(crate) fields: &'a Fields,
    pub(crate) searcher: &'a Searcher,
    /// Whether one word of a group is enough.
    pub(crate) is_relaxed: bool,
    /// Whether words of texts that the caller may not find must not help.
    pub(crate) is_restricted: bool,
    /// How many words were taken for misspelt so far.
    pub(crate) misspelt: Cell<usize>,
}

/// A query and the terms that it looks for.
pub(crate) struct Built {
    pub(crate) query: Box<dyn Query>,
    /// Terms to mark in snippets, by analyser.
    pub(crate) terms: BTreeSet<String>,
}

impl Searchable<'_> {
    /// Builds the query of an expression; none asks for everything.
    pub(crate) fn build(&self, expression: Option<&Expression>) -> Built {
        let mut terms = BTreeSet::new();
        let query = expression.map_or_else(
            || Box::new(AllQuery) as Box<dyn Query>,
            |expression| self.query(expression, &mut terms),
        );
        Built { query, terms }
    }

    /// Recursion is bounded by the depth that the grammar takes.
    fn query(&self, expression: &Expression, terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        match expression {
            Expression::Word(word) => self.word(word, terms),
            Expression::Prefix(prefix) => self.prefix(prefix, terms),
            Expression::Phrase { text, slop } => self.phrase(text, *slop, terms),
            Expression::Field { field, value } => Box::new(self.field(*field, value)),
            Expression::Group(members) => self.group(members, terms),
            Expression::And(members) => self.all_of(members, terms),
            Expression::Or(members) => {
                let clauses = members
                    .iter()
                    .map(|member| (Occur::Should, self.query(member, terms)))
                    .collect();
                Box::new(BooleanQuery::new(clauses))
            }
            Expression::Not(inner) => {
                let mut unmarked = BTreeSet::new();
                let inner = self.query(inner, &mut unmarked);
                Box::new(BooleanQuery::new(vec![
                    (Occur::Must, Box::new(AllQuery)),
                    (Occur::MustNot, inner),
                ]))
            }
        }
    }

    fn all_of(&self, members: &[Expression], terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let has_words = members.iter().any(|member| !is_sign(member));
        for member in members {
            match member {
                Expression::Not(inner) => {
                    clauses.push((Occur::MustNot, self.query(inner, &mut BTreeSet::new())));
                }
                member if has_words && is_sign(member) => {}
                member => clauses.push((Occur::Must, self.query(member, terms))),
            }
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    /// Of a group's words most are needed: all of up to two, two thirds of more. Fields and exclusions always hold.
    fn group(&self, members: &[Expression], terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        let is_stop = |member: &Expression| {
            matches!(member, Expression::Word(word) if STOP_WORDS.contains(&word.to_lowercase().as_str()))
                || is_sign(member)
        };
        let has_meaning = members.iter().any(|member| {
            !is_stop(member) && !matches!(member, Expression::Not(_) | Expression::Field { .. })
        });
        let mut optional: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for member in members {
            match member {
                Expression::Not(inner) => {
                    clauses.push((Occur::MustNot, self.query(inner, &mut BTreeSet::new())));
                }
                Expression::Field { .. } => clauses.push((Occur::Must, self.query(member, terms))),
                member if has_meaning && is_stop(member) => {}
                member => optional.push((Occur::Should, self.query(member, terms))),
            }
        }
        let needed = match optional.len() {
            _ if self.is_relaxed => 1,
            0..=2 => optional.len(),
            several => (2 * several).div_ceil(3),
        };
        if optional.is_empty() {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        } else {
            clauses.push((
                Occur::Must,
                Box::new(BooleanQuery::with_minimum_required_clauses(optional, needed)),
            ));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    fn word(&self, word: &str, terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        match exact_terms(word).as_slice() {
            [] => Box::new(EmptyQuery),
            [_] => self.forms(word, terms),
            _ => self.phrase(word, 0, terms),
        }
    }

    /// A word in any of its forms; where no text has one, the words that are one edit away.
    fn forms(&self, word: &str, terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        let fields = self.fields;
        let analysers = [
            (Analyser::Dutch, fields.dutch, 1.0),
            (Analyser::English, fields.english, 1.0),
            (Analyser::Exact, fields.exact, EXACT_BOOST),
            (Analyser::Dutch, fields.context, CONTEXT_BOOST),
        ];
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut is_known = false;
        for (analyser, field, boost) in analysers {
            for (text, _) in analyser.terms(word) {
                let term = Term::from_field_text(field, &text);
                is_known |= self.searcher.doc_freq(&term).unwrap_or(0) != 0;
                clauses.push((Occur::Should, boosted(term, boost)));
                terms.insert(text);
            }
        }
        if is_known || self.is_restricted || word.chars().count() < MIN_FUZZY {
            return Box::new(BooleanQuery::new(clauses));
        }
        if self.misspelt.get() == MAX_MISSPELT {
            return Box::new(EmptyQuery);
        }
        self.misspelt.set(self.misspelt.get() + 1);
        self.any_of(&self.one_edit_away(&exact_terms(word).concat()), terms)
    }

    /// A word that begins so, behind the words before it.
    fn prefix(&self, text: &str, terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        let mut words = exact_terms(text);
        let Some(prefix) = words.pop() else { return Box::new(EmptyQuery) };
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = vec![(
            Occur::Should,
            // Every word that begins so answers, however many there are; the most frequent ones rank the answers.
            Box::new(FuzzyTermQuery::new_prefix(
                Term::from_field_text(self.fields.exact, &prefix),
                0,
                true,
            )),
        )];
        clauses.push((Occur::Should, self.any_of(&self.completions(&prefix), terms)));
        let begins: Box<dyn Query> = Box::new(BooleanQuery::new(clauses));
        if words.is_empty() {
            return begins;
        }
        let before = self.phrase(&words.join(" "), 0, terms);
        Box::new(BooleanQuery::new(vec![(Occur::Must, before), (Occur::Must, begins)]))
    }

    fn phrase(&self, text: &str, slop: u32, terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        let words = exact_terms(text);
        terms.extend(words.iter().cloned());
        let term = |word: &String| Term::from_field_text(self.fields.exact, word);
        match words.as_slice() {
            [] => Box::new(EmptyQuery),
            [word] => boosted(term(word), EXACT_BOOST),
            words => {
                let mut query = PhraseQuery::new(words.iter().map(term).collect());
                query.set_slop(slop);
                Box::new(BoostQuery::new(Box::new(query), EXACT_BOOST))
            }
        }
    }

    fn field(&self, field: Field, value: &str) -> TermQuery {
        let dimension = match field {
            Field::Organisation => Dimension::Organisation,
            Field::Goal => Dimension::Goal,
            Field::Indicator => Dimension::Indicator,
            Field::Pillar => Dimension::Pillar,
            Field::Year => Dimension::Year,
            Field::Cycle => Dimension::Cycle,
            Field::Answer => Dimension::Answer,
        };
        // Codes of these have lower-case letters only; those of a framework are as its author writes them.
        let value = match field {
            Field::Organisation | Field::Cycle | Field::Answer => value.to_lowercase(),
            Field::Goal | Field::Indicator | Field::Pillar | Field::Year => value.to_owned(),
        };
        TermQuery::new(
            Term::from_field_text(self.fields.of(dimension), &value),
            IndexRecordOption::Basic,
        )
    }

    fn any_of(&self, words: &[String], terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        terms.extend(words.iter().cloned());
        let clause = |word: &String| {
            (Occur::Should, boosted(Term::from_field_text(self.fields.exact, word), 1.0))
        };
        Box::new(BooleanQuery::new(words.iter().map(clause).collect()))
    }

    /// Words of the corpus that begin so, the most frequent ones.
    fn completions(&self, prefix: &str) -> Vec<String> {
        if self.is_restricted {
            return Vec::new();
        }
        // No text has U+10FFFF, so that this is the end of all words that begin so.
        let end = format!("{prefix}\u{10ffff}");
        let mut found = Frequencies::new();
        for segment in self.searcher.segment_readers() {
            let Ok(inverted) = segment.inverted_index(self.fields.exact) else { continue };
            let range = inverted.terms().range().ge(prefix).lt(&end);
            let Ok(mut stream) = range.into_stream() else { continue };
            while let Some((term, info)) = stream.next() {
                count(&mut found, term, info.doc_freq);
            }
        }
        most_frequent(found)
    }

    /// Words of the corpus that are one edit away, the most frequent ones.
    fn one_edit_away(&self, word: &str) -> Vec<String> {
        let mut found = Frequencies::new();
        for segment in self.searcher.segment_readers() {
            let Ok(inverted) = segment.inverted_index(self.fields.exact) else { continue };
            let Ok(mut stream) = inverted.terms().stream() else { continue };
            while let Some((term, info)) = stream.next() {
                // An edit changes the length by one character, and so by four bytes at most.
                if term.len().abs_diff(word.len()) <= 4
                    && std::str::from_utf8(term).is_ok_and(|term| within_one_edit(term, word))
                {
                    count(&mut found, term, info.doc_freq);
                }
            }
        }
        most_frequent(found)
    }
}

/// In how many documents a word stands.
type Frequencies = BTreeMap<String, u32>;

fn count(frequencies: &mut Frequencies, term: &[u8], documents: u32) {
    if let Ok(term) = std::str::from_utf8(term) {
        *frequencies.entry(term.to_owned()).or_default() += documents;
    }
}

fn most_frequent(frequencies: Frequencies) -> Vec<String> {
    let mut words: Vec<(String, u32)> = frequencies.into_iter().collect();
    words.sort_by(|(one, a), (other, b)| b.cmp(a).then_with(|| one.cmp(other)));
    words.into_iter().take(MAX_EXPANSIONS).map(|(word, _)| word).collect()
}

fn exact_terms(text: &str) -> Vec<String> {
    Analyser::Exact.terms(text).into_iter().map(|(term, _)| term).collect()
}

/// Whether this has no letter or digit to look for, such as `&` between two words.
fn is_sign(member: &Expression) -> bool {
    matches!(member, Expression::Word(word) if !word.contains(char::is_alphanumeric))
}

fn boosted(term: Term, boost: f32) -> Box<dyn Query> {
    let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
    if (boost - 1.0).abs() < f32::EPSILON {
        Box::new(query)
    } else {
        Box::new(BoostQuery::new(Box::new(query), boost))
    }
}

/// Adds filters to a query; they count nothing towards the score.
pub(crate) fn filtered(
    query: Box<dyn Query>,
    fields: &Fields,
    filters: &[(Dimension, Vec<String>)],
    editions: Option<&[String]>,
) -> BooleanQuery {
    let set = |field: IndexField, values: &[String]| {
        let terms = values.iter().map(|value| Term::from_field_text(field, value));
        (
            Occur::Must,
            Box::new(tantivy::query::ConstScoreQuery::new(Box::new(TermSetQuery::new(terms)), 0.0))
                as Box<dyn Query>,
        )
    };
    let mut clauses = vec![(Occur::Must, query)];
    clauses.extend(filters.iter().map(|(dimension, values)| set(fields.of(*dimension), values)));
    clauses.extend(editions.map(|editions| set(fields.edition, editions)));
    BooleanQuery::new(clauses)
}

/// Whether one insertion, deletion, replacement or swap of neighbours makes one word the other (Damerau 1964).
fn within_one_edit(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if 1 < one.len().abs_diff(other.len()) {
        return false;
    }
    let same_head = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same_head..], &other[same_head..]);
    let same_tail = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[..one.len() - same_tail], &other[..other.len() - same_tail]);
    match (one, other) {
        ([a, b], [c, d]) => a == d && b == c,
        _ => one.len() <= 1 && other.len() <= 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(within_one_edit(one, other), expected, "{one} {other}");
        }
    }
}
