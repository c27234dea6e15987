//! How much of what was owed is in an edition, and how much of it was in time.
//!
//! Invariant: an answer that reports nothing is counted as an answer, never as a gap.

use std::ops::AddAssign;

use messages::Messages;
use model::AnswerStatus;

use crate::{
    language::Said,
    pages::edition::arrange::Arranger,
    service::edition::{AcceptedGap, ObligationCell, Obligations},
};

/// How complete an edition is.
#[derive(Debug)]
pub(crate) struct Completeness<'a> {
    pub rows: Vec<Standing<'a>>,
    pub total: [String; 5],
    /// Answers that say there was nothing to report, or that the question does not apply.
    pub without_report: [(String, String); 2],
    pub accepted: Vec<ShownGap>,
}

/// How complete one organisation is: required, answered, answered in time, open with a reason, open without.
#[derive(Debug)]
pub(crate) struct Standing<'a> {
    pub organisation: &'a str,
    pub counts: [String; 5],
}

/// A gap that was accepted.
#[derive(Debug)]
pub(crate) struct ShownGap {
    pub organisation: Said,
    /// The indicator, or the goal as a whole.
    pub asked: String,
    pub reason: Said,
}

/// Required items, as they are summed.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    required: u32,
    answered: u32,
    in_time: u32,
    accepted: u32,
}

impl From<&ObligationCell> for Counts {
    fn from(cell: &ObligationCell) -> Self {
        let ObligationCell {
            organisation: _,
            goal: _,
            states: _,
            required,
            answered,
            in_time,
            accepted,
        } = cell;
        Self { required: *required, answered: *answered, in_time: *in_time, accepted: *accepted }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, Self { required, answered, in_time, accepted }: Self) {
        self.required = self.required.saturating_add(required);
        self.answered = self.answered.saturating_add(answered);
        self.in_time = self.in_time.saturating_add(in_time);
        self.accepted = self.accepted.saturating_add(accepted);
    }
}

impl Counts {
    fn of<'a>(cells: impl Iterator<Item = &'a ObligationCell>) -> Self {
        let mut sum = Self::default();
        for cell in cells {
            sum += Self::from(cell);
        }
        sum
    }

    fn open(self) -> u32 {
        self.required.saturating_sub(self.answered).saturating_sub(self.accepted)
    }

    fn printed(self, messages: &Messages) -> [String; 5] {
        let Self { required, answered, in_time, accepted } = self;
        [required, answered, in_time, accepted, self.open()]
            .map(|number| messages.count(number.into()))
    }
}

impl<'a> Completeness<'a> {
    pub(crate) fn of(obligations: &'a Obligations, arranger: Arranger<'a>) -> Self {
        let Obligations { cells, accepted } = obligations;
        let Arranger { edition, language: _, messages } = arranger;
        let own = |code: &'a str| cells.iter().filter(move |cell| cell.organisation == code);
        let in_state = |name: &str| {
            let found = cells.iter().filter_map(|cell| cell.states.get(name));
            messages.count(found.map(|number| u64::from(*number)).sum())
        };
        Self {
            rows: edition
                .organisations
                .iter()
                .map(|organisation| Standing {
                    organisation: &organisation.name,
                    counts: Counts::of(own(&organisation.code)).printed(messages),
                })
                .collect(),
            total: Counts::of(cells.iter()).printed(messages),
            without_report: [AnswerStatus::NothingToReport, AnswerStatus::NotApplicable].map(
                |status| {
                    let answer = [("answer", messages.answer(status).into())];
                    (messages.with("edition-owed-answered-with", &answer), in_state(status.name()))
                },
            ),
            accepted: accepted.iter().map(|gap| ShownGap::of(gap, arranger)).collect(),
        }
    }
}

impl ShownGap {
    fn of(gap: &AcceptedGap, Arranger { edition, language, messages }: Arranger<'_>) -> Self {
        let AcceptedGap { organisation, goal, indicator, reason } = gap;
        let named = edition.organisations.iter().find(|known| known.code == *organisation);
        let said = |text: &str| Said::of(text, &edition.framework.language, language);
        Self {
            organisation: said(named.map_or(organisation, |known| &known.name)),
            asked: match indicator {
                Some(code) => format!("{} {code}", messages.text("shared-indicator")),
                None => format!("{} {goal}", messages.text("shared-goal")),
            },
            reason: said(reason),
        }
    }
}

/// How much of what it owed on a goal an organisation answered, in words; empty where it owed nothing.
pub(crate) fn owed(cell: &ObligationCell, messages: &Messages) -> String {
    let counts = Counts::from(cell);
    let Counts { required, answered, in_time, accepted } = counts;
    if required == 0 {
        return String::new();
    }
    let share = [("part", answered.into()), ("whole", required.into())];
    let share = messages.with("edition-owed-part", &share);
    let mut parts = vec![format!("{share} {}", messages.text("edition-owed-answered"))];
    let others = [
        (answered.saturating_sub(in_time), messages.text("edition-owed-late")),
        (accepted, messages.text("edition-owed-accepted")),
        (counts.open(), messages.text("edition-owed-open")),
    ];
    let others = others.into_iter().filter(|(number, _)| 0 < *number);
    parts.extend(others.map(|(number, word)| format!("{} {word}", messages.count(number.into()))));
    parts.join("; ")
}
