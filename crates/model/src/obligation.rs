//! Obligations: what an organisation owes in a cycle, and how complete that is.
//!
//! Invariant: each obligation is in exactly one state, so that the states of a matrix add up to all obligations.

mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use strum::EnumCount as _;

use jiff::civil::Date;
use uuid::Uuid;

pub use crate::obligation::state::{
    Assignments, Record, Revision, assignments, matrix, obligations, place,
};
use crate::{AnswerStatus, CycleName, Instant, Slug};

/// The state of an obligation. Each has exactly one; an answer that there is nothing to report is no gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumCount)]
pub enum ObligationState {
    /// There is no answer, or only a text that was rolled forward and not edited since.
    Open,
    /// There is a draft that somebody wrote or edited.
    Drafted,
    /// An answer was submitted.
    Submitted,
    /// The answer was returned by a reviewer.
    Returned,
    /// The answer was approved by a reviewer.
    Approved,
    /// Answered: there was nothing to report.
    NothingToReport,
    /// Answered: the question does not apply.
    NotApplicable,
}

impl ObligationState {
    /// Every state with its name in files, queries and JSON.
    pub const NAMES: [(Self, &'static str); Self::COUNT] = [
        (Self::Open, Self::Open.name()),
        (Self::Drafted, Self::Drafted.name()),
        (Self::Submitted, Self::Submitted.name()),
        (Self::Returned, Self::Returned.name()),
        (Self::Approved, Self::Approved.name()),
        (Self::NothingToReport, Self::NothingToReport.name()),
        (Self::NotApplicable, Self::NotApplicable.name()),
    ];

    /// Its name in files, queries and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Drafted => "drafted",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::NothingToReport => "nothing_to_report",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }

    /// Whether it is answered.
    pub fn is_answered(self) -> bool {
        match self {
            Self::Submitted | Self::Approved | Self::NothingToReport | Self::NotApplicable => true,
            Self::Open | Self::Drafted | Self::Returned => false,
        }
    }

    /// The answer that it stands for, where that reports nothing.
    pub fn nil_answer(self) -> Option<AnswerStatus> {
        match self {
            Self::NothingToReport => Some(AnswerStatus::NothingToReport),
            Self::NotApplicable => Some(AnswerStatus::NotApplicable),
            Self::Open | Self::Drafted | Self::Submitted | Self::Returned | Self::Approved => None,
        }
    }
}

/// What one organisation is asked: a goal, or an indicator of a goal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asked {
    /// The organisation.
    pub organisation: Slug,
    /// Code of the goal.
    pub goal: String,
    /// Code of the indicator; empty where the goal as a whole is asked.
    pub indicator: String,
}

impl std::fmt::Display for Asked {
    /// Writes the codes, such as `bz 2.1 2.1-a`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { organisation, goal, indicator } = self;
        write!(f, "{organisation} {goal}")?;
        if indicator.is_empty() { Ok(()) } else { write!(f, " {indicator}") }
    }
}

/// What happened to an obligation. The record keeps every one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObligationChange {
    /// It is owed from now on, or owed otherwise.
    Assigned {
        /// Whether it may be left open.
        optional: bool,
    },
    /// It is not owed any more.
    Removed {
        /// Why; empty where an older version did not keep it.
        reason: String,
    },
    /// The coordinator accepted that it stays open.
    Accepted {
        /// Why; printed.
        reason: String,
    },
}

/// An obligation as assigned, before anybody answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// Whether it may be left open.
    pub optional: bool,
    /// Why it was accepted that it is open; empty where it was not.
    pub accepted_reason: String,
}

/// What one organisation owes in one cycle, and its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// The cycle.
    pub cycle: CycleName,
    /// What is asked of whom.
    pub asked: Asked,
    /// Whether it may be left open.
    pub optional: bool,
    /// Its state.
    pub state: ObligationState,
    /// Why nothing is reported, or why it does not apply.
    pub reason: String,
    /// The contribution that answers it, or the draft of one.
    pub contribution: Option<Uuid>,
    /// Last day for it, exceptions applied.
    pub deadline: Option<Date>,
    /// When it was first answered.
    pub answer_time: Option<Instant>,
    /// Whether it was answered after the deadline, or is open after it.
    pub late: bool,
    /// Why the coordinator accepted that it is open; empty where it was not.
    pub accepted_reason: String,
    /// Whether it is answered by a text of an earlier cycle that nobody edited.
    pub unedited: bool,
}

impl Obligation {
    /// Whether it had to be answered and was not.
    pub fn is_gap(&self) -> bool {
        !self.optional && !self.state.is_answered()
    }

    /// Whether it is a gap that nobody accepted.
    pub fn is_unexplained(&self) -> bool {
        self.is_gap() && self.accepted_reason.is_empty()
    }

    /// Returns the form for readers, without drafts and what reviewers decided.
    #[must_use]
    pub fn for_readers(mut self) -> Self {
        self.unedited = false;
        match self.state {
            ObligationState::Drafted | ObligationState::Returned => {
                Self { state: ObligationState::Open, contribution: None, ..self }
            }
            ObligationState::Approved => Self { state: ObligationState::Submitted, ..self },
            ObligationState::Open
            | ObligationState::Submitted
            | ObligationState::NothingToReport
            | ObligationState::NotApplicable => self,
        }
    }
}

/// One organisation's obligations under one goal, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixCell {
    /// The organisation.
    pub organisation: Slug,
    /// Code of the goal.
    pub goal: String,
    /// How many obligations are in each state; they add up to all of the cell.
    pub states: BTreeMap<ObligationState, u32>,
    /// Required obligations.
    pub required: u32,
    /// Required obligations that are answered.
    pub answered: u32,
    /// Required obligations that were answered in time.
    pub in_time: u32,
    /// Required obligations that are not answered and that the coordinator accepted.
    pub accepted: u32,
}

/// Organisation by goal, with completeness and timeliness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObligationMatrix {
    /// The cycle.
    pub cycle: CycleName,
    /// Cells that hold an obligation: by organisation in the cycle's order, then by goal in the framework's.
    pub cells: Vec<MatrixCell>,
    /// All obligations.
    pub obligations: u32,
    /// Required ones.
    pub required: u32,
    /// Required ones that are answered.
    pub answered: u32,
    /// Required ones that were answered in time.
    pub in_time: u32,
    /// Required ones that are neither answered nor accepted: the unexplained gaps.
    pub gaps: u32,
}
