//! The fault cases of each file, the real files, and the JSON Schemas.

mod frameworks;
mod owed;
mod schemas;
mod submissions;
mod syntaxes;

use std::path::PathBuf;

use serde_json::{Value as Json, json};

use super::*;
use crate::files::node::Value;

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
