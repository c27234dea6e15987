//! Counts of values over the documents that match, all dimensions in one pass.

use tantivy::{
    Searcher,
    aggregation::{
        AggContextParams, AggregationCollector, AggregationLimitsGuard, Key,
        agg_req::{Aggregation, AggregationVariants, Aggregations},
        agg_result::{AggregationResult, AggregationResults, BucketResult},
        bucket::TermsAggregation,
    },
};

use crate::dimension::Dimension;

/// The largest number of values that are returned for a dimension.
const MAX_VALUES: usize = 100;
/// Counts every value of every segment, since which of equally frequent ones are returned must not depend on segments.
/// Tantivy multiplies it by ten.
const ALL_VALUES: u32 = u32::MAX / 10;

/// Values of a dimension, most frequent first; equally frequent ones in order of the value.
pub(crate) type FacetCounts = Vec<(String, u64)>;

/// Returns a collector that counts the values of some dimensions.
pub(crate) fn collector(searcher: &Searcher, dimensions: &[Dimension]) -> AggregationCollector {
    let terms = |dimension: &Dimension| {
        let terms = TermsAggregation {
            field: dimension.name().to_owned(),
            size: Some(ALL_VALUES),
            segment_size: Some(ALL_VALUES),
            ..TermsAggregation::default()
        };
        let agg = AggregationVariants::Terms(terms);
        let sub_aggregation = Aggregations::default();
        (dimension.name().to_owned(), Aggregation { agg, sub_aggregation })
    };
    let limits = AggregationLimitsGuard::new(None, Some(ALL_VALUES));
    let tokenizers = searcher.index().tokenizers().clone();
    AggregationCollector::from_aggs(
        dimensions.iter().map(terms).collect(),
        AggContextParams::new(limits, tokenizers),
    )
}

/// Returns the counts that a collector of these dimensions made.
pub(crate) fn counts(
    mut results: AggregationResults,
    dimensions: &[Dimension],
) -> Vec<(Dimension, FacetCounts)> {
    let counts = |dimension: &Dimension| {
        (*dimension, results.0.remove(dimension.name()).map(ranked).unwrap_or_default())
    };
    dimensions.iter().map(counts).collect()
}

fn ranked(result: AggregationResult) -> FacetCounts {
    let AggregationResult::BucketResult(BucketResult::Terms { buckets, .. }) = result else {
        return FacetCounts::new();
    };
    let text = |key: Key| match key {
        Key::Str(value) => value,
        other => other.to_string(),
    };
    let mut counts: FacetCounts =
        buckets.into_iter().map(|bucket| (text(bucket.key), bucket.doc_count)).collect();
    counts.sort_by(|(one, a), (other, b)| b.cmp(a).then_with(|| one.cmp(other)));
    counts.truncate(MAX_VALUES);
    counts
}
