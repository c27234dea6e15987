//! An edition as published data, format `voortgang-edition/1`: as much of it as a page needs.
//!
//! Fields that this version does not know are passed over; values that it does not know are read as `Other`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Error, language::Texts};

const FORMAT: &str = "voortgang-edition/1";

/// An edition.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Edition {
    pub format: String,
    pub cycle: Cycle,
    pub framework: Framework,
    pub organisations: Vec<Organisation>,
    pub matrix: Vec<MatrixRow>,
    /// Absent where nothing was assigned.
    #[serde(default)]
    pub obligations: Option<Obligations>,
    /// Files of earlier versions lack it where nobody had to look.
    #[serde(default)]
    pub review: Review,
    pub contributions: Vec<Contribution>,
    pub abbreviations: Vec<Abbreviation>,
}

/// The reporting round.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Cycle {
    pub from: String,
    pub until: String,
    #[serde(default)]
    pub gaps: GapPolicy,
}

/// What became of required items that nobody answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GapPolicy {
    #[default]
    Print,
    Refuse,
    #[serde(other)]
    Other,
}

/// The results framework.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Framework {
    pub code: String,
    pub version: u32,
    pub title: Texts,
    pub language: String,
    pub pillars: Vec<Pillar>,
    pub goals: Vec<Goal>,
}

/// A pillar.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Pillar {
    pub code: String,
    pub name: Texts,
}

/// A goal or subgoal.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Goal {
    pub code: String,
    pub pillar: String,
    pub statement: Texts,
    pub indicators: Vec<Indicator>,
}

/// An indicator.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Indicator {
    pub code: String,
    pub statement: Texts,
    pub items: Vec<Texts>,
    pub sub_prompts: Vec<Texts>,
    pub optional: bool,
    pub target: Option<Texts>,
}

/// An organisation under its printed name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Organisation {
    pub code: String,
    pub name: String,
}

/// Who reported on one goal.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct MatrixRow {
    pub goal: String,
    pub cells: Vec<MatrixCell>,
}

/// What one organisation reported on one goal.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct MatrixCell {
    pub organisation: String,
    pub contributions: Vec<String>,
    pub unanswered: Vec<String>,
}

/// What was owed and how much of it is there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Obligations {
    pub cells: Vec<ObligationCell>,
    pub accepted: Vec<AcceptedGap>,
}

/// What one organisation owed on one goal.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct AcceptedGap {
    pub organisation: String,
    pub goal: String,
    pub indicator: Option<String>,
    pub reason: String,
}

/// Who looked at it before it was published.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub(crate) struct Review {
    pub policy: ReviewPolicy,
    /// How many decisions needed a second person; 0 where none did, or where the file does not say.
    #[serde(default)]
    pub decisions: u32,
    pub overrides: Vec<Override>,
}

/// What had to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewPolicy {
    #[default]
    None,
    FourEyes,
    #[serde(other)]
    Other,
}

/// Something that was done without a second person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Override {
    pub action: OverriddenAction,
    pub reason: String,
    pub confirmed: bool,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OverriddenAction {
    Approve,
    Publish,
    #[serde(other)]
    Other,
}

/// A contribution.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Contribution {
    pub id: String,
    pub external_id: Option<String>,
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
}

/// What a contribution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Answer,
    GeneralRemark,
    Unanswered,
    #[serde(other)]
    Other,
}

/// A narrative, Markdown as written; the first one is the original.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Narrative {
    pub language: String,
    pub markdown: String,
}

/// The smallest addressable piece of text.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Passage {
    pub id: String,
    pub language: String,
    pub text: String,
}

/// A number with a meaning; values are plain decimals.
#[derive(Debug, Clone, PartialEq, Deserialize)]
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
}

/// What a figure measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FigureKind {
    Amount,
    Count,
    Percentage,
    Ratio,
    #[serde(other)]
    Other,
}

/// How exact a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Precision {
    Exact,
    About,
    AtMost,
    AtLeast,
    #[serde(other)]
    Other,
}

/// A value in another year.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Comparison {
    pub value: String,
    pub year: i32,
}

/// A reference.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Reference {
    pub kind: ReferenceKind,
    pub as_written: String,
    pub target: String,
    pub url: String,
}

/// What a reference points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReferenceKind {
    Contribution,
    ParliamentaryPaper,
    Law,
    Document,
    Web,
    #[serde(other)]
    Other,
}

/// An abbreviation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Abbreviation {
    pub short: String,
    pub long: Texts,
}

impl Edition {
    /// Reads the file; `what` names it in errors.
    pub(crate) fn read(bytes: &[u8], what: &str) -> Result<Self, Error> {
        let edition: Self = serde_json::from_slice(bytes)
            .map_err(|source| Error::Unreadable { what: what.to_owned(), source })?;
        if edition.format == FORMAT {
            Ok(edition)
        } else {
            Err(Error::Format { what: what.to_owned(), format: edition.format })
        }
    }
}
