//! The example content has something for everything to show, and claims no figure that is not public.

use std::collections::{BTreeMap, BTreeSet};

use wire::v1::{Content, Figure};

use super::{
    CYCLES, Syntax, contributions,
    review::{REMARKED, RETURNED, vague_save},
};

/// Marks a figure that is made up.
const MADE_UP: &str = "voorbeeldcijfer";

/// The contents of a cycle's contributions.
fn contents(cycle: usize) -> Vec<Content> {
    let (submission, faults) = contributions::read(CYCLES[cycle].0, Syntax::Yaml);
    assert_eq!(faults, []);
    submission.unwrap().items.into_iter().filter_map(|item| item.save.content).collect()
}

fn figures(cycle: usize) -> Vec<Figure> {
    contents(cycle).into_iter().flat_map(|content| content.figures).collect()
}

fn both<T>(of: fn(usize) -> Vec<T>) -> Vec<T> {
    of(0).into_iter().chain(of(1)).collect()
}

#[test]
fn there_are_figures_with_targets_breaks_comparisons_and_two_currencies() {
    let figures = both(figures);
    assert!(40 <= figures.len(), "{}", figures.len());
    for cycle in [0, 1] {
        assert!(self::figures(cycle).iter().any(|figure| figure.target.is_some()), "{cycle}");
    }
    assert!(figures.iter().any(|figure| !figure.break_note.is_empty()));
    assert!(figures.iter().any(|figure| !figure.comparisons.is_empty()));
    let kinds: BTreeSet<i32> = figures.iter().map(|figure| figure.kind).collect();
    assert_eq!(kinds.len(), 4, "amounts, counts, percentages and ratios");
    let is_amount = |figure: &&Figure| figure.kind() == wire::v1::FigureKind::Amount;
    let units = figures.iter().filter(is_amount).map(|figure| figure.unit.as_str());
    assert_eq!(units.collect::<BTreeSet<_>>(), BTreeSet::from(["EUR", "USD"]));
}

#[test]
fn one_fact_is_stated_twice_and_another_contradicts_itself() {
    let mut facts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for figure in both(figures).into_iter().filter(|figure| !figure.fact.is_empty()) {
        facts.entry(figure.fact).or_default().push(figure.value);
    }
    facts.retain(|_, values| 1 < values.len());
    let agrees = |values: &&Vec<String>| values.iter().all(|value| *value == values[0]);
    assert!(facts.values().any(|values| agrees(&values)), "{facts:?}");
    assert!(facts.values().any(|values| !agrees(&values)), "{facts:?}");
}

#[test]
fn there_are_tables_links_and_references_of_every_kind() {
    let contents = both(contents);
    let texts: String = contents
        .iter()
        .flat_map(|content| &content.narratives)
        .map(|n| n.markdown.as_str())
        .collect();
    assert!(texts.contains("| --- |") && texts.contains("](https://"), "a table and a link");
    let kinds: BTreeSet<i32> = contents
        .iter()
        .flat_map(|content| &content.references)
        .map(|reference| reference.kind)
        .collect();
    assert_eq!(kinds.len(), 5, "contributions, papers, laws, documents and the web");
    let answers: BTreeSet<i32> = contents.iter().map(|content| content.answer).collect();
    assert!(6 <= answers.len(), "every answer status");
}

#[test]
fn one_text_is_returned_and_one_in_each_cycle_remarked_on() {
    let items = |cycle: usize| contributions::read(CYCLES[cycle].0, Syntax::Yaml).0.unwrap().items;
    let [_, _, clear, vague] = RETURNED;
    let save = vague_save("a/2021", items(0).iter()).unwrap();
    let text = &save.content.unwrap().narratives[0].markdown;
    assert_eq!((text.matches(vague).count(), text.matches(clear).count()), (1, 0), "{text}");
    assert!(vague_save("a/2022", items(1).iter()).is_none());
    for cycle in [0, 1] {
        let [organisation, external_id] = REMARKED;
        let all = items(cycle);
        let remarked = all
            .iter()
            .map(|item| &item.save)
            .find(|save| save.organisation == organisation && save.external_id == external_id);
        let content = remarked.and_then(|save| save.content.as_ref()).unwrap();
        assert!(!content.figures.is_empty(), "the remark is on a figure");
    }
}

#[test]
fn every_figure_over_the_second_cycle_says_that_it_is_made_up() {
    for figure in figures(1) {
        assert!(figure.caveat.contains(MADE_UP), "{figure:?}");
    }
    assert!(figures(0).iter().all(|figure| !figure.caveat.contains(MADE_UP)));
}

#[test]
fn figures_over_the_first_cycle_stand_in_the_public_report() {
    let Some(shared) = runtime::variable("VOORTGANG_SHARED") else {
        eprintln!("left out, since VOORTGANG_SHARED names no folder: figures against the report");
        return;
    };
    let file = std::path::Path::new(&shared).join("data/nap1325-iv/contributions-2021.yaml");
    let printed = numbers(&std::fs::read_to_string(file).unwrap());
    let mut checked = 0;
    for figure in figures(0) {
        let Ok(value) = figure.value.parse::<f64>() else { panic!("{figure:?}") };
        // The report writes small numbers in words.
        if 13.0 <= value {
            let written = format!("{value}");
            assert!(printed.contains(&written), "{written} is not in the report: {figure:?}");
            checked += 1;
        }
    }
    assert!(20 < checked, "{checked}");
}

/// The numbers of a text in plain digits; millions are multiplied out.
fn numbers(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let mut numbers = BTreeSet::new();
    for (place, _) in text.match_indices(is_part) {
        if text[..place].ends_with(is_part) {
            continue;
        }
        let rest = &text[place..];
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let word = rest[..end].trim_matches(['.', ',']);
        let after = rest[end..].trim_start();
        let is_millions = rest[end..].starts_with('M')
            || ["mln", "miljoen"].iter().any(|unit| after.starts_with(unit));
        if is_millions && let Ok(millions) = word.replace(',', ".").parse::<f64>() {
            numbers.insert(format!("{}", (millions * 1e6).round()));
        }
        numbers.insert(word.replace(['.', ','], ""));
        numbers.insert(word.replace(',', "."));
    }
    numbers
}
