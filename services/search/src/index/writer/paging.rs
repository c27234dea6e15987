//! Pages of one list are of one state of the index.

use std::{collections::BTreeSet, ops::Range};

use model::ContributionKind;

use crate::{
    Error, grammar,
    index::{
        Answer, Concepts, Generation, Question, Scope, Sort, Visible,
        writer::tests::{contribution, edition, withdrawn},
    },
};

fn publish(generation: &Generation, number: u32, texts: Range<u128>) {
    let texts = texts.map(|number| contribution(number, 1, ContributionKind::Answer));
    generation.apply(&[edition(number, texts.collect())], &[]).unwrap();
}

fn page(generation: &Generation, offset: usize, at: Option<u64>) -> Result<Answer, Error> {
    let question = Question {
        reading: grammar::read("tekst1"),
        is_as_written: false,
        filters: Vec::new(),
        scope: Scope::Published,
        visible: Visible::All,
        edition: None,
        as_of: None,
        sort: Sort::Score,
        offset,
        at_position: at,
        limit: 3,
    };
    generation.answer(&question, &Concepts::default())
}

fn ids(answer: &Answer) -> Vec<String> {
    answer.hits.iter().map(|hit| hit.display.external_id.clone()).collect()
}

fn generation() -> Generation {
    let generation = Generation::in_memory(15_000_000).unwrap();
    publish(&generation, 1, 1..7);
    generation
}

#[test]
fn a_publication_between_two_pages_neither_hides_nor_repeats_a_hit() {
    let generation = generation();
    let first = page(&generation, 0, None).unwrap();
    publish(&generation, 2, 4..12);
    let second = page(&generation, 3, Some(first.position)).unwrap();
    let seen: BTreeSet<String> = ids(&first).into_iter().chain(ids(&second)).collect();
    let expected: BTreeSet<String> = (1..7).map(|number| format!("a-{number}")).collect();
    assert_eq!(seen, expected);
    assert_eq!((second.position, second.total), (first.position, 6));
    let now = page(&generation, 3, None).unwrap();
    assert_ne!(ids(&now), ids(&second), "the control: the publication moved hits");
}

#[test]
fn a_page_of_a_state_that_is_not_there_is_refused() {
    let position = page(&generation(), 0, None).unwrap().position;
    // Replicas that did not give the page before.
    let other = generation();
    assert!(page(&other, 3, Some(position)).is_ok(), "it is of the same state");
    let other = generation();
    publish(&other, 2, 4..12);
    assert!(matches!(page(&other, 3, Some(position)), Err(Error::PageExpired)));
}

#[test]
fn text_that_was_withdrawn_is_on_no_further_page() {
    let generation = generation();
    let position = page(&generation, 0, None).unwrap().position;
    publish(&generation, 2, 4..12);
    assert!(page(&generation, 3, Some(position)).is_ok(), "the control");
    generation.apply(&[withdrawn("plan/2021/1")], &[]).unwrap();
    assert!(matches!(page(&generation, 3, Some(position)), Err(Error::PageExpired)));
}

#[test]
fn few_states_are_kept() {
    let generation = Generation::in_memory(15_000_000).unwrap();
    let positions: Vec<u64> = (1..=20)
        .map(|number| {
            publish(&generation, number, 1..7);
            page(&generation, 0, None).unwrap().position
        })
        .collect();
    let is_kept = |position: &&u64| page(&generation, 3, Some(**position)).is_ok();
    let kept: Vec<u64> = positions.iter().filter(is_kept).copied().collect();
    assert_eq!(kept, positions[4..]);
}
