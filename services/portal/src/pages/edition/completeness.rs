//! How much of what was owed is in an edition, and how much of it was in time.
//!
//! Invariant: an answer that reports nothing is counted as an answer, never as a gap.

use std::ops::AddAssign;

use crate::{
    language::{Language, Said},
    pages::edition::arrange::Arranger,
    printing::count,
    service::edition::{AcceptedGap, ObligationCell, Obligations},
    words::Words,
};

/// How complete an edition is.
#[derive(Debug)]
pub(crate) struct Completeness<'a> {
    pub rows: Vec<Standing<'a>>,
    pub total: [String; 5],
    /// Answers that say there was nothing to report, or that the question does not apply.
    pub without_report: [(&'static str, String); 2],
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

    fn printed(self, language: Language) -> [String; 5] {
        let Self { required, answered, in_time, accepted } = self;
        [required, answered, in_time, accepted, self.open()]
            .map(|number| count(u64::from(number), language))
    }
}

impl<'a> Completeness<'a> {
    pub(crate) fn of(obligations: &'a Obligations, arranger: Arranger<'a>) -> Self {
        let Obligations { cells, accepted } = obligations;
        let Arranger { edition, language, w } = arranger;
        let own = |code: &'a str| cells.iter().filter(move |cell| cell.organisation == code);
        let in_state = |name: &str| {
            let found = cells.iter().filter_map(|cell| cell.states.get(name));
            count(found.map(|number| u64::from(*number)).sum(), language)
        };
        Self {
            rows: edition
                .organisations
                .iter()
                .map(|organisation| Standing {
                    organisation: &organisation.name,
                    counts: Counts::of(own(&organisation.code)).printed(language),
                })
                .collect(),
            total: Counts::of(cells.iter()).printed(language),
            without_report: [
                (w.nothing_to_report, in_state("nothing_to_report")),
                (w.not_applicable, in_state("not_applicable")),
            ],
            accepted: accepted.iter().map(|gap| ShownGap::of(gap, arranger)).collect(),
        }
    }
}

impl ShownGap {
    fn of(gap: &AcceptedGap, Arranger { edition, language, w }: Arranger<'_>) -> Self {
        let AcceptedGap { organisation, goal, indicator, reason } = gap;
        let named = edition.organisations.iter().find(|known| known.code == *organisation);
        let said = |text: &str| language.said(text, &edition.framework.language);
        Self {
            organisation: said(named.map_or(organisation, |known| &known.name)),
            asked: match indicator {
                Some(code) => format!("{} {code}", w.indicator),
                None => format!("{} {goal}", w.goal),
            },
            reason: said(reason),
        }
    }
}

/// How much of what it owed on a goal an organisation answered, in words; empty where it owed nothing.
pub(crate) fn owed(cell: &ObligationCell, w: &Words, language: Language) -> String {
    let counts = Counts::from(cell);
    let Counts { required, answered, in_time, accepted } = counts;
    if required == 0 {
        return String::new();
    }
    let printed = |number: u32| count(u64::from(number), language);
    let (of, answered_word) = (w.of, w.owed_answered);
    let mut parts =
        vec![format!("{} {of} {} {answered_word}", printed(answered), printed(required))];
    let others = [
        (answered.saturating_sub(in_time), w.owed_late),
        (accepted, w.owed_accepted),
        (counts.open(), w.owed_open),
    ];
    let others = others.into_iter().filter(|(number, _)| 0 < *number);
    parts.extend(others.map(|(number, word)| format!("{} {word}", printed(number))));
    parts.join("; ")
}
