//! Result of `obligations matrix`: the message counts states by number, the JSON by name.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

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
    /// Answered ones, required or not, whose text is of an earlier cycle and was not edited.
    pub(crate) unedited: u64,
}
