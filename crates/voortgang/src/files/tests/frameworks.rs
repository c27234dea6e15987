//! Frameworks.

use std::fmt::Write as _;

use super::*;

#[test]
fn both_syntaxes_give_the_same_framework() {
    let read = |text, syntax| framework::read(text, syntax).0.unwrap();
    let yaml = read(YAML, Syntax::Yaml);
    assert_eq!(yaml.goals[1].code, "1.10", "a number is kept as written");
    assert_eq!(yaml.goals[1].kind, model::GoalKind::Subgoal);
    assert_eq!(yaml, read(JSON, Syntax::Json));
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_fault_of_a_framework_names_its_place() {
    let cases: &[(Syntax, &str, &str, &[&str])] = &[
        (Syntax::Yaml, "parent: 1", "parent: 9", &["21:11 goals[1].parent UNKNOWN_PARENT"]),
        (
            Syntax::Json,
            "\"parent\": \"1\"",
            "\"parent\": \"9\"",
            &["8:43 goals[1].parent UNKNOWN_PARENT"],
        ),
        (
            Syntax::Yaml,
            "code: 1.10",
            "code: '1'",
            &["19:9 goals[1].code DUPLICATE_CODE", "21:11 goals[1].parent PARENT_CYCLE"],
        ),
        (
            Syntax::Json,
            "1.10, \"pillar\": \"een\", \"parent\": \"1\"",
            "1, \"pillar\": \"een\"",
            &["8:10 goals[1].code DUPLICATE_CODE"],
        ),
        (
            Syntax::Yaml,
            "statement: Subdoel",
            "statement: ''",
            &["22:14 goals[1].statement STATEMENT_MISSING"],
        ),
        (Syntax::Json, "\"Subdoel\"", "\" \"", &["8:61 goals[1].statement STATEMENT_MISSING"]),
        (
            Syntax::Yaml,
            "  statement: Subdoel",
            "  staement: Subdoel",
            &["19:3 goals[1].statement MISSING_KEY", "22:3 goals[1].staement UNKNOWN_KEY"],
        ),
        (
            Syntax::Yaml,
            "goals:\n",
            "indicators:\n- code: x\n- code: y\ngoals:\n",
            &[
                "12:3 indicators[0] INDICATOR_WITHOUT_GOAL",
                "13:3 indicators[1] INDICATOR_WITHOUT_GOAL",
            ],
        ),
        (
            Syntax::Json,
            "\"goals\"",
            "\"indicators\": [{}], \"goals\"",
            &["5:16 indicators[0] INDICATOR_WITHOUT_GOAL"],
        ),
        (
            Syntax::Yaml,
            "measure: count",
            "measure: cuont",
            &["17:14 goals[0].indicators[0].measure UNKNOWN_VALUE"],
        ),
        (Syntax::Yaml, "from: 2021", "from: soon", &["4:16 period.from INVALID_NUMBER"]),
        (
            Syntax::Yaml,
            "statement: Doel",
            "statement: [Doel]",
            &["14:14 goals[0].statement WRONG_TYPE"],
        ),
        (Syntax::Yaml, "code: plan", "code: Plan!", &["1:7 code INVALID_CODE"]),
        (Syntax::Yaml, "title: Plan", "title: Plan\ntitle: Plan", &["3:1  DUPLICATE_KEY"]),
        (Syntax::Json, "\"title\"", "\"code\": \"x\", \"title\"", &["2:17  DUPLICATE_KEY"]),
        (
            Syntax::Yaml,
            "name: Buitenlandse Zaken",
            "names: []",
            &["6:3 organisations[0].name MISSING_KEY", "7:10 organisations[0].names EMPTY_LIST"],
        ),
    ];
    for (syntax, from, to, expected) in cases {
        let text = match syntax {
            Syntax::Yaml => YAML,
            Syntax::Json => JSON,
        };
        check(text, *syntax, from, to, expected);
    }
}

#[test]
fn each_goal_of_a_circle_is_a_fault() {
    let text = YAML.replacen(
        "  pillar: een\n  statement: Doel",
        "  pillar: een\n  parent: 1.10\n  statement: Doel",
        1,
    );
    assert_eq!(
        faults(&text, Syntax::Yaml),
        ["14:11 goals[0].parent PARENT_CYCLE", "22:11 goals[1].parent PARENT_CYCLE"]
    );
}

#[test]
fn every_fault_is_printed_with_a_hint_where_a_word_is_close() {
    let text = YAML
        .replace("parent: 1", "parent: 9")
        .replace("language: nl", "langauge: nl")
        .replace("count", "cuont");
    let (_, faults) = framework::read(&text, Syntax::Yaml);
    let printed: String = faults.iter().fold(String::new(), |mut printed, fault| {
        writeln!(printed, "{fault}").unwrap();
        printed
    });
    for expected in [
        "3:1: langauge: `langauge` is no key of a framework; did you mean `language`? (UNKNOWN_KEY)",
        "did you mean `count`?",
        "there is no goal `9`",
        "language: a framework has a `language` (MISSING_KEY)",
    ] {
        assert!(printed.contains(expected), "{expected} is not in\n{printed}");
    }
}

#[test]
fn the_list_of_faults_is_bounded() {
    let text = (0..5_000).fold(String::new(), |mut text, i| {
        writeln!(text, "key{i}: 1").unwrap();
        text
    });
    let (_, faults) = framework::read(&text, Syntax::Yaml);
    assert_eq!(faults.len(), 1_001);
    assert_eq!(faults.last().unwrap().reason, "MORE_FAULTS");
}
