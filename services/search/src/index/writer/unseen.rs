//! Texts that a caller may not find do not influence what words are widened by, nor what is found.

use std::sync::Arc;

use model::{ContributionKind, Grant, Role};

use crate::{
    grammar,
    index::{
        Change, Concepts, Generation, Question, Scope, Sort, Visible,
        writer::tests::{contribution, edition, withdrawn},
    },
};

fn change(number: u128, organisation: &str, text: &str) -> Change {
    let mut saved = contribution(number, 1, ContributionKind::Answer);
    saved.organisation = organisation.parse().unwrap();
    text.clone_into(&mut saved.passages[0].text);
    Change::Working {
        contribution: Box::new(saved),
        cycle: Arc::new(testkit::cycle()),
        framework: Arc::new(testkit::framework()),
        organisations: Vec::new(),
    }
}

/// What is found, and what words are widened by or corrected to.
fn asked(generation: &Generation, query: &str, visible: Visible) -> (Vec<String>, Vec<String>) {
    asked_in(generation, Scope::Working, query, visible)
}

fn asked_in(
    generation: &Generation,
    scope: Scope,
    query: &str,
    visible: Visible,
) -> (Vec<String>, Vec<String>) {
    let question = Question {
        reading: grammar::read(query),
        is_as_written: false,
        filters: Vec::new(),
        scope,
        visible,
        edition: None,
        as_of: None,
        sort: Sort::Score,
        offset: 0,
        at_position: None,
        limit: 10,
    };
    let answer = generation.answer(&question, &Concepts::default()).unwrap();
    let found = answer.hits.into_iter().map(|hit| hit.display.external_id);
    let widenings = answer.widenings.into_iter().map(|widening| widening.alternative);
    let corrections = answer.corrections.into_iter().flat_map(|word| word.alternatives);
    (found.collect(), widenings.chain(corrections).collect())
}

#[test]
fn an_answer_is_the_same_with_and_without_texts_that_the_caller_may_not_find() {
    let own = [
        change(1, "alfa", "De wapens en de export."),
        change(2, "alfa", "Er is nieuw beleid in Jemen."),
    ];
    let others = [
        change(3, "beta", "De wapenexport naar Yemen."),
        change(4, "beta", "Het landenbeleid van Women, Peace and Security."),
    ];
    let (without, with) =
        (Generation::in_memory(15_000_000).unwrap(), Generation::in_memory(15_000_000).unwrap());
    without.apply(&own, &[]).unwrap();
    with.apply(&own, &[]).unwrap();
    with.apply(&others, &[]).unwrap();
    let alfa = || {
        Visible::Only(vec![Grant {
            organisation: Some("alfa".parse().unwrap()),
            ..Grant::everywhere(Role::Contributor)
        }])
    };
    let mut differing = 0;
    for query in [
        "jemen",
        "wapen export",
        "wapen-export",
        "export van wapens",
        "landenbeleid",
        "WPS",
        "wapenexprt",
    ] {
        let (seen, all) = (asked(&without, query, alfa()), asked(&with, query, alfa()));
        assert_eq!(seen, all, "{query}");
        differing +=
            usize::from(asked(&with, query, Visible::All) != asked(&without, query, Visible::All));
    }
    assert!(differing >= 5, "the control: whoever may find all gets other answers");
}

/// Deleted documents stay in the segment until it is merged.
#[test]
fn words_of_a_withdrawn_edition_are_forgotten_at_once() {
    let generation = Generation::in_memory(15_000_000).unwrap();
    let of = |number: u32, text: &str| {
        let mut saved = contribution(number.into(), 1, ContributionKind::Answer);
        text.clone_into(&mut saved.passages[0].text);
        edition(number, vec![saved])
    };
    generation
        .apply(&[of(1, "De wapenexport."), of(2, "De wapens en de export.")], &[1, 2])
        .unwrap();
    let widenings = || asked_in(&generation, Scope::Published, "wapen export", Visible::All).1;
    let corrections = || asked_in(&generation, Scope::Published, "wapenexprt", Visible::All).1;
    assert_eq!(widenings(), ["wapenexport"]);
    assert_eq!(corrections(), ["wapenexport"]);
    generation.apply(&[withdrawn("plan/2021/1")], &[3]).unwrap();
    assert!(widenings().is_empty());
    assert!(corrections().is_empty());
}

#[test]
fn a_joint_text_is_found_by_whoever_sees_one_of_its_organisations() {
    let mut joint = change(1, "alfa", "Vrede van beide.");
    if let Change::Working { contribution, .. } = &mut joint {
        contribution.content.partners = vec!["beta".to_owned()];
    }
    let generation = Generation::in_memory(15_000_000).unwrap();
    generation.apply(&[joint, change(2, "alfa", "Vrede van alfa alleen.")], &[]).unwrap();
    let seen_by = |organisation: &str| {
        let organisation = Some(organisation.parse().unwrap());
        let grant = Grant { organisation, ..Grant::everywhere(Role::Contributor) };
        let mut found = asked(&generation, "vrede", Visible::Only(vec![grant])).0;
        found.sort();
        found
    };
    assert_eq!(seen_by("alfa"), ["a-1", "a-2"]);
    assert_eq!(seen_by("beta"), ["a-1"]);
    assert_eq!(seen_by("gamma"), Vec::<String>::new(), "the control");
}
