//! Expressions of the grammar as tantivy queries.

mod alternatives;
mod groups;

use std::ops::Bound;

use tantivy::{
    Searcher, Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query,
        RangeQuery, TermQuery, TermSetQuery,
    },
    schema::{Field, IndexRecordOption},
};

use crate::{
    dimension::Dimension,
    grammar::{Expression, Years},
    index::{
        concepts::{self, Concepts},
        lineage::Lineages,
        marks::Marks,
        payload::Labels,
        schema::{Analyser, Fields},
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
    /// What indicators are in other versions of their frameworks.
    pub(crate) lineages: &'a Lineages,
    /// Terms that stand for one another; none where words are looked for alone.
    pub(crate) concepts: &'a [&'a Concepts],
    /// Whether words are looked for alone.
    pub(crate) is_as_written: bool,
}

/// A query and what it looks for.
pub(crate) struct Built {
    pub(crate) query: Box<dyn Query>,
    /// What to mark in texts.
    pub(crate) marks: Marks,
}

impl Searchable<'_> {
    /// Builds the query of an expression; none asks for everything.
    pub(crate) fn build(&self, expression: Option<&Expression>) -> Built {
        let mut marks = Marks::default();
        let query = match expression {
            None => Box::new(AllQuery),
            Some(expression) => self.alone(expression, &mut marks),
        };
        Built { query, marks }
    }

    /// The query of what has no neighbours; a word is widened as in a group.
    fn alone(&self, expression: &Expression, marks: &mut Marks) -> Box<dyn Query> {
        match expression {
            word @ Expression::Word(_) => self.group(std::slice::from_ref(word), marks),
            other => self.query(other, marks),
        }
    }

    /// Recursion is bounded by the depth that the grammar takes.
    fn query(&self, expression: &Expression, marks: &mut Marks) -> Box<dyn Query> {
        match expression {
            Expression::Word(word) => {
                let mut clauses = vec![(Occur::Should, self.word(word, marks))];
                clauses.extend(self.names(word));
                Box::new(BooleanQuery::new(clauses))
            }
            Expression::Prefix(prefix) => self.prefix(prefix, marks),
            Expression::Phrase { text, slop } => self.phrase(text, *slop, marks),
            Expression::Field { field, value } => Box::new(self.field(*field, value, marks)),
            Expression::Years(years) => Box::new(self.years(*years)),
            Expression::Country(name) => self.country(name, marks),
            Expression::Group(members) => self.group(members, marks),
            Expression::And(members) => self.all_of(members, marks),
            Expression::Or(members) => {
                let clauses = members
                    .iter()
                    .map(|member| (Occur::Should, self.alone(member, marks)))
                    .collect();
                Box::new(BooleanQuery::new(clauses))
            }
            Expression::Not(inner) => {
                let inner = self.query(inner, &mut Marks::default());
                Box::new(BooleanQuery::new(vec![
                    (Occur::Must, Box::new(AllQuery)),
                    (Occur::MustNot, inner),
                ]))
            }
        }
    }

    fn word(&self, word: &str, marks: &mut Marks) -> Box<dyn Query> {
        match exact_terms(word).as_slice() {
            [] => Box::new(EmptyQuery),
            [_] => self.forms(word, marks),
            _ => self.term(word, 0, marks),
        }
    }

    /// Matches a word in any of its forms; where no text has one, the words within one edit of it.
    fn forms(&self, word: &str, marks: &mut Marks) -> Box<dyn Query> {
        let mut clauses = self.parts_near(word, marks);
        let has_parts = !clauses.is_empty();
        let (forms, is_known) = self.known_forms(word, marks);
        clauses.extend(forms);
        // Whether other texts have the compound must not influence a restricted answer.
        if has_parts && self.is_relaxed && (self.is_restricted || !is_known) {
            clauses.extend(self.head(word, marks));
        }
        // A name that no text has is no misspelling of what the texts have.
        let exact = exact_terms(word).concat();
        let is_name = self.concepts.iter().any(|known| known.has_word(&exact));
        let is_short = word.chars().count() < MIN_FUZZY;
        let is_taken = has_parts || is_known || is_name || is_short;
        if is_taken || self.is_as_written || self.is_restricted {
            return Box::new(BooleanQuery::new(clauses));
        }
        let spellings = self.expanded(Expansion::Spellings(exact));
        self.expansions.corrected(word, &spellings);
        self.any_of(&spellings, marks)
    }

    /// The clauses of a word in texts, and whether any text, name or statement has it.
    fn known_forms(&self, word: &str, marks: &mut Marks) -> (Vec<Clause>, bool) {
        let fields = self.fields;
        let analysers = [
            (Analyser::Dutch, fields.dutch, 1.0),
            (Analyser::English, fields.english, 1.0),
            (Analyser::Exact, fields.exact, EXACT_BOOST),
            (Analyser::Dutch, fields.parts, PART_BOOST),
        ];
        // Where the stem of a country is another word, it is that of others: `Polen` and `pool` have one.
        let exact = exact_terms(word).concat();
        let is_country = concepts::is_country(&exact);
        let mut clauses = Vec::new();
        let mut is_known = false;
        for (analyser, field, boost) in analysers {
            for (text, _) in analyser.terms(word) {
                if is_country && text != exact {
                    continue;
                }
                let term = Term::from_field_text(field, &text);
                is_known |= occurs(self.searcher, &term);
                clauses.push((Occur::Should, boosted(term, boost)));
                marks.add(text);
            }
        }
        let is_named = |(field, text): (Field, String)| {
            occurs(self.searcher, &Term::from_field_text(field, &text))
        };
        is_known |= self.name_terms(word).into_iter().any(|(term, _)| is_named(term));
        (clauses, is_known)
    }

    /// Whether any text, name or statement has a word.
    pub(crate) fn is_known(&self, word: &str) -> bool {
        self.known_forms(word, &mut Marks::default()).1
    }

    /// The clauses of a word in the names and statements of what a contribution is of.
    fn names(&self, word: &str) -> Vec<Clause> {
        let clause = |((field, text), boost): ((Field, String), f32)| {
            (Occur::Should, boosted(Term::from_field_text(field, &text), boost))
        };
        self.name_terms(word).into_iter().map(clause).collect()
    }

    /// A word as names and statements have it; nothing for what is several words there.
    fn name_terms(&self, word: &str) -> Vec<((Field, String), f32)> {
        let fields =
            [(self.fields.context, CONTEXT_BOOST), (self.fields.statements, STATEMENT_BOOST)];
        let stems = Analyser::Dutch.terms(word);
        let [(stem, _)] = stems.as_slice() else { return Vec::new() };
        fields.map(|(field, boost)| ((field, stem.clone()), boost)).into()
    }

    /// Matches both parts of a compound near each other, in whatever order; nothing for another word.
    fn parts_near(&self, word: &str, marks: &mut Marks) -> Vec<Clause> {
        let found = Analyser::Parts.terms(word);
        let [(whole, _), (modifier, _), (head, _)] = found.as_slice() else { return Vec::new() };
        if !self.expansions.takes_compound(whole) {
            return Vec::new();
        }
        if concepts::is_country(&exact_terms(word).concat()) {
            return Vec::new();
        }
        marks.add_together(&[modifier.clone(), head.clone()]);
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
    fn head(&self, word: &str, marks: &mut Marks) -> Option<Clause> {
        let (head, _) = Analyser::Parts.terms(word).pop()?;
        marks.add(head.clone());
        let term = Term::from_field_text(self.fields.parts, &head);
        Some((Occur::Should, boosted(term, HEAD_BOOST)))
    }

    /// Matches a word with this prefix, next to the words before it.
    fn prefix(&self, text: &str, marks: &mut Marks) -> Box<dyn Query> {
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
        clauses.push((Occur::Should, self.any_of(&completions, marks)));
        let begins: Box<dyn Query> = Box::new(BooleanQuery::new(clauses));
        if words.is_empty() {
            return begins;
        }
        let before = self.phrase(&words.join(" "), 0, marks);
        Box::new(BooleanQuery::new(vec![(Occur::Must, before), (Occur::Must, begins)]))
    }

    fn phrase(&self, text: &str, slop: u32, marks: &mut Marks) -> Box<dyn Query> {
        let words = exact_terms(text);
        marks.add_phrase(&words, slop);
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
    fn field(&self, dimension: Dimension, value: &str, marks: &mut Marks) -> TermSetQuery {
        let values = values::meant(dimension, value, self.labels);
        let place = (dimension == Dimension::Pillar)
            .then(|| Term::from_field_text(self.fields.pillar_numbers, value));
        TermSetQuery::new(self.coded(dimension, &values, marks).into_iter().chain(place))
    }

    /// What has one of these codes; of an indicator also what it was and became in other versions of its framework.
    fn coded(&self, dimension: Dimension, codes: &[String], marks: &mut Marks) -> Vec<Term> {
        let field = self.fields.of(dimension);
        let mut terms: Vec<Term> =
            codes.iter().map(|code| Term::from_field_text(field, code)).collect();
        if dimension == Dimension::Indicator && !self.is_as_written {
            let links = self.lineages.of(codes);
            let places = links.iter().map(|link| &link.place);
            terms.extend(places.map(|place| Term::from_field_text(self.fields.places, place)));
            marks.add_links(links);
        }
        terms
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
    fn country(&self, name: &str, marks: &mut Marks) -> Box<dyn Query> {
        let spellings = Concepts::built_in().country(name);
        if spellings.is_empty() {
            return self.phrase(name, 0, marks);
        }
        let clause = |spelling: &&str| (Occur::Should, self.phrase(spelling, 0, marks));
        Box::new(BooleanQuery::new(spellings.iter().map(clause).collect()))
    }

    fn any_of(&self, words: &[String], marks: &mut Marks) -> Box<dyn Query> {
        for word in words {
            marks.add(word.clone());
        }
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
