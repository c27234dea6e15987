//! The fault cases of both files, the real files, and the JSON Schemas.

use std::{fmt::Write as _, path::PathBuf};

use jsonschema::Validator;
use serde_json::{Value as Json, json};

use super::*;
use crate::files::{node::Value, shapes::Shape};

/// A sound framework in both syntaxes; each case spoils one line of it.
const YAML: &str = "\
code: plan
title: Plan
language: nl
period: {from: 2021, until: 2025}
organisations:
- code: bz
  name: Buitenlandse Zaken
pillars:
- code: een
  name: Eén
goals:
- code: 1
  pillar: een
  statement: Doel
  indicators:
  - code: 1-a
    measure: count
    statement: Aantal
- code: 1.10
  pillar: een
  parent: 1
  statement: Subdoel
";
const JSON: &str = r#"{
"code": "plan", "title": {"nl": "Plan"}, "language": "nl", "period": {"from": 2021, "until": 2025},
"organisations": [{"code": "bz", "name": "Buitenlandse Zaken"}],
"pillars": [{"code": "een", "name": "Eén"}],
"goals": [
{"code": 1, "pillar": "een", "statement": "Doel",
 "indicators": [{"code": "1-a", "measure": "count", "statement": "Aantal"}]},
{"code": 1.10, "pillar": "een", "parent": "1", "statement": "Subdoel"}
]}"#;
/// Reads a framework and returns its faults as `line:column path REASON`.
fn faults(text: &str, syntax: Syntax) -> Vec<String> {
    let (framework, faults) = framework::read(text, syntax);
    assert_eq!(framework.is_some(), faults.is_empty());
    faults.iter().map(|f| format!("{}:{} {} {}", f.line, f.column, f.path, f.reason)).collect()
}

/// Spoils a framework by replacing `from`, which must be there, and compares the faults.
fn check(text: &str, syntax: Syntax, from: &str, to: &str, expected: &[&str]) {
    assert!(text.contains(from), "`{from}` is not in the sample");
    assert_eq!(
        faults(&text.replacen(from, to, 1), syntax),
        expected,
        "{syntax:?}: `{from}` -> `{to}`"
    );
}

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
fn hostile_files_are_refused_at_their_place() {
    let deep = "[".repeat(100);
    let cases: &[(Syntax, &[u8], &str)] = &[
        (Syntax::Yaml, b"a: \xff", "1:4  NOT_UTF_8"),
        (Syntax::Yaml, b"", "1:1  EMPTY_FILE"),
        (Syntax::Yaml, b"a: [", "INVALID_YAML"),
        (Syntax::Json, b"{\"a\": 1,}", "1:9  INVALID_JSON"),
        (Syntax::Json, b"{\"a\": \"\\ud800\"}", "1:7  INVALID_TEXT"),
        (Syntax::Yaml, b"a: &x [1]\nb: *x", "1:4  ANCHOR_NOT_TAKEN"),
        (Syntax::Yaml, b"a: &x [1]\nb: *x", "2:4  ALIAS_NOT_TAKEN"),
        (Syntax::Yaml, b"a: !x 1", "TAG_NOT_TAKEN"),
        (Syntax::Yaml, b"a: 1\n---\nb: 1\n", "SECOND_DOCUMENT"),
        (Syntax::Yaml, b"? [a]\n: 1", "KEY_NOT_TEXT"),
        (Syntax::Yaml, deep.as_bytes(), "1:65  TOO_DEEP"),
        (Syntax::Yaml, b"- 1", "1:1  WRONG_TYPE"),
    ];
    for (syntax, bytes, expected) in cases {
        let (none, found) = framework::read(bytes, *syntax);
        assert!(none.is_none());
        let found: Vec<_> = found
            .iter()
            .map(|f| format!("{}:{} {} {}", f.line, f.column, f.path, f.reason))
            .collect();
        assert!(
            found.iter().any(|fault| fault.ends_with(expected)),
            "{expected} is not among {found:?}"
        );
    }
    let nested = format!("{}{}", "[".repeat(100), "]".repeat(100));
    assert_eq!(faults(&nested, Syntax::Json), ["1:66  TOO_DEEP"]);
    assert_eq!(
        framework::read(vec![b' '; MAX_BYTES + 1], Syntax::Yaml).1[0].reason,
        "FILE_TOO_LARGE"
    );
    assert_eq!(
        framework::read(vec![b' '; 2 * 1024 * 1024], Syntax::Yaml).1[0].reason,
        "LINE_TOO_LONG"
    );
}

/// Reads JSON that has no fault of form.
fn tree(text: &str) -> Json {
    let mut faults = Faults::default();
    let node = parse(text.as_bytes(), Syntax::Json, &mut faults);
    assert_eq!(faults.in_order(), [], "{text}");
    as_json(&node.unwrap())
}

#[test]
fn json_is_read_as_json_where_yaml_would_read_it_otherwise() {
    let cases: &[(&str, Json)] = &[
        (r#"{"a": "\ud83d\ude00 \u00e9 \/ \u0000"}"#, json!({"a": "😀 é / \0"})),
        ("[\n\t1,\n\t{\n\t\t\"a\":\t1\n\t}\n]", json!([1, {"a": 1}])),
        ("\u{feff}\r\n{\"a\"\r\n:\r\n1}\r\n", json!({"a": 1})),
        ("{\"\":1,\"<<\":2,\"null\":null}", json!({"": 1, "<<": 2, "null": null})),
        (
            "[\"yes\", \"null\", \"1\", \"~\", \"*a\", \"&a\", \"!a\", \"# a\"]",
            json!(["yes", "null", "1", "~", "*a", "&a", "!a", "# a"]),
        ),
        ("\"\u{7f}\u{85}\u{2028}\u{fffe}\u{feff}\"", json!("\u{7f}\u{85}\u{2028}\u{fffe}\u{feff}")),
        (" true ", json!(true)),
    ];
    for (text, expected) in cases {
        assert_eq!(&tree(text), expected, "{text}");
    }
    let numbers = ["0", "-0", "1.10", "1E5", "1e+5", "1.5E-3", "123456789012345678901234567890"];
    let mut faults = Faults::default();
    let node = parse(format!("[{}]", numbers.join(",")).as_bytes(), Syntax::Json, &mut faults);
    let Value::List(nodes) = node.unwrap().value else { panic!("no list") };
    let values: Vec<_> = nodes.into_iter().map(|node| node.value).collect();
    assert_eq!(values, numbers.map(|number| Value::Number(number.to_owned())), "kept as written");
    let deepest = format!("{}{}", "[".repeat(64), "]".repeat(64));
    assert!(tree(&deepest).is_array());
}

#[test]
fn a_large_file_of_one_line_is_json_and_no_yaml() {
    let text = format!("[{}\"x\"]", "\"é\",".repeat(220_000));
    assert_eq!(tree(&text).as_array().map(Vec::len), Some(220_001));
    assert_eq!(faults(&text, Syntax::Yaml), ["1:1  LINE_TOO_LONG"]);
}

#[test]
fn what_is_no_json_is_refused_though_yaml_takes_it() {
    for (text, expected) in [
        ("a: 1", "1:1  INVALID_JSON"),
        ("{'a': 1}", "1:2  INVALID_JSON"),
        ("{\"a\": 01}", "1:8  INVALID_JSON"),
        ("{\"a\": 1} # b", "1:10  INVALID_JSON"),
        ("[1,\n2,]", "2:3  INVALID_JSON"),
        ("", "1:1  INVALID_JSON"),
        ("[\"\\udc00\"]", "1:2  INVALID_TEXT"),
    ] {
        assert_eq!(faults(text, Syntax::Json), [expected], "{text}");
    }
}

#[test]
fn the_real_report_is_the_same_in_either_syntax() {
    for name in ["framework.yaml", "contributions-2021.yaml"] {
        let Some(text) = real(name) else { continue };
        let yaml = as_json(&parse(text.as_bytes(), Syntax::Yaml, &mut Faults::default()).unwrap());
        let mut escaped = String::new();
        for sign in yaml.to_string().chars() {
            let mut units = [0; 2];
            match sign {
                sign if sign.is_ascii() => escaped.push(sign),
                sign => sign.encode_utf16(&mut units).iter().for_each(|unit| {
                    write!(escaped, "\\u{unit:04x}").unwrap();
                }),
            }
        }
        for json in [yaml.to_string(), serde_json::to_string_pretty(&yaml).unwrap(), escaped] {
            assert_eq!(tree(&json), yaml, "{name}");
        }
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

/// A submission with every key.
const SUBMISSION: &str = "\
framework: plan
period: {from: 2022, until: 2023}
language: nl
source: elsewhere
contributions:
- id: bz-1
  organisation: bz
  goals: [1, 1.10]
  indicators: [1-a]
  answer: partial
  section: Intern
  pages: [3]
  text: {nl: Tekst, en: Text}
  note: n
  draft: true
  figures:
  - {kind: amount, value: 35000000, unit: EUR, precision: about, from: 2022-01-01, until: '2022-12-31', label: l,
     counts: c, indicator: 1-a, comparisons: [{value: 11.50, year: 2020}], target: {value: '30', year: 2024},
     break_note: b, caveat: v, fact: f}
  references:
  - {kind: law, as_written: artikel 29, target: Vw, url: https://example.org}
- id: bz-2
  organisation: bz
  answer: reported
  text: Twee
unanswered:
- organisation: bz
  goals: ['1']
  indicators: [1-a]
  note: leeg
remarks:
- id: bz-r
  organisation: bz
  text: Opmerking
";

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

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Reads a file of real data; where there is none, a note says so, and in CI it is a failure.
fn real(name: &str) -> Option<String> {
    let shared = runtime::variable("VOORTGANG_SHARED")
        .map_or_else(|| repository().join("../shared"), PathBuf::from);
    let text = std::fs::read_to_string(shared.join("data/nap1325-iv").join(name)).ok();
    if text.is_none() {
        assert!(runtime::variable("CI").is_none(), "`{name}` is not in `{}`", shared.display());
        eprintln!("left out: `{name}` is not in `{}`; set VOORTGANG_SHARED", shared.display());
    }
    text
}

#[test]
fn the_real_framework_and_its_contributions_are_read_without_a_fault() {
    if let Some(text) = real("framework.yaml") {
        let (framework, faults) = framework::read(text, Syntax::Yaml);
        assert_eq!(faults, []);
        let framework = framework.unwrap();
        let indicators: usize = framework.goals.iter().map(|goal| goal.indicators.len()).sum();
        assert_eq!((framework.pillars.len(), framework.goals.len(), indicators), (5, 21, 35));
    }
    if let Some(text) = real("contributions-2021.yaml") {
        let (submission, faults) = contributions::read(text, Syntax::Yaml);
        assert_eq!(faults, []);
        let submission = submission.unwrap();
        assert_eq!((submission.cycle.as_str(), submission.items.len()), ("nap1325-iv/2021", 49));
    }
}

fn schema(name: &str) -> Json {
    let path = repository().join("deploy/schemas").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The tree of a file as JSON.
fn as_json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(truth) => json!(truth),
        Value::Number(number) => serde_json::from_str(number).unwrap(),
        Value::Text(text) => json!(text),
        Value::List(nodes) => nodes.iter().map(as_json).collect(),
        Value::Map(entries) => Json::Object(
            entries.iter().map(|entry| (entry.key.clone(), as_json(&entry.node))).collect(),
        ),
    }
}

fn assert_valid(text: &str, syntax: Syntax, schema: &Json) {
    let validator: Validator = jsonschema::draft202012::new(schema).unwrap();
    let tree = parse(text.as_bytes(), syntax, &mut Faults::default()).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&as_json(&tree))
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn real_files_and_samples_are_valid_by_the_schemas() {
    let (frameworks, submissions) =
        (schema("framework.v1.schema.json"), schema("contributions.v1.schema.json"));
    for (text, syntax) in [(YAML, Syntax::Yaml), (JSON, Syntax::Json)] {
        assert_valid(text, syntax, &frameworks);
    }
    assert_valid(SUBMISSION, Syntax::Yaml, &submissions);
    for (name, schema) in
        [("framework.yaml", &frameworks), ("contributions-2021.yaml", &submissions)]
    {
        if let Some(text) = real(name) {
            assert_valid(&text, Syntax::Yaml, schema);
        }
    }
}

#[test]
fn the_schemas_refuse_what_the_readers_refuse() {
    let validator = |name| jsonschema::draft202012::new(&schema(name)).unwrap();
    let (frameworks, submissions) =
        (validator("framework.v1.schema.json"), validator("contributions.v1.schema.json"));
    let valid = |validator: &Validator, text: &str| {
        validator.is_valid(&as_json(
            &parse(text.as_bytes(), Syntax::Yaml, &mut Faults::default()).unwrap(),
        ))
    };
    for (from, to) in [
        ("count", "cuont"),
        ("code: plan", "code: Plan!"),
        ("title:", "tilte:"),
        ("from: 2021", "from: soon"),
        ("name: Buitenlandse Zaken", "kind: x"),
    ] {
        assert!(YAML.contains(from) && !valid(&frameworks, &YAML.replacen(from, to, 1)), "{to}");
    }
    for (from, to) in [
        ("- id: bz-2", "- id: bz 2"),
        ("kind: law", "kind: lore"),
        ("draft: true", "draft: maybe"),
        ("note: leeg", "text: x"),
    ] {
        assert!(
            SUBMISSION.contains(from) && !valid(&submissions, &SUBMISSION.replacen(from, to, 1)),
            "{to}"
        );
    }
}

#[test]
fn the_examples_are_read_and_valid() {
    let folder = repository().join("deploy/examples");
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).expect("the folder of examples is there") {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        check_example(&text, &path.display().to_string());
        count += 1;
    }
    assert!(0 < count, "there are no examples in `{}`", folder.display());
}

/// Reads a framework or contributions, whichever it is, and holds it against its schema.
fn check_example(text: &str, name: &str) {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    let (read, faults, schema) = if has("obligations:") {
        let (assignments, faults) = obligations::read(text, Syntax::Yaml);
        (assignments.is_some(), faults, schema("obligations.v1.schema.json"))
    } else if has("goals:") {
        let (framework, faults) = framework::read(text, Syntax::Yaml);
        (framework.is_some(), faults, schema("framework.v1.schema.json"))
    } else {
        let (submission, faults) = contributions::read(text, Syntax::Yaml);
        (
            submission.is_some_and(|submission| submission.faulty == 0),
            faults,
            schema("contributions.v1.schema.json"),
        )
    };
    assert_eq!((read, faults), (true, Vec::new()), "{name}");
    assert_valid(text, Syntax::Yaml, &schema);
}

#[test]
fn the_documentation_shows_files_that_are_read() {
    let page = std::fs::read_to_string(repository().join("docs/file-formats.md")).unwrap();
    let examples: Vec<_> =
        page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(examples.len(), 3);
    for example in examples {
        check_example(example, "docs/file-formats.md");
    }
}

/// The part of a schema that describes a shape: the root, or an entry of `$defs`.
fn definition<'s>(schema: &'s Json, root: &str, shape: &Shape) -> &'s Json {
    if shape.name == root { schema } else { &schema["$defs"][shape.name] }
}

#[test]
fn the_schemas_name_the_keys_that_the_readers_know() {
    let frameworks = schema("framework.v1.schema.json");
    let submissions = schema("contributions.v1.schema.json");
    let shapes = [
        (
            &frameworks,
            "framework",
            &[
                &shapes::FRAMEWORK,
                &shapes::PLAN_PERIOD,
                &shapes::ORGANISATION,
                &shapes::ORGANISATION_NAME,
                &shapes::PILLAR,
                &shapes::GOAL,
                &shapes::INDICATOR,
                &shapes::ABBREVIATION,
                &shapes::LINK,
            ][..],
        ),
        (
            &submissions,
            "submission",
            &[
                &shapes::SUBMISSION,
                &shapes::PERIOD,
                &shapes::CONTRIBUTION,
                &shapes::UNANSWERED,
                &shapes::REMARK,
                &shapes::FIGURE,
                &shapes::COMPARISON,
                &shapes::REFERENCE,
            ][..],
        ),
    ];
    let obligations = schema("obligations.v1.schema.json");
    let owed = [&shapes::OBLIGATIONS, &shapes::OBLIGATION];
    let shapes = shapes.into_iter().chain([(&obligations, "obligations", &owed[..])]);
    for (schema, root, shapes) in shapes {
        for shape in shapes {
            let definition = definition(schema, root, shape);
            let mut known: Vec<_> = shape.required.iter().chain(shape.optional).copied().collect();
            let mut described: Vec<_> =
                definition["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            known.sort_unstable();
            described.sort_unstable();
            assert_eq!(described, known, "{}", shape.name);
            assert_eq!(definition["required"], json!(shape.required), "{}", shape.name);
            assert_eq!(definition["additionalProperties"], json!(false), "{}", shape.name);
            let undescribed: Vec<_> = definition["properties"]
                .as_object()
                .unwrap()
                .iter()
                .filter(|(_, part)| part["description"].is_null())
                .collect();
            assert!(undescribed.is_empty(), "{}: {undescribed:?}", shape.name);
        }
    }
}

#[test]
fn the_schemas_name_the_choices_that_the_readers_know() {
    let frameworks = schema("framework.v1.schema.json");
    let submissions = schema("contributions.v1.schema.json");
    let words = |words: &[&str]| json!(words);
    let choice = |schema: &Json, shape: &str, key: &str| {
        schema["$defs"][shape]["properties"][key]["enum"].clone()
    };
    assert_eq!(
        choice(&frameworks, "goal", "kind"),
        words(&shapes::GOAL_KINDS.iter().map(|(_, word)| *word).collect::<Vec<_>>())
    );
    assert_eq!(
        choice(&frameworks, "indicator", "measure"),
        words(&shapes::MEASURES.iter().map(|(_, word)| *word).collect::<Vec<_>>())
    );
    assert_eq!(
        choice(&frameworks, "link", "kind"),
        words(&shapes::LINK_KINDS.iter().map(|(_, word)| *word).collect::<Vec<_>>())
    );
    let answers = words(&shapes::ANSWERS.iter().map(|(_, word)| *word).collect::<Vec<_>>());
    assert_eq!(choice(&submissions, "contribution", "answer"), answers);
    assert_eq!(choice(&submissions, "remark", "answer"), answers);
    assert_eq!(
        choice(&submissions, "figure", "kind"),
        words(&shapes::FIGURE_KINDS.iter().map(|(_, word)| *word).collect::<Vec<_>>())
    );
    assert_eq!(
        choice(&submissions, "figure", "precision"),
        words(&shapes::PRECISIONS.iter().map(|(_, word)| *word).collect::<Vec<_>>())
    );
    assert_eq!(
        choice(&submissions, "reference", "kind"),
        words(&shapes::REFERENCE_KINDS.iter().map(|(_, word)| *word).collect::<Vec<_>>())
    );
}

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
