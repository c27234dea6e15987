//! The one pass over the hits, held against a count of all documents.

use std::{collections::BTreeMap, sync::Arc};

use model::{Contribution, ContributionKind};
use proptest::prelude::*;

use crate::{
    dimension::Dimension,
    grammar,
    index::{
        Change, Concepts, Generation, Question, Scope, Sort, Visible, query::Filters,
        writer::tests::contribution,
    },
};

/// Documents, in segments of so many.
const DOCUMENTS: u128 = 60;
const SEGMENT: usize = 17;

fn organisation(number: u128) -> &'static str {
    if number.is_multiple_of(3) { "alfa" } else { "beta" }
}

fn goals(number: u128) -> Vec<String> {
    ["1", "1.1"]
        .iter()
        .enumerate()
        .filter(|(at, _)| (number >> at) & 1 == 1)
        .map(|(_, goal)| (*goal).to_owned())
        .collect()
}

fn change(number: u128) -> Change {
    let mut saved: Contribution = contribution(number, 1, ContributionKind::Answer);
    saved.organisation = organisation(number).parse().unwrap();
    saved.content.goals = goals(number);
    saved.passages[0].text =
        if number.is_multiple_of(2) { "vrede vrede" } else { "vrede en hulp" }.to_owned();
    Change::Working {
        contribution: Box::new(saved),
        cycle: Arc::new(testkit::cycle()),
        framework: Arc::new(testkit::framework()),
        organisations: Vec::new(),
    }
}

fn generation() -> Generation {
    let generation = Generation::in_memory(15_000_000).unwrap();
    let changes: Vec<Change> = (1..=DOCUMENTS).map(change).collect();
    for batch in changes.chunks(SEGMENT) {
        generation.apply(batch, &[]).unwrap();
    }
    generation
}

fn question(query: &str, filters: Filters) -> Question {
    Question {
        reading: grammar::read(query),
        is_as_written: false,
        filters,
        scope: Scope::Working,
        visible: Visible::All,
        edition: None,
        as_of: None,
        sort: Sort::Score,
        offset: 0,
        at_position: None,
        limit: 7,
    }
}

/// Counts of a dimension over all documents that pass the filters of the others; what is chosen is counted even where none does.
fn counted(
    filters: &Filters,
    of: Dimension,
    is_found: impl Fn(u128) -> bool,
) -> BTreeMap<String, u64> {
    let values = |dimension: Dimension, number: u128| match dimension {
        Dimension::Organisation => vec![organisation(number).to_owned()],
        Dimension::Goal => goals(number),
        other => panic!("{other:?}"),
    };
    let mut counts = BTreeMap::new();
    for number in (1..=DOCUMENTS).filter(|number| is_found(*number)) {
        let passes = |(dimension, wanted): &(Dimension, Vec<String>)| {
            *dimension == of
                || values(*dimension, number).iter().any(|value| wanted.contains(value))
        };
        if filters.iter().all(passes) {
            for value in values(of, number) {
                *counts.entry(value).or_default() += 1;
            }
        }
    }
    for (_, chosen) in filters.iter().filter(|(dimension, _)| *dimension == of) {
        for value in chosen {
            counts.entry(value.clone()).or_default();
        }
    }
    counts
}

fn some(dimension: Dimension, values: &'static [&'static str]) -> impl Strategy<Value = Filters> {
    let chosen = prop::sample::subsequence(values, 0..=values.len());
    chosen.prop_map(move |chosen| {
        if chosen.is_empty() {
            return Vec::new();
        }
        vec![(dimension, chosen.into_iter().map(ToOwned::to_owned).collect())]
    })
}

#[test]
fn facets_ignore_their_own_filter_and_hits_none() {
    let generation = generation();
    let filters = (
        some(Dimension::Organisation, &["alfa", "beta", "gamma"]),
        some(Dimension::Goal, &["1", "1.1", "9"]),
        any::<bool>(),
    );
    proptest!(ProptestConfig::with_cases(64), |((organisations, goals, has_help) in filters)| {
        let filters: Filters = organisations.into_iter().chain(goals).collect();
        let query = if has_help { "hulp" } else { "vrede" };
        let answer = generation.answer(&question(query, filters.clone()), &Concepts::default()).unwrap();
        for dimension in [Dimension::Organisation, Dimension::Goal] {
            let facet = answer.facets.iter().find(|facet| facet.dimension == dimension).unwrap();
            let found: BTreeMap<String, u64> =
                facet.counts.iter().map(|count| (count.value.clone(), count.count)).collect();
            let expected = counted(&filters, dimension, |number| !has_help || !number.is_multiple_of(2));
            prop_assert_eq!(found, expected);
        }
        let facet = answer.facets.iter().find(|facet| facet.dimension == Dimension::Cycle).unwrap();
        prop_assert_eq!(answer.total as u64, facet.counts.iter().map(|count| count.count).sum::<u64>());
        prop_assert_eq!(answer.hits.len(), answer.total.min(7));
    });
}

/// What is stored of a document is read for the page alone.
#[test]
fn only_the_documents_of_the_page_are_read() {
    let generation = generation();
    let reads = || {
        let stats = generation.working.reader.searcher().doc_store_cache_stats();
        stats.cache_hits + stats.cache_misses
    };
    let before = reads();
    let page = Question { offset: 20, ..question("vrede", Vec::new()) };
    let answer = generation.answer(&page, &Concepts::default()).unwrap();
    assert_eq!((answer.total, answer.hits.len()), (60, 7));
    assert_eq!(reads() - before, 7);
}
