//! What stands for words of a query, as tantivy queries.

use tantivy::{
    Term,
    query::{
        BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, PhraseQuery, Query,
        TermSetQuery,
    },
    schema::Field as IndexField,
};

use wire::v1::WideningSource;

use crate::{
    grammar::Expression,
    index::{
        marks::Marks,
        query::{Clause, PART_BOOST, Searchable, boosted, exact_terms},
        schema::Analyser,
        stop_words::is_stop_word,
        tier::Tier,
        vocabulary::occurs,
        widening::{Alternative, Alternatives, Sources},
    },
};

/// Boost of what stands for a word over the word itself.
const ALTERNATIVE_BOOST: f32 = 0.7;
/// How many other words stand at most between those of a term.
const NEAR_IN_TERM: u32 = 2;
/// What a code that is asked for adds to the score: more than words do.
pub(super) const CODE_SCORE: f32 = 100.0;

impl Searchable<'_> {
    /// What stands for the members of a group.
    pub(super) fn alternatives(&self, members: &[Expression]) -> Alternatives {
        let is_a_word = |word: &str| {
            let fields =
                [(Analyser::Dutch, self.fields.dutch), (Analyser::Exact, self.fields.exact)];
            fields.into_iter().any(|(analyser, field)| {
                let terms = analyser.terms(word);
                let has = |(text, _): &(String, _)| {
                    occurs(self.searcher, &Term::from_field_text(field, text))
                };
                !terms.is_empty() && terms.iter().all(has)
            })
        };
        let sources = Sources {
            concepts: self.concepts,
            labels: self.labels,
            occurs: if self.is_restricted { None } else { Some(&is_a_word) },
            is_as_written: self.is_as_written,
        };
        let found = Alternatives::find(members, &sources);
        for name in found.names() {
            self.expansions.widened(name);
        }
        found
    }

    /// A word, or what stands for it, which counts less: the best counts.
    pub(super) fn widened<'b>(
        &self,
        query: Box<dyn Query>,
        alternatives: impl Iterator<Item = &'b Alternative>,
        marks: &mut Marks,
    ) -> Box<dyn Query> {
        let mut either: Vec<Box<dyn Query>> = vec![Box::new(Tier::typed(query))];
        let mut codes: Vec<Clause> = Vec::new();
        for alternative in alternatives {
            match alternative {
                Alternative::Term(widening) => {
                    self.expansions.widened(widening);
                    let mut other = Marks::default();
                    let term = self.term(&widening.alternative, NEAR_IN_TERM, &mut other);
                    marks.add_widened(other);
                    let term = Box::new(BoostQuery::new(term, ALTERNATIVE_BOOST));
                    // The same words, joined.
                    let is_same = widening.source() == WideningSource::Compound;
                    let tier = if is_same { Tier::typed } else { Tier::widened };
                    either.push(Box::new(tier(term)));
                }
                Alternative::Code(dimension, found) => {
                    marks.add_codes(*dimension, found);
                    let codes_of = TermSetQuery::new(self.coded(*dimension, found, marks));
                    let scored = |score| ConstScoreQuery::new(Box::new(codes_of.clone()), score);
                    either.push(Box::new(Tier::typed(Box::new(scored(0.0)))));
                    codes.push((Occur::Should, Box::new(scored(CODE_SCORE))));
                }
            }
        }
        let best = if either.len() == 1 {
            either.remove(0)
        } else {
            Box::new(DisjunctionMaxQuery::new(either))
        };
        if codes.is_empty() {
            return best;
        }
        codes.push((Occur::Should, best));
        Box::new(BooleanQuery::new(codes))
    }

    /// Matches the words of a term, with so many others between them, as written or in any of their forms.
    pub(super) fn term(&self, text: &str, slop: u32, marks: &mut Marks) -> Box<dyn Query> {
        let exact = exact_terms(text);
        if exact.len() == 1 {
            let is_in_capitals = !text.contains(char::is_lowercase);
            return if is_in_capitals {
                self.phrase(text, 0, marks)
            } else {
                let mut clauses = self.parts_near(text, marks);
                clauses.extend(self.known_forms(text, marks).0);
                Box::new(BooleanQuery::new(clauses))
            };
        }
        let mut clauses = vec![(Occur::Should, self.phrase(text, slop, marks))];
        let stems: Vec<String> = Analyser::Dutch
            .terms(text)
            .into_iter()
            .filter(|(_, place)| !is_stop_word(&text[place.clone()]))
            .map(|(stem, _)| stem)
            .collect();
        let left_out = u32::try_from(exact.len() - stems.len().min(exact.len())).unwrap_or(0);
        marks.add_together(&stems);
        let stems: Vec<Term> =
            stems.iter().map(|stem| Term::from_field_text(self.fields.parts, stem)).collect();
        if let [only] = stems.as_slice() {
            clauses.push((Occur::Should, boosted(only.clone(), PART_BOOST)));
        } else if !stems.is_empty() {
            let mut near = PhraseQuery::new(stems);
            near.set_slop(left_out + slop);
            clauses.push((Occur::Should, Box::new(near)));
        }
        Box::new(BooleanQuery::new(clauses))
    }
}

/// Matches one of the values of a field.
pub(super) fn any_value(field: IndexField, values: &[String]) -> Box<dyn Query> {
    let clause =
        |value: &String| (Occur::Should, boosted(Term::from_field_text(field, value), 1.0));
    Box::new(BooleanQuery::new(values.iter().map(clause).collect()))
}
