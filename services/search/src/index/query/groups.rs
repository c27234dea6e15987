//! Members without an operator, and members of which all are needed.

use tantivy::{
    Term,
    query::{
        AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, Query,
        TermSetQuery,
    },
};

use crate::{
    dimension::Dimension,
    grammar::Expression,
    index::{
        marks::Marks,
        query::{
            Clause, EXACT_BOOST, PART_BOOST, Searchable,
            alternatives::{CODE_SCORE, any_value},
            is_field, is_sign,
        },
        stop_words::StopWords,
        tier::Tier,
        widening::{Alternative, Whole},
    },
};

/// Boost of a number or a paper: what a word counts in all fields of a text together.
const VALUE_BOOST: f32 = 1.0 + EXACT_BOOST + PART_BOOST;

impl Searchable<'_> {
    pub(super) fn all_of(&self, members: &[Expression], marks: &mut Marks) -> Box<dyn Query> {
        let mut clauses: Vec<Clause> = Vec::new();
        let has_words = members.iter().any(|member| !is_sign(member));
        let alternatives = self.alternatives(members);
        // Words with an operator between them are no name.
        for (at, whole) in alternatives.pieces(members.len(), 1) {
            let own = alternatives.of(at.clone());
            match (&members[at.start], whole) {
                (_, Some(whole)) => clauses.push((Occur::Must, self.whole(whole, own, marks))),
                (Expression::Not(inner), None) => clauses.push(self.excluded(inner)),
                (member, None) if has_words && is_sign(member) => {}
                (member, None) => clauses.push((Occur::Must, self.member(member, own, marks))),
            }
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    /// Requires all of up to two words of a group, and two thirds of more; fields and exclusions always apply.
    pub(super) fn group(&self, members: &[Expression], marks: &mut Marks) -> Box<dyn Query> {
        let words = members.iter().filter_map(|member| match member {
            Expression::Word(word) => Some(word.as_str()),
            _ => None,
        });
        let stop_words = StopWords::of_query(words);
        let is_stop = |member: &Expression| {
            matches!(member, Expression::Word(word) if stop_words.has(word)) || is_sign(member)
        };
        let has_meaning = members.iter().any(|member| {
            !is_stop(member) && !matches!(member, Expression::Not(_)) && !is_field(member)
        });
        let mut optional: Vec<Clause> = Vec::new();
        let mut clauses: Vec<Clause> = Vec::new();
        let alternatives = self.alternatives(members);
        for (at, whole) in alternatives.pieces(members.len(), usize::MAX) {
            let own = alternatives.of(at.clone());
            match (&members[at.start], whole) {
                (_, Some(whole)) => {
                    let together = self.whole(whole, own, marks);
                    let words = self.apart(whole, &members[at]);
                    optional.push((Occur::Should, either(together, words)));
                }
                (Expression::Not(inner), None) => clauses.push(self.excluded(inner)),
                (member, None) if is_field(member) => {
                    clauses.push((Occur::Must, self.query(member, marks)));
                }
                (member, None) if has_meaning && is_stop(member) => {}
                (member, None) => optional.push((Occur::Should, self.member(member, own, marks))),
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

    fn excluded(&self, inner: &Expression) -> Clause {
        (Occur::MustNot, self.query(inner, &mut Marks::default()))
    }

    /// A member in texts, or in names and statements, which counts half as much: what has it there alone comes behind.
    fn member<'b>(
        &self,
        member: &Expression,
        alternatives: impl Iterator<Item = &'b Alternative>,
        marks: &mut Marks,
    ) -> Box<dyn Query> {
        let alternatives: Vec<&Alternative> = alternatives.collect();
        let (text, mut names) = match member {
            Expression::Word(word) => (self.word(word, marks), self.names(word)),
            other => (self.query(other, marks), Vec::new()),
        };
        for alternative in &alternatives {
            if let Alternative::Term(widening) = alternative
                && widening.alternative.contains(char::is_lowercase)
            {
                names.extend(self.names(&widening.alternative));
            }
        }
        let text = self.widened(text, alternatives.into_iter(), marks);
        if names.is_empty() {
            return text;
        }
        let names: Box<dyn Query> = Box::new(BooleanQuery::new(names));
        let both = names.box_clone();
        let best = DisjunctionMaxQuery::new(vec![text, Box::new(Tier::of_names(names))]);
        either(Box::new(best), vec![(Occur::Should, both)])
    }

    /// The words of an amount, each alone, where those with some of the words follow: they count little beside the amount.
    fn apart(&self, whole: &Whole, members: &[Expression]) -> Vec<Clause> {
        if !self.is_relaxed || matches!(whole, Whole::Organisation { .. }) {
            return Vec::new();
        }
        let words = members.iter().filter_map(|member| match member {
            Expression::Word(word) if !is_sign(member) => Some(word),
            _ => None,
        });
        // What is marked is the amount.
        words.map(|word| (Occur::Should, self.word(word, &mut Marks::default()))).collect()
    }

    /// Members together.
    fn whole<'b>(
        &self,
        whole: &Whole,
        alternatives: impl Iterator<Item = &'b Alternative>,
        marks: &mut Marks,
    ) -> Box<dyn Query> {
        let clauses: Vec<Clause> = match whole {
            Whole::Values { numbers, papers, words } => {
                marks.add_numbers(numbers);
                marks.add_papers(papers);
                let fields = [(self.fields.numbers, numbers), (self.fields.papers, papers)];
                let of_field = |(field, values): (_, &Vec<String>)| {
                    let values = BoostQuery::new(any_value(field, values), VALUE_BOOST);
                    (Occur::Should, Box::new(values) as Box<dyn Query>)
                };
                let mut clauses: Vec<Clause> = fields.map(of_field).into();
                if !words.is_empty() {
                    clauses.push((Occur::Should, self.term(words, 0, marks)));
                }
                clauses
            }
            Whole::Organisation { text, codes } => {
                marks.add_codes(Dimension::Organisation, codes);
                let field = self.fields.of(Dimension::Organisation);
                let own =
                    TermSetQuery::new(codes.iter().map(|code| Term::from_field_text(field, code)));
                let own: Box<dyn Query> = Box::new(ConstScoreQuery::new(Box::new(own), CODE_SCORE));
                vec![(Occur::Should, self.term(text, 0, marks)), (Occur::Should, own)]
            }
        };
        let query = Box::new(BooleanQuery::new(clauses));
        self.widened(query, alternatives, marks)
    }
}

/// A query, or one of these clauses.
fn either(query: Box<dyn Query>, mut clauses: Vec<Clause>) -> Box<dyn Query> {
    if clauses.is_empty() {
        return query;
    }
    clauses.push((Occur::Should, query));
    Box::new(BooleanQuery::new(clauses))
}
