//! What a caller may find of what is not published.
//!
//! Invariant: a restricted answer (hits, counts, facets) is what it would be if the index held only what the caller may see. The vocabulary of
//! other texts does not influence it: such a search corrects no misspelt word, and completes no prefix.

use std::collections::BTreeSet;

use model::Grant;
use tantivy::{
    Searcher, Term,
    query::{BooleanQuery, ConstScoreQuery, Occur, Query, TermQuery, TermSetQuery},
    schema::IndexRecordOption,
};

use crate::{Error, dimension::Dimension, index::schema::Fields};

/// What may be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Visible {
    /// Everything in the queried index.
    All,
    /// What one of these grants covers.
    Only(Vec<Grant>),
}

impl Visible {
    /// Whether there may be texts that the caller may not find.
    pub(crate) fn is_restricted(&self) -> bool {
        *self != Self::All
    }

    /// The same query over what may be found.
    pub(crate) fn restrict(
        &self,
        query: Box<dyn Query>,
        fields: &Fields,
        searcher: &Searcher,
    ) -> Result<Box<dyn Query>, Error> {
        let Self::Only(grants) = self else { return Ok(query) };
        let mut covered: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for grant in grants {
            covered.push((Occur::Should, covered_by(grant, fields, searcher)?));
        }
        let covered = ConstScoreQuery::new(Box::new(BooleanQuery::new(covered)), 0.0);
        Ok(Box::new(BooleanQuery::new(vec![
            (Occur::Must, query),
            (Occur::Must, Box::new(covered)),
        ])))
    }
}

fn covered_by(
    grant: &Grant,
    fields: &Fields,
    searcher: &Searcher,
) -> Result<Box<dyn Query>, Error> {
    let mut clauses: Vec<(Occur, Box<dyn Query>)> =
        vec![(Occur::Must, Box::new(tantivy::query::AllQuery))];
    if let Some(organisation) = &grant.organisation {
        let field = fields.of(Dimension::Organisation);
        let term = Term::from_field_text(field, organisation.as_str());
        clauses.push((Occur::Must, Box::new(TermQuery::new(term, IndexRecordOption::Basic))));
    }
    if grant.is_limited() {
        let goals = within(Dimension::Goal, &grant.goals, fields, searcher)?;
        let pillars = within(Dimension::Pillar, &grant.pillars, fields, searcher)?;
        let either = BooleanQuery::new(vec![(Occur::Should, goals), (Occur::Should, pillars)]);
        clauses.push((Occur::Must, Box::new(either)));
    }
    Ok(Box::new(BooleanQuery::new(clauses)))
}

/// Texts with one of these values and no other. One that has a goal of the grant and, besides, another goal of a pillar
/// of it is not found: a grant seldom names both.
fn within(
    dimension: Dimension,
    values: &[String],
    fields: &Fields,
    searcher: &Searcher,
) -> Result<Box<dyn Query>, Error> {
    let field = fields.of(dimension);
    let set = |values: &mut dyn Iterator<Item = &str>| -> Box<dyn Query> {
        let terms: Vec<Term> = values.map(|value| Term::from_field_text(field, value)).collect();
        Box::new(TermSetQuery::new(terms))
    };
    let mut others = BTreeSet::new();
    for segment in searcher.segment_readers() {
        let inverted = segment.inverted_index(field)?;
        let mut stream = inverted.terms().stream()?;
        while let Some((term, _)) = stream.next() {
            let value = String::from_utf8_lossy(term).into_owned();
            if !values.contains(&value) {
                others.insert(value);
            }
        }
    }
    Ok(Box::new(BooleanQuery::new(vec![
        (Occur::Must, set(&mut values.iter().map(String::as_str))),
        (Occur::MustNot, set(&mut others.iter().map(String::as_str))),
    ])))
}
