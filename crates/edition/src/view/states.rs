//! How something was answered, as a reader sees it at one glance.
//!
//! Invariant: each state has a symbol of its own shape, and a word that stands wherever the symbol does.

use messages::Messages;
use serde::Serialize;

use crate::data::{Answer, Contribution, Kind};

/// How something was answered, as the overview shows it by a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CellState {
    /// Answered.
    Answered,
    /// Answered in part.
    Partial,
    /// Answered: there is nothing to report.
    Nothing,
    /// Answered: does not apply.
    NotApplicable,
    /// Open, with a reason.
    Excused,
    /// Open, without a reason.
    Open,
}

impl CellState {
    /// All, in the order of the legend.
    pub const ALL: [Self; 6] = [
        Self::Answered,
        Self::Partial,
        Self::Nothing,
        Self::NotApplicable,
        Self::Excused,
        Self::Open,
    ];

    /// Name of its symbol.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Partial => "partial",
            Self::Nothing => "nothing",
            Self::NotApplicable => "not-applicable",
            Self::Excused => "excused",
            Self::Open => "open",
        }
    }

    /// Its symbol as a letter, for formats of text.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Answered => "●",
            Self::Partial => "◐",
            Self::Nothing => "○",
            Self::NotApplicable => "–",
            Self::Excused => "□",
            Self::Open => "▲",
        }
    }

    /// It in words.
    pub fn in_words(self, messages: &Messages) -> String {
        messages.text(self.label()).into_owned()
    }

    /// Message that names it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Answered => "edition-state-answered",
            Self::Partial => "edition-state-partial",
            Self::Nothing => "edition-state-nothing",
            Self::NotApplicable => "edition-state-not-applicable",
            Self::Excused => "edition-state-excused",
            Self::Open => "edition-state-open",
        }
    }

    /// How a contribution answers.
    pub fn of(contribution: &Contribution) -> Self {
        if contribution.kind == Kind::Unanswered {
            return Self::Open;
        }
        match &contribution.answer {
            None | Some(Answer::Reported | Answer::Other(_)) => Self::Answered,
            Some(Answer::Partial) => Self::Partial,
            Some(Answer::NothingToReport | Answer::NotAvailable | Answer::NoSpecificPolicy) => {
                Self::Nothing
            }
            Some(Answer::NotApplicable) => Self::NotApplicable,
        }
    }
}
