//! The edition as data, version 1 of the format (`schemas/edition.v1.schema.json`).
//!
//! Owns the published file format: every other face of an edition is made from these types alone, so the file holds
//! all that a page needs. Invariant: the same edition gives the same bytes.

mod convert;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Name and version of the format, the first field of each file.
pub(crate) const FORMAT: &str = "voortgang-edition/1";

/// Texts by language tag.
pub(crate) type Texts = BTreeMap<String, String>;

/// An edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Edition {
    pub format: String,
    #[serde(rename = "edition")]
    pub identity: Identity,
    pub cycle: Cycle,
    pub framework: Framework,
    pub organisations: Vec<Organisation>,
    pub matrix: Vec<MatrixRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obligations: Option<Obligations>,
    #[serde(default)]
    pub review: Review,
    pub contributions: Vec<Contribution>,
    pub abbreviations: Vec<Abbreviation>,
}

/// What the edition is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Identity {
    pub name: String,
    pub number: u32,
    pub date: String,
    pub manifest_hash: String,
}

/// The reporting round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Cycle {
    pub name: String,
    pub label: String,
    pub from: String,
    pub until: String,
    #[serde(default)]
    pub gaps: GapPolicy,
}

/// What became of required items that nobody answered.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GapPolicy {
    /// They are printed as open.
    #[default]
    Print,
    /// There is no edition unless each was accepted with a reason.
    Refuse,
}

/// The results framework.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Framework {
    pub code: String,
    pub version: u32,
    pub title: Texts,
    pub language: String,
    pub from: i32,
    pub until: i32,
    pub extended_until: Option<i32>,
    pub content_hash: Option<String>,
    pub pillars: Vec<Pillar>,
    pub goals: Vec<Goal>,
}

/// A pillar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Pillar {
    pub code: String,
    pub name: Texts,
}

/// A goal or subgoal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Goal {
    pub id: String,
    pub code: String,
    pub kind: GoalKind,
    pub pillar: String,
    pub parent: Option<String>,
    pub statement: Texts,
    pub indicators: Vec<Indicator>,
}

/// Kind of a goal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GoalKind {
    StrategicGoal,
    Subgoal,
}

/// An indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Indicator {
    pub id: String,
    pub code: String,
    pub measure: Measure,
    pub statement: Texts,
    pub items: Vec<Texts>,
    pub sub_prompts: Vec<Texts>,
    pub optional: bool,
    pub target: Option<Texts>,
}

/// What an indicator asks for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Measure {
    Count,
    Percentage,
    CountAndPercentage,
    Amount,
    Examples,
    Statement,
    Ratio,
}

/// An organisation under its printed name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Organisation {
    pub code: String,
    pub name: String,
}

/// Who reported on one goal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct MatrixRow {
    pub goal: String,
    pub cells: Vec<MatrixCell>,
}

/// What one organisation reported on one goal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct MatrixCell {
    pub organisation: String,
    pub contributions: Vec<String>,
    pub unanswered: Vec<String>,
}

/// What was owed and how much of it is there; left out where nothing was assigned. A draft counts as open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[expect(clippy::struct_field_names, reason = "the field's word for them, as in the contract")]
pub(crate) struct Obligations {
    pub obligations: u32,
    pub required: u32,
    pub answered: u32,
    pub in_time: u32,
    /// Required, neither answered nor accepted.
    pub gaps: u32,
    pub cells: Vec<ObligationCell>,
    pub accepted: Vec<AcceptedGap>,
}

/// What one organisation owed on one goal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct ObligationCell {
    pub organisation: String,
    pub goal: String,
    /// How many items stand in each state.
    pub states: BTreeMap<String, u32>,
    pub required: u32,
    pub answered: u32,
    pub in_time: u32,
    pub accepted: u32,
}

/// A required item that was accepted as open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct AcceptedGap {
    pub organisation: String,
    pub goal: String,
    pub indicator: Option<String>,
    pub reason: String,
}

/// Who looked at it before it was published. Files of earlier versions lack it where nobody had to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Review {
    pub policy: ReviewPolicy,
    /// How many decisions needed a second person: the approval of each contribution, and the publication.
    /// 0 where none did, and in files of earlier versions.
    #[serde(default)]
    pub decisions: u32,
    /// What was done without a second person, each with its reason.
    pub overrides: Vec<Override>,
}

/// What had to be looked at before it was published.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewPolicy {
    /// Nothing: what was handed in is published.
    #[default]
    None,
    /// Everything is approved, and published, by somebody else than who wrote it.
    FourEyes,
}

/// Something that was done without a second person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Override {
    pub action: OverriddenAction,
    pub reason: String,
    /// Whether a second person stood by it before the edition was published.
    pub confirmed: bool,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OverriddenAction {
    /// A contribution was approved.
    Approve,
    /// The edition was published.
    Publish,
}

/// A contribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Contribution {
    pub id: String,
    pub external_id: Option<String>,
    pub address: String,
    pub organisation: String,
    pub kind: Kind,
    pub goals: Vec<String>,
    pub indicators: Vec<String>,
    pub answer: Option<String>,
    pub section: String,
    pub texts: Vec<Narrative>,
    pub passages: Vec<Passage>,
    pub figures: Vec<Figure>,
    pub references: Vec<Reference>,
    pub source_pages: Vec<u32>,
    pub content_hash: String,
}

/// What a contribution is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Answer,
    GeneralRemark,
    Unanswered,
}

/// A narrative, Markdown as written; the first one is the original.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Narrative {
    pub language: String,
    pub markdown: String,
}

/// The smallest addressable piece of text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Passage {
    pub id: String,
    pub language: String,
    pub text: String,
}

/// A number with a meaning; values are plain decimals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Figure {
    pub kind: FigureKind,
    pub label: String,
    pub value: String,
    pub per: String,
    pub unit: String,
    pub precision: Precision,
    pub from: String,
    pub until: String,
    pub counts: String,
    pub indicator: String,
    pub comparisons: Vec<Comparison>,
    pub target: Option<Comparison>,
    pub break_note: String,
    pub caveat: String,
    pub fact: String,
}

/// What a figure measures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FigureKind {
    Amount,
    Count,
    Percentage,
    Ratio,
}

/// How exact a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Precision {
    Exact,
    About,
    AtMost,
    AtLeast,
}

/// A value in another year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Comparison {
    pub value: String,
    pub year: i32,
}

/// A reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Reference {
    pub kind: ReferenceKind,
    pub as_written: String,
    pub target: String,
    pub url: String,
}

/// What a reference points to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReferenceKind {
    Contribution,
    ParliamentaryPaper,
    Law,
    Document,
    Web,
}

/// An abbreviation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct Abbreviation {
    pub short: String,
    pub long: Texts,
}

impl Edition {
    /// Writes the file: indented, fields in declared order, one line feed at the end.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes =
            serde_json::to_vec_pretty(self).expect("texts and numbers can always be written");
        bytes.push(b'\n');
        bytes
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// After a change set `VOORTGANG_GENERATE` and run this test: it writes the schema anew.
    #[test]
    fn the_published_schema_is_that_of_the_types_and_holds_for_the_sample() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/edition.v1.schema.json");
        let derived = schemars::schema_for!(Edition);
        let text = format!("{}\n", serde_json::to_string_pretty(&derived).unwrap());
        if std::env::vars_os().any(|(name, _)| name == "VOORTGANG_GENERATE") {
            std::fs::write(&file, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
        let edition = serde_json::to_value(Edition::from(&crate::sample::report())).unwrap();
        jsonschema::validate(derived.as_value(), &edition).unwrap();
        // Files of earlier versions lack what has been added since.
        let mut earlier = edition.clone();
        earlier["cycle"].as_object_mut().unwrap().remove("gaps");
        for added in ["review", "obligations"] {
            earlier.as_object_mut().unwrap().remove(added);
        }
        jsonschema::validate(derived.as_value(), &earlier).unwrap();
        let mut without = edition;
        without.as_object_mut().unwrap().remove("contributions");
        assert!(jsonschema::validate(derived.as_value(), &without).is_err());
    }
}
