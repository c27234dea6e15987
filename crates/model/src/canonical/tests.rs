use super::*;
use crate::{
    AnswerStatus, Comparison, ContributionKind, Figure, FigureKind, Narrative, Precision,
    Reference, ReferenceKind,
};

fn sample() -> Content {
    Content {
        goals: vec!["1".into()],
        indicators: vec!["1.0-a".into()],
        answer: Some(AnswerStatus::Reported),
        narratives: vec![Narrative { language: "nl".into(), markdown: "Één zin.\n".into() }],
        ..Content::default()
    }
}

#[test]
fn the_canonical_form_of_a_content_is_as_documented() {
    let expected = "form 9\ncontent 1\nkind 6\nanswer\ngoal 1\n1\nindicator 5\n1.0-a\nanswer 8\nreported\n\
                    narrative 38\nlanguage 2\nnl\nmarkdown 11\nÉén zin.\n\n\n";
    assert_eq!(String::from_utf8(content(&sample())).unwrap(), expected);
}

/// A sequence of fields, written once more.
fn sequence(fields: &[(&str, &str)]) -> String {
    let field = |(name, value): &(&str, &str)| format!("{name} {}\n{value}\n", value.len());
    fields.iter().map(field).collect::<Vec<_>>().concat()
}

fn full_figure() -> Figure {
    let comparison = |value: &str, year| Comparison { value: value.into(), year };
    Figure {
        kind: FigureKind::Ratio,
        value: "1".into(),
        per: "2".into(),
        unit: "posten".into(),
        precision: Precision::AtMost,
        from: "2021-01-01".into(),
        until: "2021-12-31".into(),
        counts: "vrouwen".into(),
        indicator: "1-a".into(),
        comparisons: vec![comparison("3", 2019), comparison("4", 2020)],
        target: Some(comparison("5", 2024)),
        break_note: "anders geteld".into(),
        caveat: "voorlopig".into(),
        fact: "posten-2021".into(),
        label: "Posten".into(),
    }
}

fn form_of_full_figure() -> String {
    let compared = |value, year| sequence(&[("value", value), ("year", year)]);
    sequence(&[
        ("kind", "ratio"),
        ("value", "1"),
        ("per", "2"),
        ("unit", "posten"),
        ("precision", "at_most"),
        ("from", "2021-01-01"),
        ("until", "2021-12-31"),
        ("counts", "vrouwen"),
        ("indicator", "1-a"),
        ("comparison", &compared("3", "2019")),
        ("comparison", &compared("4", "2020")),
        ("target", &compared("5", "2024")),
        ("break-note", "anders geteld"),
        ("caveat", "voorlopig"),
        ("fact", "posten-2021"),
        ("label", "Posten"),
    ])
}

#[test]
fn every_field_of_a_content_keeps_its_name_and_place() {
    let full = Content {
        kind: ContributionKind::GeneralRemark,
        goals: vec!["1".into(), "2".into()],
        indicators: vec!["1-a".into()],
        answer: Some(AnswerStatus::NoSpecificPolicy),
        narratives: vec![Narrative { language: "nl".into(), markdown: "Ja.".into() }],
        figures: vec![full_figure(), Figure { value: "6".into(), ..Figure::default() }],
        references: vec![Reference {
            kind: ReferenceKind::ParliamentaryPaper,
            as_written: "de brief".into(),
            target: "kst-1".into(),
            url: "https://a.nl".into(),
        }],
        section: "Intern".into(),
        source_pages: vec![7, 8],
        note: "noot".into(),
        partners: vec!["beta".into()],
    };
    let plain = sequence(&[("kind", "count"), ("value", "6"), ("precision", "exact")]);
    let reference = sequence(&[
        ("kind", "parliamentary_paper"),
        ("as-written", "de brief"),
        ("target", "kst-1"),
        ("url", "https://a.nl"),
    ]);
    let expected = sequence(&[
        ("form", "content 1"),
        ("kind", "general_remark"),
        ("goal", "1"),
        ("goal", "2"),
        ("indicator", "1-a"),
        ("answer", "no_specific_policy"),
        ("narrative", &sequence(&[("language", "nl"), ("markdown", "Ja.")])),
        ("figure", &form_of_full_figure()),
        ("figure", &plain),
        ("reference", &reference),
        ("section", "Intern"),
        ("source-page", "7"),
        ("source-page", "8"),
        ("note", "noot"),
        ("partner", "beta"),
    ]);
    assert_eq!(String::from_utf8(content(&full)).unwrap(), expected);
}

#[test]
fn each_field_of_a_content_changes_the_hash() {
    let edits: [fn(&mut Content); 10] = [
        |c| c.kind = ContributionKind::GeneralRemark,
        |c| c.goals.push("2".into()),
        |c| c.indicators.clear(),
        |c| c.answer = None,
        |c| c.narratives[0].markdown.push(' '),
        |c| {
            c.references.push(Reference {
                kind: ReferenceKind::Law,
                as_written: "x".into(),
                target: String::new(),
                url: String::new(),
            });
        },
        |c| c.section = "Intern".into(),
        |c| c.source_pages = vec![1],
        |c| c.note = "n".into(),
        |c| c.partners.push("beta".into()),
    ];
    let mut hashes = vec![content_hash(&sample())];
    for edit in edits {
        let mut changed = sample();
        edit(&mut changed);
        hashes.push(content_hash(&changed));
    }
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 11);
}

#[test]
fn a_value_that_looks_like_fields_is_no_second_field() {
    let mut forged = sample();
    forged.section = "x\nnote 1\ny".into();
    let mut honest = sample();
    honest.section = "x".into();
    honest.note = "y".into();
    assert_ne!(content(&forged), content(&honest));
}
