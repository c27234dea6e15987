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

/// Returns the counts that a collector of these dimensions made: the most frequent values, and behind them the chosen ones that
/// are not among these.
pub(crate) fn counts(
    mut results: AggregationResults,
    dimensions: &[Dimension],
    chosen: &[String],
) -> Vec<(Dimension, FacetCounts)> {
    let counts = |dimension: &Dimension| {
        let counts = results.0.remove(dimension.name()).map(ranked).unwrap_or_default();
        (*dimension, shown(counts, chosen))
    };
    dimensions.iter().map(counts).collect()
}

fn shown(mut counts: FacetCounts, chosen: &[String]) -> FacetCounts {
    let rest = counts.split_off(counts.len().min(MAX_VALUES));
    for value in chosen {
        if counts.iter().all(|(known, _)| known != value) {
            let count =
                rest.iter().find(|(known, _)| known == value).map_or(0, |(_, count)| *count);
            counts.push((value.clone(), count));
        }
    }
    counts
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
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_is_shown_whatever_its_rank() {
        let counts: FacetCounts =
            (0..150).map(|number| (format!("v{number:03}"), 1_000 - number)).collect();
        let chosen = ["v007", "v120", "gone", "v120"].map(ToOwned::to_owned);
        let found = shown(counts.clone(), &chosen);
        assert_eq!(found[..MAX_VALUES], counts[..MAX_VALUES]);
        assert_eq!(found[MAX_VALUES..], [("v120".to_owned(), 880), ("gone".to_owned(), 0)]);
        assert_eq!(shown(counts.clone(), &[]), counts[..MAX_VALUES], "the control");
    }
}
