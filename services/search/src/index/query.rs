//! Expressions of the grammar as tantivy queries.

use std::{cell::Cell, collections::BTreeSet};

use tantivy::{
    Searcher, Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, EmptyQuery, Occur, PhraseQuery, Query, TermQuery,
        TermSetQuery,
    },
    schema::{Field as IndexField, IndexRecordOption},
};

use crate::{
    dimension::Dimension,
    grammar::Expression,
    index::{
        schema::{Analyser, Fields},
        vocabulary::Vocabulary,
    },
};

/// Boost of a word as written over its other forms.
const EXACT_BOOST: f32 = 1.5;
/// Boost of a match in the name of an organisation.
const CONTEXT_BOOST: f32 = 0.3;
/// The largest number of words of a query that are taken for misspelt: each adds up to 50 terms to the query.
const MAX_MISSPELT: usize = 16;
/// The smallest number of characters of a word that is taken for misspelt.
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
    /// Whether texts that the caller may not find exist, whose words must then not influence the answer.
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

    /// Requires all of up to two words of a group, and two thirds of more; fields and exclusions always apply.
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

    /// Matches a word in any of its forms; where no text has one, the words within one edit of it.
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
        self.any_of(&self.vocabulary().within_one_edit(&exact_terms(word).concat()), terms)
    }

    /// Matches a word with this prefix, next to the words before it.
    fn prefix(&self, text: &str, terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        let mut words = exact_terms(text);
        let Some(prefix) = words.pop() else { return Box::new(EmptyQuery) };
        let vocabulary = self.vocabulary();
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = vec![(
            Occur::Should,
            // Every word with the prefix matches, however many there are; only the most frequent ones count in the score.
            Box::new(vocabulary.prefix_query(&prefix)),
        )];
        // Words of texts that the caller may not find complete nothing.
        let completions =
            if self.is_restricted { Vec::new() } else { vocabulary.completions(&prefix) };
        clauses.push((Occur::Should, self.any_of(&completions, terms)));
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

    fn field(&self, dimension: Dimension, value: &str) -> TermQuery {
        // Codes of these have lower-case letters only; those of a framework are as its author writes them.
        let value = match dimension {
            Dimension::Organisation | Dimension::Cycle | Dimension::Answer => value.to_lowercase(),
            Dimension::Goal | Dimension::Indicator | Dimension::Pillar | Dimension::Year => {
                value.to_owned()
            }
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

    fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary { searcher: self.searcher, field: self.fields.exact }
    }
}

fn exact_terms(text: &str) -> Vec<String> {
    Analyser::Exact.terms(text).into_iter().map(|(term, _)| term).collect()
}

/// Whether this is a word without letters and digits, such as `&` between two words.
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
