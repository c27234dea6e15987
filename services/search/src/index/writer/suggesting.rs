//! Nothing is suggested but what the current editions say.

use model::ContributionKind;

use crate::index::{
    Generation,
    writer::tests::{contribution, edition, withdrawn},
};

/// An edition of which so many contributions have a text.
fn publish(generation: &Generation, number: u32, texts: &[&str]) {
    let of = |(number, text): (u128, &&str)| {
        let mut saved = contribution(number, 1, ContributionKind::Answer);
        (*text).clone_into(&mut saved.passages[0].text);
        saved
    };
    let texts = (1..).zip(texts).map(of).collect();
    generation.apply(&[edition(number, texts)], &[]).unwrap();
}

fn suggested(generation: &Generation, beginning: &str) -> Vec<(String, u64)> {
    let found = generation.suggestions().unwrap().beginning(beginning, 10);
    found.into_iter().map(|found| (found.query, found.contributions)).collect()
}

#[test]
fn words_of_three_contributions_are_suggested_and_of_fewer_not() {
    let generation = Generation::in_memory(15_000_000).unwrap();
    publish(&generation, 1, &["Quaggaland.", "Het quaggaland.", "quaggaland", "quaggaberg"]);
    assert_eq!(suggested(&generation, "quag"), [("quaggaland".to_owned(), 3)]);
}

#[test]
fn a_country_is_suggested_by_any_of_its_names() {
    let generation = Generation::in_memory(15_000_000).unwrap();
    publish(&generation, 1, &["Hulp aan Yemen."]);
    assert_eq!(suggested(&generation, "jeme"), [("country:Jemen".to_owned(), 1)]);
}

#[test]
fn what_is_withdrawn_or_superseded_is_not_suggested() {
    let generation = Generation::in_memory(15_000_000).unwrap();
    let texts = ["Het quaggaland."; 3];
    publish(&generation, 1, &texts);
    assert_eq!(suggested(&generation, "quagga").len(), 1, "the control");
    publish(&generation, 2, &["Iets anders."]);
    assert!(suggested(&generation, "quagga").is_empty(), "superseded");
    generation.apply(&[withdrawn("plan/2021/2")], &[]).unwrap();
    assert_eq!(suggested(&generation, "quagga").len(), 1, "current again");
    generation.apply(&[withdrawn("plan/2021/1")], &[]).unwrap();
    assert!(suggested(&generation, "quagga").is_empty(), "withdrawn");
}
