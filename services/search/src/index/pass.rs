//! One pass over what a query finds: hits in order, their number, and the counts of every dimension.
//!
//! Counts of a dimension ignore its own filter, so that the query has none of them: a document that passes all filters is a hit,
//! and one that fails exactly one of them counts for that dimension alone.

use std::collections::HashSet;

use tantivy::{
    DocId, Score, SegmentOrdinal, SegmentReader,
    aggregation::{AggregationCollector, agg_result::AggregationResults},
    collector::{Collector, SegmentCollector},
    columnar::StrColumn,
};

use crate::index::query::Filters;

type CountsOfSegment = <AggregationCollector as Collector>::Child;

/// Collects hits, counts of the dimensions without a filter, and of each one with a filter.
pub(crate) struct Pass<'a, H> {
    pub(crate) hits: H,
    pub(crate) counts: AggregationCollector,
    /// Filters, each with the counts of its dimension.
    pub(crate) sideways: Vec<AggregationCollector>,
    pub(crate) filters: &'a Filters,
}

/// The same of a segment.
pub(crate) struct PassOfSegment<H> {
    hits: H,
    counts: CountsOfSegment,
    sideways: Vec<CountsOfSegment>,
    filters: Vec<FilterOfSegment>,
}

/// The values of a filter that the segment has.
struct FilterOfSegment {
    column: Option<StrColumn>,
    wanted: HashSet<u64>,
}

impl FilterOfSegment {
    fn new(reader: &SegmentReader, field: &str, values: &[String]) -> tantivy::Result<Self> {
        let column = reader.fast_fields().str(field)?;
        let mut wanted = HashSet::new();
        for value in values {
            if let Some(column) = &column {
                wanted.extend(column.dictionary().term_ord(value)?);
            }
        }
        Ok(Self { column, wanted })
    }

    fn passes(&self, document: DocId) -> bool {
        let ords = self.column.iter().flat_map(|column| column.term_ords(document));
        ords.into_iter().any(|ord| self.wanted.contains(&ord))
    }
}

impl<H: Collector> Collector for Pass<'_, H> {
    type Fruit = (H::Fruit, AggregationResults, Vec<AggregationResults>);
    type Child = PassOfSegment<H::Child>;

    fn for_segment(
        &self,
        ord: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<Self::Child> {
        let filters = self.filters.iter();
        let filters = filters
            .map(|(dimension, values)| FilterOfSegment::new(reader, dimension.name(), values));
        let sideways = self.sideways.iter().map(|counts| counts.for_segment(ord, reader));
        Ok(PassOfSegment {
            hits: self.hits.for_segment(ord, reader)?,
            counts: self.counts.for_segment(ord, reader)?,
            sideways: sideways.collect::<tantivy::Result<_>>()?,
            filters: filters.collect::<tantivy::Result<_>>()?,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.hits.requires_scoring()
    }

    fn merge_fruits(
        &self,
        fruits: Vec<<Self::Child as SegmentCollector>::Fruit>,
    ) -> tantivy::Result<Self::Fruit> {
        let (mut hits, mut counts) = (Vec::new(), Vec::new());
        let mut sideways: Vec<Vec<_>> = self.sideways.iter().map(|_| Vec::new()).collect();
        for (of_hits, of_counts, of_sideways) in fruits {
            hits.push(of_hits);
            counts.push(of_counts);
            for (all, one) in sideways.iter_mut().zip(of_sideways) {
                all.push(one);
            }
        }
        let sideways =
            self.sideways.iter().zip(sideways).map(|(counts, fruits)| counts.merge_fruits(fruits));
        Ok((
            self.hits.merge_fruits(hits)?,
            self.counts.merge_fruits(counts)?,
            sideways.collect::<tantivy::Result<_>>()?,
        ))
    }
}

impl<H: SegmentCollector> SegmentCollector for PassOfSegment<H> {
    type Fruit = (
        H::Fruit,
        <CountsOfSegment as SegmentCollector>::Fruit,
        Vec<<CountsOfSegment as SegmentCollector>::Fruit>,
    );

    fn collect(&mut self, document: DocId, score: Score) {
        let failed = self.filters.iter().enumerate().filter(|(_, filter)| !filter.passes(document));
        let mut failed = failed.map(|(at, _)| at);
        match (failed.next(), failed.next()) {
            (None, _) => {
                self.hits.collect(document, score);
                self.counts.collect(document, score);
                for counts in &mut self.sideways {
                    counts.collect(document, score);
                }
            }
            (Some(only), None) => self.sideways[only].collect(document, score),
            (Some(_), Some(_)) => {}
        }
    }

    fn harvest(self) -> Self::Fruit {
        let sideways = self.sideways.into_iter().map(SegmentCollector::harvest);
        (self.hits.harvest(), self.counts.harvest(), sideways.collect())
    }
}
