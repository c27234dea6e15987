//! How something was answered, as a reader sees it at one glance.
//!
//! Invariant: what was not required is never shown as a gap; each state has a symbol of its own shape, and a word that stands wherever the symbol does.

use std::collections::HashSet;

use messages::Messages;
use serde::Serialize;

use crate::data::{Answer, Contribution, Edition, Kind};

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
    /// Open, and not required.
    Optional,
}

/// Organisation, goal and indicator of something required; no indicator: the goal as a whole.
type Place<'a> = (&'a str, &'a str, Option<&'a str>);

/// What was required and is open, with and without an accepted reason.
#[derive(Debug)]
pub struct Gaps<'a> {
    accepted: HashSet<Place<'a>>,
    open: HashSet<Place<'a>>,
    /// Whether `open` has all of them: files of earlier versions only count them.
    is_listed: bool,
}

impl<'a> Gaps<'a> {
    /// Those of an edition.
    pub fn of(edition: &'a Edition) -> Self {
        let Some(owed) = &edition.obligations else {
            return Self { accepted: HashSet::new(), open: HashSet::new(), is_listed: false };
        };
        let accepted = owed.accepted.iter();
        let open = owed.open.iter();
        Self {
            accepted: accepted
                .map(|gap| (&*gap.organisation, &*gap.goal, gap.indicator.as_deref()))
                .collect(),
            open: open
                .map(|gap| (&*gap.organisation, &*gap.goal, gap.indicator.as_deref()))
                .collect(),
            is_listed: owed.gaps == 0 || !owed.open.is_empty(),
        }
    }

    /// How something stands that nobody answered.
    fn state(&self, contribution: &Contribution) -> CellState {
        let is_in = |places: &HashSet<Place<'_>>| {
            let indicators = || contribution.indicators.iter().map(|code| Some(code.as_str()));
            contribution.goals.iter().any(|goal| {
                let place = |code| places.contains(&(&*contribution.organisation, &**goal, code));
                indicators().chain([None]).any(place)
            })
        };
        if is_in(&self.open) || !self.is_listed && !is_in(&self.accepted) {
            CellState::Open
        } else if is_in(&self.accepted) {
            CellState::Excused
        } else {
            CellState::Optional
        }
    }
}

impl CellState {
    /// All, in the order of the legend.
    pub const ALL: [Self; 7] = [
        Self::Answered,
        Self::Partial,
        Self::Nothing,
        Self::NotApplicable,
        Self::Excused,
        Self::Open,
        Self::Optional,
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
            Self::Optional => "optional",
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
            Self::Optional => "△",
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
            Self::Optional => "edition-state-optional",
        }
    }

    /// How a contribution answers.
    pub fn of(contribution: &Contribution, gaps: &Gaps<'_>) -> Self {
        if contribution.kind == Kind::Unanswered {
            return gaps.state(contribution);
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
