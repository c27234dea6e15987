//! No file makes a reader panic, whatever is in it: samples with random changes, read as YAML and as JSON.

use testkit::fuzz::{self, WORDS, mutated, pick};

use crate::files::{Syntax, contributions, framework, obligations};

const FRAMEWORKS: [&str; 2] = [
    include_str!("../../../../deploy/examples/framework.yaml"),
    r#"{"code": "plan", "title": {"nl": "Plan"}, "language": "nl",
 "period": {"from": 2021, "until": 2025, "extended_until": 2027},
 "organisations": [{"code": "alfa", "name": "Alfa", "kind": "ministry", "oin": "00000001003214345000"}],
 "pillars": [{"code": "een", "name": {"nl": "Een", "en": "One"}}],
 "goals": [{"code": "1", "pillar": "een", "statement": "Doel", "indicators":
  [{"code": "1-a", "measure": "examples", "statement": "Voorbeelden", "target": {"value": "3", "year": 2024}}]}]}"#,
];
const OBLIGATIONS: [&str; 2] = [
    include_str!("../../../../deploy/examples/obligations-2021.yaml"),
    r#"{"framework": "plan", "obligations": [{"organisation": "alfa", "goal": "1", "indicators": ["1-a"], "optional": true}]}"#,
];
const CONTRIBUTIONS: [&str; 2] = [
    r#"framework: plan
period: {from: 2021-01-01, until: 2021-12-31}
language: nl
contributions:
- id: a-1
  organisation: alfa
  goals: ["1"]
  indicators: [1-a]
  answer: reported
  figures:
  - {kind: count, value: "12", unit: fte, counts: banen, indicator: 1-a, comparisons: [{value: 11.50, year: 2020}]}
  text: |
    Een *alinea* met [een bron](https://example.org/).

    - een
    - twee
"#,
    r#"{"framework": "plan", "period": {"from": 2021, "until": 2021}, "language": "nl", "contributions":
 [{"id": "a-1", "organisation": "alfa", "goals": ["1"], "answer": "reported", "text": {"nl": "Een.", "en": "One."}}],
 "unanswered": [{"organisation": "alfa", "goals": ["1"]}], "remarks": [{"organisation": "alfa", "text": "Twee."}]}"#,
];
/// Words besides those of every target: keys, and what YAML has of its own.
const MORE: [&str; 14] = [
    "0001", "9999", "from: ", "until: ", "\n- ", "\n  ", ": ", "{", "[", "|\n", "&a ", "*a",
    "!!str ", "\u{9}",
];

/// Reads changed samples; some have to be read, and some to be refused.
fn none_panics(target: &'static str, samples: &[&str], read: impl Fn(&[u8], Syntax) -> bool) {
    let words = [&WORDS[..], &MORE[..]].concat();
    let (mut taken, mut refused) = (0, 0);
    for mut random in fuzz::executions(target, 4_000) {
        let sample = *pick(&mut random, samples);
        let syntax = *pick(&mut random, &[Syntax::Yaml, Syntax::Json]);
        let counted = if read(&mutated(&mut random, sample.as_bytes(), &words), syntax) {
            &mut taken
        } else {
            &mut refused
        };
        *counted += 1;
    }
    assert!(taken > 100 && refused > 100, "{taken} taken, {refused} refused");
}

#[test]
fn no_framework_makes_its_reader_panic() {
    none_panics("files of frameworks", &FRAMEWORKS, |bytes, syntax| {
        let (framework, faults) = framework::read(bytes, syntax);
        framework.map(wire::v1::Framework::from).is_some() && faults.is_empty()
    });
}

#[test]
fn no_obligations_make_their_reader_panic() {
    none_panics("files of obligations", &OBLIGATIONS, |bytes, syntax| {
        let (obligations, faults) = obligations::read(bytes, syntax);
        obligations.is_some() && faults.is_empty()
    });
}

#[test]
fn no_contributions_make_their_reader_panic() {
    none_panics("files of contributions", &CONTRIBUTIONS, |bytes, syntax| {
        let (submission, faults) = contributions::read(bytes, syntax);
        submission.is_some() && faults.is_empty()
    });
}
