//! The JSON form of what `obligations` prints.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// Result of `obligations assign`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ObligationsAssigned {
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// How many are new.
    pub(crate) assigned: u32,
    /// How many changed between required and optional.
    pub(crate) changed: u32,
    /// How many were there already.
    pub(crate) unchanged: u32,
    /// Whether nothing was kept.
    pub(crate) dry_run: bool,
}

/// Result of `obligations remove`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ObligationRemoved {
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// Code of the organisation.
    pub(crate) organisation: String,
    /// Code of the goal.
    pub(crate) goal: String,
    /// Code of the indicator.
    pub(crate) indicator: Option<String>,
}

/// An obligation.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ObligationShown {
    /// Code of the organisation.
    pub(crate) organisation: String,
    /// Code of the goal.
    pub(crate) goal: String,
    /// Code of the indicator; absent where the goal as a whole is owed.
    pub(crate) indicator: Option<String>,
    /// Whether it may be left open.
    pub(crate) optional: bool,
    /// `open`, `drafted`, `submitted`, `returned`, `approved`, `nothing_to_report` or `not_applicable`.
    pub(crate) state: String,
    /// Why nothing is reported, or why it does not apply.
    pub(crate) reason: Option<String>,
    /// Id of the contribution that answers it, or of a draft.
    pub(crate) contribution: Option<String>,
    /// Last day for it.
    pub(crate) deadline: Option<String>,
    /// When it was first answered, RFC 3339.
    pub(crate) answer_time: Option<String>,
    /// Whether it was answered after the deadline, or is open after it.
    pub(crate) late: bool,
    /// Why it was accepted that it is open.
    pub(crate) accepted_reason: Option<String>,
    /// Why its organisation has a deadline of its own; in lists.
    pub(crate) deadline_reason: Option<String>,
    /// Whether it was taken back; in lists.
    pub(crate) removed: bool,
    /// Why it was taken back.
    pub(crate) removed_reason: Option<String>,
}

/// Result of `obligations list`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ObligationList {
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// Obligations: by organisation in the cycle's order, then by goal and indicator in the framework's.
    pub(crate) obligations: Vec<ObligationShown>,
}

/// Result of `obligations matrix`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MatrixShown {
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// All obligations.
    pub(crate) obligations: u32,
    /// Required ones.
    pub(crate) required: u32,
    /// Required ones that are answered.
    pub(crate) answered: u32,
    /// Required ones that were answered in time.
    pub(crate) in_time: u32,
    /// Required ones that are neither answered nor accepted.
    pub(crate) gaps: u32,
    /// Cells that hold an obligation.
    pub(crate) cells: Vec<CellShown>,
}

/// One organisation's obligations under one goal.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CellShown {
    /// Code of the organisation.
    pub(crate) organisation: String,
    /// Code of the goal.
    pub(crate) goal: String,
    /// How many obligations stand in each state.
    pub(crate) states: BTreeMap<String, u32>,
    /// Required ones.
    pub(crate) required: u32,
    /// Required ones that are answered.
    pub(crate) answered: u32,
    /// Required ones that were answered in time.
    pub(crate) in_time: u32,
    /// Required ones that are open and accepted.
    pub(crate) accepted: u32,
}

/// Result of `obligations deadline`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DeadlineSet {
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// Code of the organisation.
    pub(crate) organisation: String,
    /// The deadline in force.
    pub(crate) deadline: Option<String>,
}

/// Result of `obligations roll-forward`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RolledForward {
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// Name of the cycle taken from.
    pub(crate) from: String,
    /// Obligations that are new.
    pub(crate) obligations: u32,
    /// Drafts that are new.
    pub(crate) drafts: u32,
    /// What was not taken over, and why.
    pub(crate) left_behind: Vec<String>,
}
