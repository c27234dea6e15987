//! How much of what was owed is in an edition, and how much of it was in time.
//!
//! Invariant: an answer that reports nothing is counted as an answer, never as a gap.

use std::{
    collections::{BTreeMap, HashMap},
    ops::AddAssign,
};

use model::{AnswerStatus, ObligationState};
use serde::Serialize;

use crate::{
    Text,
    data::{AcceptedGap, ObligationCell, Obligations, OpenGap},
    view::{
        Line,
        layout::Layout,
        pictures::{Picture, Required},
        states::CellState,
    },
};

/// How complete an edition is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Completeness {
    /// Fragment id in page, HTML and PDF.
    pub anchor: String,
    /// Heading.
    pub heading: String,
    /// The counts; absent where nothing was assigned.
    pub counts: Option<Counts>,
    /// What is said where nothing was assigned.
    pub nothing: String,
}

/// Required items, counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Counts {
    /// What is counted.
    pub help: String,
    /// What the table shows.
    pub caption: String,
    /// Headings of the columns: organisation, required, answered, in time, open with a reason, open without.
    pub columns: [String; 6],
    /// A row for each organisation.
    pub rows: Vec<Count>,
    /// All organisations together.
    pub total: Count,
    /// The same as pictures; none where nothing was required.
    pub pictures: Vec<Picture>,
    /// Answers that say there was nothing to report, or that the question does not apply.
    pub without_report: Vec<Line>,
    /// Heading of the gaps that were accepted.
    pub accepted_heading: String,
    /// Gaps that were accepted, each with its reason.
    pub accepted: Vec<Line>,
    /// What is said where none was.
    pub none_accepted: String,
    /// Heading of the gaps that nobody accepted.
    pub open_heading: String,
    /// Gaps that nobody accepted, for each organisation what is open.
    pub open: Vec<Line>,
}

/// How complete one organisation is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Count {
    /// The organisation.
    pub name: Text,
    /// A number for each further column.
    pub numbers: [String; 5],
}

/// What each organisation owed on each goal, by the codes of both.
pub(crate) type Owed<'a> = BTreeMap<(&'a str, &'a str), Sum>;

/// Required items, as they are summed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    required: u32,
    answered: u32,
    in_time: u32,
    accepted: u32,
}

impl AddAssign<&ObligationCell> for Sum {
    fn add_assign(&mut self, cell: &ObligationCell) {
        let ObligationCell {
            organisation: _,
            goal: _,
            states: _,
            required,
            answered,
            in_time,
            accepted,
        } = cell;
        self.required = self.required.saturating_add(*required);
        self.answered = self.answered.saturating_add(*answered);
        self.in_time = self.in_time.saturating_add(*in_time);
        self.accepted = self.accepted.saturating_add(*accepted);
    }
}

impl Sum {
    fn of<'a>(cells: impl Iterator<Item = &'a ObligationCell>) -> Self {
        cells.fold(Self::default(), |mut sum, cell| {
            sum += cell;
            sum
        })
    }

    fn required(self) -> Required {
        Required { whole: self.required, parts: [self.answered, self.accepted, self.open()] }
    }

    /// What the overview shows of what is open; none where nothing is.
    pub(crate) fn state(self) -> Option<CellState> {
        match (self.open(), self.accepted) {
            (0, 0) => None,
            (0, _) => Some(CellState::Excused),
            _ => Some(CellState::Open),
        }
    }

    fn open(self) -> u32 {
        self.required.saturating_sub(self.answered).saturating_sub(self.accepted)
    }
}

impl<'a> Layout<'a> {
    pub(crate) fn completeness(self) -> Completeness {
        Completeness {
            anchor: "_completeness".to_owned(),
            heading: self.label("edition-owed"),
            counts: self.edition.obligations.as_ref().map(|owed| self.counts(owed)),
            nothing: self.label("edition-owed-nothing"),
        }
    }

    fn counts(self, obligations: &Obligations) -> Counts {
        // The published sums are ignored; they equal the sums of the cells.
        let Obligations {
            obligations: _,
            required: _,
            answered: _,
            in_time: _,
            gaps: _,
            cells,
            accepted,
            open,
        } = obligations;
        let mut by_organisation: HashMap<&str, Sum> = HashMap::new();
        for cell in cells {
            *by_organisation.entry(cell.organisation.as_str()).or_default() += cell;
        }
        let of = |code: &str| by_organisation.get(code).copied().unwrap_or_default();
        let sums: Vec<(Text, Sum)> = self
            .edition
            .organisations
            .iter()
            .map(|organisation| {
                let name = self.in_framework_language(&organisation.name);
                (name, of(&organisation.code))
            })
            .collect();
        let total = Sum::of(cells.iter());
        let required: Vec<(Text, Required)> =
            sums.iter().map(|(name, sum)| (name.clone(), sum.required())).collect();
        Counts {
            help: self.label("edition-owed-help"),
            caption: self.label("edition-owed-caption"),
            columns: COLUMNS.map(|id| self.label(id)),
            rows: sums.into_iter().map(|(name, sum)| self.count(name, sum)).collect(),
            total: self.count(Text::plain(&self.label("edition-owed-all")), total),
            pictures: self.pictures_of_completeness(&required),
            without_report: self.without_report(cells),
            accepted_heading: self.label("edition-owed-accepted-gaps"),
            accepted: accepted.iter().map(|gap| self.accepted(gap)).collect(),
            none_accepted: self.label("edition-owed-no-accepted-gaps"),
            open_heading: self.label("edition-owed-open-gaps"),
            open: self.open(open),
        }
    }

    fn count(self, name: Text, sum: Sum) -> Count {
        let Sum { required, answered, in_time, accepted } = sum;
        let numbers = [required, answered, in_time, accepted, sum.open()];
        Count { name, numbers: numbers.map(|number| self.messages.count(number.into())) }
    }

    fn without_report(self, cells: &[ObligationCell]) -> Vec<Line> {
        let answers = ObligationState::NAMES
            .into_iter()
            .filter_map(|(state, _)| Some((state, state.nil_answer()?)));
        let line = |(state, answer): (ObligationState, AnswerStatus)| {
            let found = cells.iter().filter_map(|cell| cell.states.get(state.name()));
            let answer = self.messages.answer(answer);
            let name = self.with("edition-owed-answered-with", "answer", &answer);
            Line::of(&name, &self.messages.count(found.map(|number| u64::from(*number)).sum()))
        };
        answers.map(line).collect()
    }

    /// A line for each organisation, in the order of the file.
    fn open(self, gaps: &[OpenGap]) -> Vec<Line> {
        let asked = |gap: &OpenGap| self.asked(&gap.goal, gap.indicator.as_ref());
        let line = |gaps: &[OpenGap]| Line {
            name: gaps
                .first()
                .map(|gap| self.organisation(&gap.organisation))
                .into_iter()
                .collect(),
            text: vec![Text::plain(&gaps.iter().map(asked).collect::<Vec<_>>().join("; "))],
        };
        gaps.chunk_by(|one, other| one.organisation == other.organisation).map(line).collect()
    }

    /// The indicator, or the goal as a whole.
    fn asked(self, goal: &String, indicator: Option<&String>) -> String {
        match indicator {
            Some(code) => self.listed("edition-indicators", std::slice::from_ref(code)),
            None => self.heading(std::slice::from_ref(goal)),
        }
    }

    fn accepted(self, gap: &AcceptedGap) -> Line {
        let AcceptedGap { organisation, goal, indicator, reason } = gap;
        let asked = self.asked(goal, indicator.as_ref());
        Line {
            name: vec![self.organisation(organisation), Text::plain(&format!(", {asked}"))],
            text: vec![self.in_framework_language(reason)],
        }
    }

    /// What each organisation owed on each goal.
    pub(crate) fn owed(self) -> Owed<'a> {
        let mut owed = Owed::new();
        let cells = self.edition.obligations.iter().flat_map(|obligations| &obligations.cells);
        for cell in cells {
            *owed.entry((cell.organisation.as_str(), cell.goal.as_str())).or_default() += cell;
        }
        owed
    }

    /// How much of what was owed is there; empty where nothing was.
    pub(crate) fn in_words(self, sum: Sum) -> String {
        let Sum { required, answered, in_time, accepted } = sum;
        if required == 0 {
            return String::new();
        }
        let counts = [("part", answered.into()), ("whole", required.into())];
        let part = self.messages.with("edition-owed-part", &counts);
        let mut parts = vec![format!("{part} {}", self.label("edition-owed-answered"))];
        let others = [
            (answered.saturating_sub(in_time), "edition-owed-late"),
            (accepted, "edition-owed-accepted"),
            (sum.open(), "edition-owed-open"),
        ];
        let others = others.into_iter().filter(|(number, _)| 0 < *number);
        parts.extend(others.map(|(number, id)| {
            format!("{} {}", self.messages.count(number.into()), self.label(id))
        }));
        parts.join("; ")
    }
}

const COLUMNS: [&str; 6] = [
    "shared-organisation",
    "edition-owed-required",
    "edition-owed-answered",
    "edition-owed-in-time",
    "edition-owed-accepted",
    "edition-owed-unexplained",
];
