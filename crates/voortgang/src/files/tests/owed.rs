//! Obligations.

use super::*;

#[test]
fn faults_of_obligations_stand_where_they_are_in_both_syntaxes() {
    let faults = |text: &str, syntax| {
        let (assignments, faults) = obligations::read(text, syntax);
        assert!(assignments.is_none());
        let shown = |f: &Fault| format!("{}:{} {} {}", f.line, f.column, f.path, f.reason);
        faults.iter().map(shown).collect::<Vec<_>>()
    };
    let yaml = "obligations:\n- organisation: BZ!\n  goal: 1\n- gaol: 1\n  organisation: bz\n  optional: perhaps\n";
    assert_eq!(
        faults(yaml, Syntax::Yaml),
        [
            "2:17 obligations[0].organisation INVALID_CODE",
            "4:3 obligations[1].gaol UNKNOWN_KEY",
            "4:3 obligations[1].goal MISSING_KEY",
            "6:13 obligations[1].optional WRONG_TYPE",
        ]
    );
    let json = "{\"obligations\": [{\"organisation\": \"bz\",\n\"goal\": [1]}]}";
    assert_eq!(faults(json, Syntax::Json), ["2:9 obligations[0].goal WRONG_TYPE"]);
}

#[test]
fn an_entry_owes_each_of_its_indicators_or_the_goal_as_a_whole() {
    let text = "obligations:\n- {organisation: bz, goal: 1.10, indicators: [1.10-a, 1.10-b], optional: true}\n- {organisation: bz, goal: 2}\n";
    let items = obligations::read(text, Syntax::Yaml).0.unwrap().items;
    let owed = items.iter().map(|item| {
        let owed = &item.obligation;
        (owed.goal.as_str(), owed.indicator.as_str(), owed.optional)
    });
    assert_eq!(
        owed.collect::<Vec<_>>(),
        [("1.10", "1.10-a", true), ("1.10", "1.10-b", true), ("2", "", false)]
    );
    let fault = items[1].fault("indicator", "UNKNOWN_INDICATOR", "");
    assert_eq!((fault.line, fault.path.as_str()), (2, "obligations[0].indicators[1]"));
    assert_eq!(items[2].fault("goal", "UNKNOWN_GOAL", "").line, 3);
}
