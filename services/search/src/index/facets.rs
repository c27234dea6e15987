//! Counts of values over the documents that match.

use std::collections::BTreeMap;

use tantivy::{Searcher, collector::DocSetCollector, query::Query};

use crate::{Error, index::schema::Dimension};

/// Most values of a dimension that are told.
const MAX_VALUES: usize = 100;

/// Values of a dimension, most frequent first.
pub(crate) type FacetCounts = Vec<(String, u64)>;

/// Counts the values of a dimension over the documents of a query.
pub(crate) fn count(
    searcher: &Searcher,
    query: &dyn Query,
    dimension: Dimension,
) -> Result<FacetCounts, Error> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut by_segment: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for address in searcher.search(query, &DocSetCollector)? {
        by_segment.entry(address.segment_ord).or_default().push(address.doc_id);
    }
    for (segment, documents) in by_segment {
        let Some(values) = searcher.segment_reader(segment).fast_fields().str(dimension.name())?
        else {
            continue;
        };
        let mut ords: BTreeMap<u64, u64> = BTreeMap::new();
        for document in documents {
            for ord in values.term_ords(document) {
                *ords.entry(ord).or_default() += 1;
            }
        }
        for (ord, count) in ords {
            let mut value = String::new();
            values.ord_to_str(ord, &mut value)?;
            *counts.entry(value).or_default() += count;
        }
    }
    let mut counts: FacetCounts = counts.into_iter().collect();
    counts.sort_by(|(one, a), (other, b)| b.cmp(a).then_with(|| one.cmp(other)));
    counts.truncate(MAX_VALUES);
    Ok(counts)
}
