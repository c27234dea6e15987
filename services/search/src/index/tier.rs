//! A query whose every match counts a fixed amount beside its score: with one for each word of a question, whatever has more of
//! the words comes first, among these whatever has more of them as they were asked for, and the score decides among equals.

use tantivy::{
    DocId, DocSet, Score, SegmentReader, TantivyError, Term,
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
};

/// More than any word can score: BM25 of the rarest word of a million passages, in all fields with their boosts.
const TYPED: Score = 256.0;
/// More than this of sixteen words.
const AMOUNT: Score = 16.0 * TYPED;

/// The query, with the amount.
#[derive(Debug)]
pub(crate) struct Tier {
    query: Box<dyn Query>,
    amount: Score,
}

impl Tier {
    /// A word in texts as it was asked for, in any of its forms.
    pub(crate) fn typed(query: Box<dyn Query>) -> Self {
        Self { query, amount: AMOUNT + TYPED }
    }

    /// What stands for a word in texts.
    pub(crate) fn widened(query: Box<dyn Query>) -> Self {
        Self { query, amount: AMOUNT }
    }

    /// A word in names and statements: half as much, so that a word in texts always counts more.
    pub(crate) fn of_names(query: Box<dyn Query>) -> Self {
        Self { query, amount: AMOUNT / 2.0 }
    }
}

impl Clone for Tier {
    fn clone(&self) -> Self {
        Self { query: self.query.box_clone(), amount: self.amount }
    }
}

impl Query for Tier {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let is_scored = scoring.is_scoring_enabled();
        let weight = self.query.weight(scoring)?;
        let amount = self.amount;
        Ok(if is_scored { Box::new(TierWeight { weight, amount }) } else { weight })
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.query.query_terms(visitor);
    }
}

struct TierWeight {
    weight: Box<dyn Weight>,
    amount: Score,
}

impl Weight for TierWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let scorer = self.weight.scorer(reader, boost)?;
        Ok(Box::new(TierScorer { scorer, amount: self.amount }))
    }

    fn explain(&self, reader: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() > document || scorer.seek(document) != document {
            return Err(TantivyError::InvalidArgument(format!("{document} does not match")));
        }
        Ok(Explanation::new("tier", scorer.score()))
    }

    fn count(&self, reader: &SegmentReader) -> tantivy::Result<u32> {
        self.weight.count(reader)
    }
}

struct TierScorer {
    scorer: Box<dyn Scorer>,
    amount: Score,
}

impl DocSet for TierScorer {
    fn advance(&mut self) -> DocId {
        self.scorer.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.scorer.seek(target)
    }

    fn doc(&self) -> DocId {
        self.scorer.doc()
    }

    fn size_hint(&self) -> u32 {
        self.scorer.size_hint()
    }

    fn cost(&self) -> u64 {
        self.scorer.cost()
    }
}

impl Scorer for TierScorer {
    fn score(&mut self) -> Score {
        self.amount + self.scorer.score()
    }
}
