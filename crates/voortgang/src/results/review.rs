//! The JSON form of what `review` and `remark` print.

use schemars::JsonSchema;
use serde::Serialize;

use crate::results::RevisionsCompared;

/// Result of `review approve`, `review return` and `review withdraw`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Decided {
    /// Id of the contribution.
    pub(crate) contribution: String,
    /// Code of the organisation.
    pub(crate) organisation: String,
    /// The sender's own id; empty where none was given.
    pub(crate) external_id: String,
    /// `approved`, `returned` or `withdrawn`.
    pub(crate) state: String,
    /// The revision that was approved last; 0 where none was.
    pub(crate) approved_version: u64,
    /// The decision.
    pub(crate) decision: DecisionShown,
}

/// A decision about a contribution.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DecisionShown {
    /// Number, counted from 1 for each contribution.
    pub(crate) number: u32,
    /// `approve`, `return` or `withdraw`.
    pub(crate) kind: String,
    /// The revision it is about.
    pub(crate) version: u64,
    /// SHA-256 of that revision's content.
    pub(crate) content_hash: String,
    /// Opaque id of whoever decided.
    pub(crate) actor: String,
    /// When, RFC 3339.
    pub(crate) time: String,
    /// Why it was returned: `incomplete`, `incorrect`, `unclear`, `unsourced`, `out_of_scope` or `other`.
    pub(crate) reason: Option<String>,
    /// In words.
    pub(crate) text: String,
    /// What a return is about, as `--target` takes it; none: the whole.
    pub(crate) targets: Vec<String>,
}

/// Result of `review decisions`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DecisionList {
    /// Oldest first.
    pub(crate) decisions: Vec<DecisionShown>,
}

/// Result of `review compare`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ApprovalCompared {
    /// The last approval; absent where there was none.
    pub(crate) approval: Option<DecisionShown>,
    /// Whether what was handed in last is what was approved.
    pub(crate) holds: bool,
    /// From the approved revision to the latest; absent where there was no approval.
    pub(crate) comparison: Option<RevisionsCompared>,
}

/// Result of `review confirm`: an override of four eyes.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OverrideShown {
    /// Its id.
    pub(crate) id: String,
    /// `contribution.approve` or `edition.publish`.
    pub(crate) action: String,
    /// Id of the contribution or name of the edition.
    pub(crate) object: String,
    /// Opaque id of whoever did it.
    pub(crate) actor: String,
    /// Why.
    pub(crate) reason: String,
    /// When, RFC 3339.
    pub(crate) time: String,
    /// Opaque id of the second person; absent while it waits.
    pub(crate) confirmed_by: Option<String>,
    /// When it was confirmed, RFC 3339; absent while it waits.
    pub(crate) confirm_time: Option<String>,
}

/// Result of `review overrides`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OverrideList {
    /// Oldest first.
    pub(crate) overrides: Vec<OverrideShown>,
}

/// Result of `remark add`, `remark answer` and `remark resolve`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RemarkShown {
    /// Its id.
    pub(crate) id: String,
    /// Id of the contribution.
    pub(crate) contribution: String,
    /// The revision that it was made on.
    pub(crate) version: u64,
    /// What it is about, as `--target` takes it; absent: the whole.
    pub(crate) target: Option<String>,
    /// The text.
    pub(crate) text: String,
    /// Opaque id of whoever made it.
    pub(crate) actor: String,
    /// When, RFC 3339.
    pub(crate) time: String,
    /// Answers, oldest first.
    pub(crate) answers: Vec<RemarkAnswerShown>,
    /// Opaque id of whoever resolved it; absent while it is open.
    pub(crate) resolved_by: Option<String>,
    /// When it was resolved, RFC 3339; absent while it is open.
    pub(crate) resolve_time: Option<String>,
}

/// An answer to a remark.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RemarkAnswerShown {
    /// The text.
    pub(crate) text: String,
    /// Opaque id of whoever answered.
    pub(crate) actor: String,
    /// When, RFC 3339.
    pub(crate) time: String,
}

/// Result of `remark list`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RemarkList {
    /// Oldest first.
    pub(crate) remarks: Vec<RemarkShown>,
}
