//! The edition as data, version 1 of the format (`schemas/edition.v1.schema.json`).
//!
//! Owns the published file format, written and read by these types alone: every format and page is made from them, so
//! the file holds all that a page needs. Values that a later version may add are read as `Other`; fields that are not
//! known are ignored. Invariant: the same edition gives the same bytes.

mod contributions;
mod convert;
mod framework;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::data::{
    contributions::{
        Answer, Comparison, Contribution, Figure, FigureKind, Kind, Narrative, Passage, Precision,
        Reference, ReferenceKind,
    },
    framework::{Abbreviation, Framework, Goal, GoalKind, Indicator, Measure, Pillar},
};

/// Name and version of the format, the first field of each file.
const FORMAT: &str = "voortgang-edition/1";

/// Texts by language tag.
pub type Texts = BTreeMap<String, String>;

/// An edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Edition {
    pub format: String,
    #[serde(rename = "edition")]
    pub identity: Identity,
    pub cycle: Cycle,
    pub framework: Framework,
    pub organisations: Vec<Organisation>,
    /// Those that the changes name and that do not report any more; not given where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_organisations: Vec<Organisation>,
    pub matrix: Vec<MatrixRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obligations: Option<Obligations>,
    #[serde(default)]
    pub review: Review,
    /// Contributions that the publisher left out; not given where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    pub contributions: Vec<Contribution>,
    pub abbreviations: Vec<Abbreviation>,
}

/// What the edition is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Identity {
    pub name: String,
    pub number: u32,
    pub date: String,
    pub manifest_hash: String,
}

/// The reporting round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Cycle {
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
pub enum GapPolicy {
    /// They are printed as open.
    #[default]
    Print,
    /// There is no edition unless each was accepted with a reason.
    Refuse,
    /// Of a later version.
    #[serde(other)]
    #[schemars(skip)]
    Other,
}

/// An organisation under its printed name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Organisation {
    pub code: String,
    pub name: String,
}

/// Who reported on one goal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MatrixRow {
    pub goal: String,
    pub cells: Vec<MatrixCell>,
}

/// What one organisation reported on one goal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MatrixCell {
    pub organisation: String,
    pub contributions: Vec<String>,
    pub unanswered: Vec<String>,
    /// Joint contributions that another organisation leads; not given where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joint: Vec<JointContribution>,
}

/// A contribution by its id and the organisation that leads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct JointContribution {
    pub organisation: String,
    pub contribution: String,
}

/// What was owed and how much of it is there; left out where nothing was assigned. A draft counts as open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Obligations {
    pub obligations: u32,
    pub required: u32,
    pub answered: u32,
    pub in_time: u32,
    /// Required, neither answered nor accepted.
    pub gaps: u32,
    pub cells: Vec<ObligationCell>,
    pub accepted: Vec<AcceptedGap>,
    /// The gaps, by what was asked; left out where there are none, and in files of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<OpenGap>,
}

/// What one organisation owed on one goal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ObligationCell {
    pub organisation: String,
    pub goal: String,
    /// How many items stand in each state.
    pub states: BTreeMap<String, u32>,
    pub required: u32,
    pub answered: u32,
    pub in_time: u32,
    pub accepted: u32,
}

/// A required item that is neither answered nor accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OpenGap {
    pub organisation: String,
    pub goal: String,
    pub indicator: Option<String>,
}

/// A required item that was accepted as open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AcceptedGap {
    pub organisation: String,
    pub goal: String,
    pub indicator: Option<String>,
    pub reason: String,
}

/// A contribution that the publisher left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LeftOut {
    pub organisation: String,
    pub contribution: String,
    pub reason: String,
}

/// What differs from an edition before; left out for the first, and in files of earlier versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Changes {
    /// Name of that edition.
    pub since: String,
    pub changes: Vec<Change>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Change {
    pub kind: ChangeKind,
    /// Code of the organisation whose contribution it is; left out where it is about none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Id of the contribution; left out where it is about none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contribution: Option<String>,
}

/// How something differs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A contribution is new.
    Added,
    /// A contribution says something else.
    Changed,
    /// A contribution is in it no longer: it was withdrawn or erased.
    Withdrawn,
    /// A contribution is in it no longer: it was returned to its organisation.
    Returned,
    /// A contribution is in it no longer: its organisation does not report any more.
    NotReporting,
    /// What was done without a second person was confirmed by one.
    OverrideConfirmed,
    /// Something else was done without a second person.
    Overrides,
    /// What is owed, answered, in time or accepted as open.
    Completeness,
    /// Names of organisations.
    Names,
    /// A contribution is left out by the publisher, or for another reason than before.
    LeftOut,
    /// Who reports, on which version of the framework, or under which policies.
    Cycle,
    /// Of a later version.
    #[serde(other)]
    #[schemars(skip)]
    Other,
}

/// Who looked at it before it was published. Files of earlier versions lack it where nobody had to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Review {
    pub policy: ReviewPolicy,
    /// How many decisions needed a second person: the approval of each contribution, by each of the
    /// organisations that report it, and the publication.
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
pub enum ReviewPolicy {
    /// Nothing: what was handed in is published.
    #[default]
    None,
    /// Everything is approved, and published, by somebody else than who wrote it.
    FourEyes,
    /// Of a later version.
    #[serde(other)]
    #[schemars(skip)]
    Other,
}

/// Something that was done without a second person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Override {
    pub action: OverriddenAction,
    pub reason: String,
    /// Whether a second person stood by it before the edition was published.
    pub confirmed: bool,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OverriddenAction {
    /// A contribution was approved.
    Approve,
    /// The edition was published.
    Publish,
    /// Of a later version.
    #[serde(other)]
    #[schemars(skip)]
    Other,
}

/// Why a file is not read.
#[derive(Debug)]
pub enum Unreadable {
    /// It does not hold the fields of an edition.
    Json(serde_json::Error),
    /// It is of another format, named here.
    Format(String),
}

impl Edition {
    /// Reads a file.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let edition: Self = serde_json::from_slice(bytes).map_err(Unreadable::Json)?;
        if edition.format == FORMAT { Ok(edition) } else { Err(Unreadable::Format(edition.format)) }
    }

    /// Writes the file: indented, fields in declared order, one line feed at the end.
    pub fn to_bytes(&self) -> Vec<u8> {
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
    use crate::Report;

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
        let edition = serde_json::to_value(Edition::from(&Report::sample())).unwrap();
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
