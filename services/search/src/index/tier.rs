//! A query whose every match counts a fixed amount beside its score: with one for each word of a question, whatever has more of
//! the words comes first, and the score decides among equals.

use tantivy::{
    DocId, DocSet, Score, SegmentReader, TantivyError, Term,
    query::{EnableScoring, Explanation, Query, Scorer, Weight},
};

/// More than any word can score: BM25 of the rarest word of a million passages, in all fields with their boosts.
const AMOUNT: Score = 256.0;

/// The query, with the amount.
#[derive(Debug)]
pub(crate) struct Tier(pub(crate) Box<dyn Query>);

impl Clone for Tier {
    fn clone(&self) -> Self {
        Self(self.0.box_clone())
    }
}

impl Query for Tier {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let is_scored = scoring.is_scoring_enabled();
        let weight = self.0.weight(scoring)?;
        Ok(if is_scored { Box::new(TierWeight(weight)) } else { weight })
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.query_terms(visitor);
    }
}

struct TierWeight(Box<dyn Weight>);

impl Weight for TierWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(TierScorer(self.0.scorer(reader, boost)?)))
    }

    fn explain(&self, reader: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() > document || scorer.seek(document) != document {
            return Err(TantivyError::InvalidArgument(format!("{document} does not match")));
        }
        Ok(Explanation::new("tier", scorer.score()))
    }

    fn count(&self, reader: &SegmentReader) -> tantivy::Result<u32> {
        self.0.count(reader)
    }
}

struct TierScorer(Box<dyn Scorer>);

impl DocSet for TierScorer {
    fn advance(&mut self) -> DocId {
        self.0.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.0.seek(target)
    }

    fn doc(&self) -> DocId {
        self.0.doc()
    }

    fn size_hint(&self) -> u32 {
        self.0.size_hint()
    }

    fn cost(&self) -> u64 {
        self.0.cost()
    }
}

impl Scorer for TierScorer {
    fn score(&mut self) -> Score {
        AMOUNT + self.0.score()
    }
}
