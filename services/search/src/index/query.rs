//! Expressions of the grammar as tantivy queries.

mod alternatives;

use std::{collections::BTreeSet, ops::Bound};

use tantivy::{
    Searcher, Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query,
        RangeQuery, TermQuery, TermSetQuery,
    },
    schema::IndexRecordOption,
};

use crate::{
    dimension::Dimension,
    grammar::{Expression, Years},
    index::{
        concepts::Concepts,
        payload::Labels,
        schema::{Analyser, Fields},
        stop_words::is_stop_word,
        tier::Tier,
        values,
        vocabulary::{Expansion, Expansions, Vocabulary, occurs},
    },
};

/// Boost of a word as written over its other forms.
const EXACT_BOOST: f32 = 1.5;
/// Boost of a match in the name of an organisation.
const CONTEXT_BOOST: f32 = 0.3;
/// Boost of a match in the statement of a goal or an indicator.
const STATEMENT_BOOST: f32 = 0.2;
/// Boost of a part of a compound.
const PART_BOOST: f32 = 0.35;
/// Boost of both parts of a compound near each other.
const NEAR_BOOST: f32 = 0.8;
/// Boost of the head of a compound alone.
const HEAD_BOOST: f32 = 0.2;
/// How many other words stand at most between these.
const NEAR: u32 = 8;
/// The smallest number of characters of a word that is taken for misspelt.
const MIN_FUZZY: usize = 5;

/// The largest number of terms that a query looks up: those of its words in all fields, and those that words are expanded to.
#[cfg(test)]
pub(crate) const MAX_CLAUSES: usize = 4_096;

/// Filters by dimension: one of the values must hold in each.
pub(crate) type Filters = Vec<(Dimension, Vec<String>)>;

/// A part of a query.
type Clause = (Occur, Box<dyn Query>);

/// What a query is built against.
pub(crate) struct Searchable<'a> {
    pub(crate) fields: &'a Fields,
    pub(crate) searcher: &'a Searcher,
    /// Whether one word of a group is enough.
    pub(crate) is_relaxed: bool,
    /// Whether texts that the caller may not find exist, whose words must then not influence the answer.
    pub(crate) is_restricted: bool,
    /// What words are expanded to.
    pub(crate) expansions: &'a Expansions,
    /// Names of values that fields in queries may have.
    pub(crate) labels: &'a Labels,
    /// Terms that stand for one another; none where words are looked for alone.
    pub(crate) concepts: &'a [&'a Concepts],
    /// Whether words are looked for alone.
    pub(crate) is_as_written: bool,
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
        let query = match expression {
            None => Box::new(AllQuery),
            Some(expression) => self.alone(expression, &mut terms),
        };
        Built { query, terms }
    }

    /// The query of what has no neighbours; a word is widened as in a group.
    fn alone(&self, expression: &Expression, terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        match expression {
            word @ Expression::Word(_) => self.group(std::slice::from_ref(word), terms),
            other => self.query(other, terms),
        }
    }

    /// Recursion is bounded by the depth that the grammar takes.
    fn query(&self, expression: &Expression, terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        match expression {
            Expression::Word(word) => self.word(word, terms),
            Expression::Prefix(prefix) => self.prefix(prefix, terms),
            Expression::Phrase { text, slop } => self.phrase(text, *slop, terms),
            Expression::Field { field, value } => Box::new(self.field(*field, value)),
            Expression::Years(years) => Box::new(self.years(*years)),
            Expression::Country(name) => self.country(name, terms),
            Expression::Group(members) => self.group(members, terms),
            Expression::And(members) => self.all_of(members, terms),
            Expression::Or(members) => {
                let clauses = members
                    .iter()
                    .map(|member| (Occur::Should, self.alone(member, terms)))
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
        let mut clauses: Vec<Clause> = Vec::new();
        let has_words = members.iter().any(|member| !is_sign(member));
        let alternatives = self.alternatives(members);
        for (at, member) in members.iter().enumerate() {
            match member {
                Expression::Not(inner) => {
                    clauses.push((Occur::MustNot, self.query(inner, &mut BTreeSet::new())));
                }
                member if has_words && is_sign(member) => {}
                member => {
                    let query = self.query(member, terms);
                    clauses.push((Occur::Must, self.widened(query, alternatives.of(at), terms)));
                }
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
            matches!(member, Expression::Word(word) if is_stop_word(word)) || is_sign(member)
        };
        let has_meaning = members.iter().any(|member| {
            !is_stop(member) && !matches!(member, Expression::Not(_)) && !is_field(member)
        });
        let mut optional: Vec<Clause> = Vec::new();
        let mut clauses: Vec<Clause> = Vec::new();
        let alternatives = self.alternatives(members);
        for (at, member) in members.iter().enumerate() {
            match member {
                Expression::Not(inner) => {
                    clauses.push((Occur::MustNot, self.query(inner, &mut BTreeSet::new())));
                }
                member if is_field(member) => {
                    clauses.push((Occur::Must, self.query(member, terms)));
                }
                member if has_meaning && is_stop(member) => {}
                member => {
                    let query = self.query(member, terms);
                    let query = self.widened(query, alternatives.of(at), terms);
                    optional.push((Occur::Should, Box::new(Tier(query))));
                }
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
            _ => self.term(word, 0, terms),
        }
    }

    /// Matches a word in any of its forms; where no text has one, the words within one edit of it.
    fn forms(&self, word: &str, terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        let mut clauses = self.parts_near(word, terms);
        let has_parts = !clauses.is_empty();
        let (forms, is_known) = self.known_forms(word, terms);
        clauses.extend(forms);
        // Whether other texts have the compound must not influence a restricted answer.
        if has_parts && self.is_relaxed && (self.is_restricted || !is_known) {
            clauses.extend(self.head(word, terms));
        }
        if has_parts || is_known || self.is_restricted || word.chars().count() < MIN_FUZZY {
            return Box::new(BooleanQuery::new(clauses));
        }
        let spellings = self.expanded(Expansion::Spellings(exact_terms(word).concat()));
        self.expansions.corrected(word, &spellings);
        self.any_of(&spellings, terms)
    }

    /// The clauses of a word in all fields, and whether any text has it.
    fn known_forms(&self, word: &str, terms: &mut BTreeSet<String>) -> (Vec<Clause>, bool) {
        let fields = self.fields;
        let analysers = [
            (Analyser::Dutch, fields.dutch, 1.0),
            (Analyser::English, fields.english, 1.0),
            (Analyser::Exact, fields.exact, EXACT_BOOST),
            (Analyser::Dutch, fields.parts, PART_BOOST),
            (Analyser::Dutch, fields.context, CONTEXT_BOOST),
            (Analyser::Dutch, fields.statements, STATEMENT_BOOST),
        ];
        let mut clauses = Vec::new();
        let mut is_known = false;
        for (analyser, field, boost) in analysers {
            for (text, _) in analyser.terms(word) {
                let term = Term::from_field_text(field, &text);
                is_known |= occurs(self.searcher, &term);
                clauses.push((Occur::Should, boosted(term, boost)));
                terms.insert(text);
            }
        }
        (clauses, is_known)
    }

    /// Matches both parts of a compound near each other, in whatever order; nothing for another word.
    fn parts_near(&self, word: &str, terms: &mut BTreeSet<String>) -> Vec<Clause> {
        let found = Analyser::Parts.terms(word);
        let [(whole, _), (modifier, _), (head, _)] = found.as_slice() else { return Vec::new() };
        if !self.expansions.takes_compound(whole) {
            return Vec::new();
        }
        terms.extend([modifier.clone(), head.clone()]);
        let near = |first: &str, second: &str| {
            let words = [first, second].map(|word| Term::from_field_text(self.fields.parts, word));
            let mut query = PhraseQuery::new(words.into());
            query.set_slop(NEAR);
            let query: Box<dyn Query> = Box::new(BoostQuery::new(Box::new(query), NEAR_BOOST));
            (Occur::Should, query)
        };
        vec![near(modifier, head), near(head, modifier)]
    }

    /// Matches the head of a compound that no text has, where little else answers.
    fn head(&self, word: &str, terms: &mut BTreeSet<String>) -> Option<Clause> {
        let (head, _) = Analyser::Parts.terms(word).pop()?;
        terms.insert(head.clone());
        let term = Term::from_field_text(self.fields.parts, &head);
        Some((Occur::Should, boosted(term, HEAD_BOOST)))
    }

    /// Matches a word with this prefix, next to the words before it.
    fn prefix(&self, text: &str, terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        let mut words = exact_terms(text);
        let Some(prefix) = words.pop() else { return Box::new(EmptyQuery) };
        let vocabulary = self.vocabulary();
        let mut clauses: Vec<Clause> = vec![(
            Occur::Should,
            // Every word with the prefix matches, however many there are; only the most frequent ones count in the score.
            Box::new(vocabulary.prefix_query(&prefix)),
        )];
        // Words of texts that the caller may not find complete nothing.
        let completions = if self.is_restricted {
            Vec::new()
        } else {
            self.expanded(Expansion::Completions(prefix.clone()))
        };
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

    /// Matches a value of a dimension; a pillar by its place in the framework too.
    fn field(&self, dimension: Dimension, value: &str) -> TermSetQuery {
        let field = self.fields.of(dimension);
        let values = values::meant(dimension, value, self.labels);
        let values = values.iter().map(|value| Term::from_field_text(field, value));
        let place = (dimension == Dimension::Pillar)
            .then(|| Term::from_field_text(self.fields.pillar_numbers, value));
        TermSetQuery::new(values.chain(place))
    }

    /// Years of four digits are in the order of their text.
    fn years(&self, Years { from, until }: Years) -> RangeQuery {
        let field = self.fields.of(Dimension::Year);
        let bound = |year: Option<u16>| {
            year.map_or(Bound::Unbounded, |year| {
                Bound::Included(Term::from_field_text(field, &year.to_string()))
            })
        };
        RangeQuery::new(bound(from), bound(until))
    }

    /// Matches a country in any of its spellings; a name that is none is a word.
    fn country(&self, name: &str, terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        let spellings = Concepts::built_in().country(name);
        if spellings.is_empty() {
            return self.phrase(name, 0, terms);
        }
        let clause = |spelling: &&str| (Occur::Should, self.phrase(spelling, 0, terms));
        Box::new(BooleanQuery::new(spellings.iter().map(clause).collect()))
    }

    fn any_of(&self, words: &[String], terms: &mut BTreeSet<String>) -> Box<dyn Query> {
        terms.extend(words.iter().cloned());
        let clause = |word: &String| {
            (Occur::Should, boosted(Term::from_field_text(self.fields.exact, word), 1.0))
        };
        Box::new(BooleanQuery::new(words.iter().map(clause).collect()))
    }

    fn expanded(&self, expansion: Expansion) -> Vec<String> {
        self.expansions.of(expansion, self.vocabulary())
    }

    fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary { searcher: self.searcher, field: self.fields.exact }
    }
}

fn exact_terms(text: &str) -> Vec<String> {
    Analyser::Exact.terms(text).into_iter().map(|(term, _)| term).collect()
}

/// Whether this is a filter rather than a word.
fn is_field(member: &Expression) -> bool {
    matches!(member, Expression::Field { .. } | Expression::Years(_) | Expression::Country(_))
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

/// Keeps what is of these editions; that counts nothing towards the score.
pub(crate) fn within(
    query: Box<dyn Query>,
    fields: &Fields,
    editions: Option<&[String]>,
) -> Box<dyn Query> {
    let Some(editions) = editions else { return query };
    let terms = editions.iter().map(|edition| Term::from_field_text(fields.edition, edition));
    let of_editions = ConstScoreQuery::new(Box::new(TermSetQuery::new(terms)), 0.0);
    Box::new(BooleanQuery::new(vec![(Occur::Must, query), (Occur::Must, Box::new(of_editions))]))
}
