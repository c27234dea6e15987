//! A question as tantivy alone answers it.

use std::cell::Cell;

use tantivy::{
    Searcher,
    collector::{Count, TopDocs},
    query::BooleanQuery,
};

use crate::{
    Error,
    index::{
        query::{Searchable, filtered},
        reader::Question,
        writer::Generation,
    },
};

/// The query object that a question stands for, and what it is put to.
pub(crate) struct Bare {
    searcher: Searcher,
    query: BooleanQuery,
    limit: usize,
}

impl Generation {
    /// The query object of a question: the relaxed one where no contribution has all words.
    pub(crate) fn bare(&self, question: &Question) -> Result<Bare, Error> {
        let shown = self.shown();
        let half = if question.is_published { &self.published } else { &self.working };
        let searcher = half.reader.searcher();
        let editions = question.editions(&shown);
        let build = |is_relaxed| {
            let misspelt = Cell::default();
            let fields = &half.fields;
            let built = Searchable {
                fields,
                searcher: &searcher,
                is_relaxed,
                is_restricted: false,
                misspelt,
            }
            .build(question.expression.as_ref());
            filtered(built.query, fields, &question.filters, editions.as_deref())
        };
        let strict = build(false);
        let is_relaxed = question.expression.is_some() && searcher.search(&strict, &Count)? == 0;
        let query = if is_relaxed { build(true) } else { strict };
        Ok(Bare { searcher, query, limit: question.limit })
    }
}

impl Bare {
    /// How many documents match; the best of them are found as well.
    pub(crate) fn run(&self) -> Result<usize, Error> {
        let best = TopDocs::with_limit(self.limit).order_by_score();
        let (count, _) = self.searcher.search(&self.query, &(Count, best))?;
        Ok(count)
    }
}
