use model::{Content, CycleName, Figure, Instant, canonical};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{assign, parse};

fn contribution(content: Content, before: Option<&Contribution>) -> Contribution {
    let mut passages = Vec::new();
    for Narrative { language, markdown } in &content.narratives {
        let of = |passage: &&Passage| passage.language == *language;
        let old: Vec<Passage> =
            before.iter().flat_map(|one| one.passages.iter().filter(of)).cloned().collect();
        if let Ok(document) = parse(markdown) {
            passages.extend(assign(&document, language, &old, &[]));
        }
    }
    Contribution {
        id: Uuid::nil(),
        cycle: "plan/2021".parse::<CycleName>().unwrap(),
        organisation: "alfa".parse().unwrap(),
        external_id: None,
        state: model::ContributionState::Draft,
        content_hash: canonical::content_hash(&content),
        content,
        version: 1,
        passages,
        findings: Vec::new(),
        create_time: Instant(0),
        update_time: Instant(0),
        autosave: false,
        rolled_forward: false,
        author: String::new(),
        approved_version: 0,
        state_time: model::Instant(0),
    }
}

fn text(markdown: &str) -> Content {
    let narrative = Narrative { language: "nl".to_owned(), markdown: markdown.to_owned() };
    Content { narratives: vec![narrative], ..Content::default() }
}

fn number(label: &str, value: &str) -> Figure {
    Figure { value: value.to_owned(), label: label.to_owned(), ..Figure::default() }
}

fn differences(before: Content, after: Content) -> Vec<Difference> {
    let before = contribution(before, None);
    let after = contribution(after, Some(&before));
    compare(&before, &after)
}

#[test]
fn an_edited_paragraph_is_compared_by_word_and_no_other() {
    let found = differences(
        text("Eerste alinea.\n\nWij steunden twee fondsen.\n\nLaatste."),
        text("Eerste alinea.\n\nWij steunden drie fondsen.\n\nLaatste."),
    );
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((one.field.as_str(), one.change), ("content.narratives[0]", Change::Changed));
    assert!(!one.passage.is_empty());
    let changed: Vec<_> = one.words.iter().filter(|run| run.change.is_some()).collect();
    assert_eq!(changed.iter().map(|run| run.text.as_str()).collect::<Vec<_>>(), ["twee", "drie"]);
}

#[test]
fn markup_alone_is_a_difference_too() {
    let found = differences(text("Een woord."), text("Een *woord*."));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].field, "content.narratives[0].markdown");
}

#[test]
fn a_figure_is_compared_field_by_field_wherever_others_come_and_go() {
    let figures = |values: &[(&str, &str)]| Content {
        figures: values.iter().map(|(label, value)| number(label, value)).collect(),
        ..Content::default()
    };
    let found = differences(
        figures(&[("a", "1"), ("b", "2"), ("c", "3")]),
        figures(&[("nieuw", "9"), ("a", "1"), ("b", "5"), ("c", "3")]),
    );
    let shown: Vec<_> = found
        .iter()
        .map(|one| (one.field.as_str(), one.change, one.before.as_str(), one.after.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            (
                "content.figures[0]",
                Change::Added,
                "",
                "label: nieuw; kind: count; value: 9; precision: exact"
            ),
            ("content.figures[2].value", Change::Changed, "2", "5"),
        ]
    );
}

#[test]
fn a_language_that_comes_or_goes_is_a_difference() {
    let english = Narrative { language: "en".to_owned(), markdown: "A text.".to_owned() };
    let mut both = text("Een tekst.");
    both.narratives.push(english);
    let found = differences(text("Een tekst."), both.clone());
    assert!(found.iter().any(|one| one.after == "A text." && one.change == Change::Added));
    let found = differences(both, text("Een tekst."));
    assert!(found.iter().any(|one| one.before == "A text." && one.change == Change::Removed));
}

fn contents() -> impl Strategy<Value = Content> {
    let markdown = prop::collection::vec("[a-c]{1,3}( [a-c]{1,3}){0,3}", 0..4);
    let figures = prop::collection::vec(("[a-b]", "[1-3]"), 0..4);
    let pages = prop::collection::vec(1..4_u32, 0..3);
    let partners = prop::collection::vec("[a-b]", 0..3);
    (markdown, figures, "[a-b]{0,2}", pages, partners).prop_map(
        |(paragraphs, figures, note, source_pages, partners)| Content {
            figures: figures.iter().map(|(label, value)| number(label, value)).collect(),
            note,
            source_pages,
            partners,
            ..text(&paragraphs.join("\n\n"))
        },
    )
}

proptest! {
    #[test]
    fn there_is_no_difference_exactly_where_the_contents_are_equal(one in contents(), other in contents()) {
        let equal = canonical::content_hash(&one) == canonical::content_hash(&other);
        prop_assert_eq!(differences(one.clone(), other.clone()).is_empty(), equal);
        prop_assert!(differences(one.clone(), one).is_empty());
    }

    #[test]
    fn the_words_of_a_difference_make_up_both_texts(one in "[a-c ]{0,20}", other in "[a-c ]{0,20}") {
        let runs = words(&one, &other);
        let side = |without: Change| runs.iter().filter(|run| run.change != Some(without)).map(|run| run.text.as_str()).collect::<String>();
        prop_assert_eq!(side(Change::Added), one);
        prop_assert_eq!(side(Change::Removed), other);
    }
}
