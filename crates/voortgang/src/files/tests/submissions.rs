//! Contributions.

use super::*;

#[test]
fn a_submission_is_read_in_full() {
    let (submission, faults) = contributions::read(SUBMISSION, Syntax::Yaml);
    let submission = submission.unwrap();
    assert_eq!(faults, []);
    assert_eq!((submission.cycle.as_str(), submission.language.as_str()), ("plan/2022-2023", "nl"));
    assert_eq!(submission.from.to_string(), "2022-01-01");
    assert_eq!(submission.until.to_string(), "2023-12-31");
    assert_eq!((submission.framework.as_str(), submission.faulty), ("plan", 0));
    let ids: Vec<_> = submission
        .items
        .iter()
        .map(|item| (item.path.as_str(), item.save.external_id.as_str()))
        .collect();
    let expected = [
        ("contributions[0]", "bz-1"),
        ("contributions[1]", "bz-2"),
        ("unanswered[0]", "open-bz-1-a"),
        ("remarks[0]", "bz-r"),
    ];
    assert_eq!(ids, expected);
    let first = &submission.items[0].save;
    assert_eq!(first.mode, i32::from(wire::v1::SaveMode::Draft));
    let content = model::Content::try_from(first.content.clone().unwrap()).unwrap();
    assert_eq!(content.goals, ["1", "1.10"]);
    let languages: Vec<_> =
        content.narratives.iter().map(|narrative| narrative.language.as_str()).collect();
    assert_eq!(languages, ["nl", "en"], "the first text written is the original");
    assert_eq!(content.figures[0].value, "35000000");
    assert_eq!(content.figures[0].comparisons[0].value, "11.50");
    assert_eq!(content.source_pages, [3]);
    assert_eq!(submission.items[0].place(), Place { line: 6, column: 3 });
    let place = |field| submission.items[0].place_of(field);
    assert_eq!(place("content.figures[0].value"), Place { line: 17, column: 27 });
    assert_eq!(place("content.narratives[1].markdown"), Place { line: 13, column: 25 });
    assert_eq!(place("external_id"), Place { line: 6, column: 7 });
    assert_eq!(place("content.source_pages[0]"), Place { line: 12, column: 11 });
    assert_eq!(place("cycle"), Place { line: 6, column: 3 });
}

#[test]
fn a_faulty_item_takes_no_other_with_it() {
    let cases = [
        ("- id: bz-2", "- id: bz 2", "22:7 contributions[1].id INVALID_EXTERNAL_ID"),
        ("- id: bz-2", "- id: bz-1", "22:7 contributions[1].id DUPLICATE_ID"),
        (
            "- id: bz-2\n  organisation: bz",
            "- id: bz-2",
            "22:3 contributions[1].organisation MISSING_KEY",
        ),
        ("answer: reported", "answer: reportde", "24:11 contributions[1].answer UNKNOWN_VALUE"),
        ("text: Twee", "text: true", "25:9 contributions[1].text WRONG_TYPE"),
        (
            "text: Twee",
            "figures: [{value: 1}]",
            "25:13 contributions[1].figures[0].kind MISSING_KEY",
        ),
        ("  text: Twee", "  txet: Twee", "25:3 contributions[1].txet UNKNOWN_KEY"),
        ("text: Twee", "pages: [-1]", "25:11 contributions[1].pages[0] INVALID_NUMBER"),
        ("note: leeg", "text: x", "30:3 unanswered[0].text UNKNOWN_KEY"),
    ];
    for (from, to, expected) in cases {
        assert!(SUBMISSION.contains(from));
        let (submission, faults) =
            contributions::read(SUBMISSION.replacen(from, to, 1), Syntax::Yaml);
        let submission = submission.unwrap();
        assert_eq!((submission.items.len(), submission.faulty), (3, 1), "{to}");
        let found: Vec<_> = faults
            .iter()
            .map(|f| format!("{}:{} {} {}", f.line, f.column, f.path, f.reason))
            .collect();
        assert_eq!(found, [expected]);
    }
}

#[test]
fn a_fault_outside_the_items_refuses_the_file_and_those_of_items_are_reported_too() {
    let cases = [
        ("contributions:", "contributons:", "UNKNOWN_KEY"),
        ("until: 2023", "until: 2021", "PERIOD_ENDS_BEFORE_IT_BEGINS"),
        ("from: 2022,", "from: later,", "INVALID_DATE"),
        ("language: nl\n", "", "MISSING_KEY"),
        ("source: elsewhere", "cycle: plan/2021", "CYCLE_MISMATCH"),
    ];
    for (from, to, expected) in cases {
        let text = SUBMISSION.replacen(from, to, 1).replace("- id: bz-r", "- id: bz r");
        let (submission, faults) = contributions::read(text, Syntax::Yaml);
        assert!(submission.is_none(), "{to}");
        let reasons: Vec<_> = faults.iter().map(|fault| fault.reason.as_str()).collect();
        assert!(
            reasons.contains(&expected) && reasons.contains(&"INVALID_EXTERNAL_ID"),
            "{reasons:?}"
        );
    }
}

#[test]
fn partners_of_a_joint_contribution_are_read() {
    let joint = SUBMISSION.replacen("  note: n\n", "  note: n\n  partners: [def, jenv]\n", 1);
    let (submission, faults) = contributions::read(joint, Syntax::Yaml);
    assert_eq!(faults, []);
    let content = submission.unwrap().items[0].save.content.clone().unwrap();
    assert_eq!(content.partners, ["def", "jenv"]);
}
