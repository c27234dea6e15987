//! Where obligations stand: one pure function of what was assigned and what was saved.

use std::collections::BTreeMap;

use jiff::civil::Date;
use uuid::Uuid;

use crate::{
    AnswerStatus, Asked, Assigned, Contribution, ContributionKind, ContributionState, Cycle,
    CycleName, Framework, Instant, MatrixCell, Obligation, ObligationChange, ObligationMatrix,
    ObligationState, Slug,
};

/// A revision of a contribution, as far as obligations depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The contribution.
    pub contribution: Uuid,
    /// Number of the revision.
    pub version: u64,
    /// The organisation.
    pub organisation: Slug,
    /// Codes of those that report it with that one.
    pub partners: Vec<String>,
    /// Answer, remark or open cell.
    pub kind: ContributionKind,
    /// Codes of the goals answered.
    pub goals: Vec<String>,
    /// Codes of the indicators answered.
    pub indicators: Vec<String>,
    /// The answer apart from its text.
    pub answer: Option<AnswerStatus>,
    /// Its state after what was decided about it; all revisions of what was withdrawn are withdrawn.
    pub state: ContributionState,
    /// Whether its text was rolled forward and not edited.
    pub rolled_forward: bool,
    /// Its text, or else its note: the reason of an answer that reports nothing.
    pub reason: String,
    /// When it was saved.
    pub time: Instant,
}

impl From<&Contribution> for Revision {
    fn from(contribution: &Contribution) -> Self {
        let content = &contribution.content;
        Self {
            contribution: contribution.id,
            version: contribution.version,
            organisation: contribution.organisation.clone(),
            partners: content.partners.clone(),
            kind: content.kind,
            goals: content.goals.clone(),
            indicators: content.indicators.clone(),
            answer: content.answer,
            state: contribution.state,
            rolled_forward: contribution.rolled_forward,
            reason: content.reason().to_owned(),
            time: contribution.update_time,
        }
    }
}

impl Revision {
    /// The state of an obligation that only this revision answers.
    fn state(&self) -> ObligationState {
        let nil = self.answer.and_then(AnswerStatus::nil_state);
        match self.state {
            ContributionState::Draft => ObligationState::Drafted,
            ContributionState::Returned => ObligationState::Returned,
            ContributionState::Approved => nil.unwrap_or(ObligationState::Approved),
            ContributionState::Submitted | ContributionState::Withdrawn => {
                nil.unwrap_or(ObligationState::Submitted)
            }
        }
    }

    fn is_nil(&self) -> bool {
        self.answer.and_then(AnswerStatus::nil_state).is_some()
    }

    /// Whether it is of an organisation, alone or together with others. Where the one that leads does not report any more, it is
    /// in no edition, and stands for no partner.
    fn is_of(&self, organisation: &Slug, cycle: &Cycle) -> bool {
        let is_partner = || self.partners.iter().any(|partner| partner == organisation.as_str());
        self.organisation == *organisation
            || (cycle.organisations.contains(&self.organisation) && is_partner())
    }

    /// Whether it speaks of what is asked. A goal is answered through any of its indicators too; an indicator by name,
    /// or by a nil answer to its goal as a whole. Open cells and remarks answer nothing.
    fn answers(&self, asked: &Asked, Record { cycle, framework, .. }: &Record<'_>) -> bool {
        if self.kind != ContributionKind::Answer || !self.is_of(&asked.organisation, cycle) {
            return false;
        }
        let names_goal = self.goals.contains(&asked.goal);
        let names_part = || {
            let goal = framework.goal(&asked.goal);
            goal.is_some_and(|goal| {
                goal.indicators.iter().any(|part| self.indicators.contains(&part.code))
            })
        };
        if asked.indicator.is_empty() {
            names_goal || names_part()
        } else {
            self.indicators.contains(&asked.indicator)
                || (self.is_nil() && names_goal && !names_part())
        }
    }
}

/// All that decides where obligations stand.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The cycle.
    pub cycle: &'a Cycle,
    /// Its framework version.
    pub framework: &'a Framework,
    /// What is assigned.
    pub assigned: &'a BTreeMap<Asked, Assigned>,
    /// Deadlines of organisations that differ from the cycle's.
    pub deadlines: &'a BTreeMap<Slug, Date>,
    /// Every revision of every contribution of the cycle.
    pub revisions: &'a [Revision],
    /// The moment that is asked about.
    pub moment: Instant,
}

/// What came of the changes of a cycle's obligations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assignments {
    /// What is owed.
    pub assigned: BTreeMap<Asked, Assigned>,
    /// What was taken back and not assigned anew: as it was owed, with the reason.
    pub taken_back: BTreeMap<Asked, (Assigned, String)>,
}

/// What came of these changes, in the order of the record.
pub fn assignments(changes: impl IntoIterator<Item = (Asked, ObligationChange)>) -> Assignments {
    let Assignments { mut assigned, mut taken_back } = Assignments::default();
    for (asked, change) in changes {
        match change {
            ObligationChange::Assigned { optional } => {
                taken_back.remove(&asked);
                let new = Assigned { optional, accepted_reason: String::new() };
                assigned.entry(asked).or_insert(new).optional = optional;
            }
            ObligationChange::Removed { reason } => {
                if let Some(known) = assigned.remove(&asked) {
                    taken_back.insert(asked, (known, reason));
                }
            }
            ObligationChange::Accepted { reason } => {
                if let Some(known) = assigned.get_mut(&asked) {
                    known.accepted_reason = reason;
                }
            }
        }
    }
    Assignments { assigned, taken_back }
}

/// Every obligation with its state: by organisation in the cycle's order, then by goal and indicator in the framework's.
pub fn obligations(record: &Record<'_>) -> Vec<Obligation> {
    let current = current(record.revisions);
    let mut obligations: Vec<Obligation> = record
        .assigned
        .iter()
        .map(|(asked, assigned)| obligation(record, &current, asked, assigned))
        .collect();
    obligations
        .sort_by_cached_key(|obligation| place(record.cycle, record.framework, &obligation.asked));
    obligations
}

/// What counts of each contribution: its latest submitted revision, since a later draft takes nothing back; else its
/// latest draft, unless that is a text of the last cycle that nobody touched. What was withdrawn does not count.
fn current(revisions: &[Revision]) -> Vec<&Revision> {
    let mut latest: BTreeMap<Uuid, &Revision> = BTreeMap::new();
    let rank = |revision: &Revision| (revision.state != ContributionState::Draft, revision.version);
    for revision in
        revisions.iter().filter(|revision| revision.state != ContributionState::Withdrawn)
    {
        let known = latest.entry(revision.contribution).or_insert(revision);
        if rank(known) < rank(revision) {
            *known = revision;
        }
    }
    let counts = |revision: &&Revision| {
        revision.state != ContributionState::Draft
            || !revision.rolled_forward
            || revision.version > 1
    };
    latest.into_values().filter(counts).collect()
}

/// How much a state says where several contributions speak of one obligation.
fn weight(state: ObligationState) -> u8 {
    match state {
        ObligationState::Approved => 6,
        ObligationState::Submitted => 5,
        ObligationState::Returned => 4,
        ObligationState::NothingToReport => 3,
        ObligationState::NotApplicable => 2,
        ObligationState::Drafted => 1,
        ObligationState::Open => 0,
    }
}

fn obligation(
    record: &Record<'_>,
    current: &[&Revision],
    asked: &Asked,
    assigned: &Assigned,
) -> Obligation {
    let answers = |revision: &&Revision| revision.answers(asked, record);
    // Of two that weigh the same the first counts, so that the answer does not depend on what came later.
    let mut found: Option<&Revision> = None;
    for revision in current.iter().copied().filter(answers) {
        if found.is_none_or(|known| weight(known.state()) < weight(revision.state())) {
            found = Some(revision);
        }
    }
    let state = found.map_or(ObligationState::Open, Revision::state);
    let answer_time = state.is_answered().then(|| first_answer(record, asked)).flatten();
    let extended = record.deadlines.get(&asked.organisation).copied();
    let deadline = extended.or(record.cycle.deadline);
    let day = day_of(answer_time.unwrap_or(record.moment));
    Obligation {
        cycle: record.cycle.name.clone(),
        asked: asked.clone(),
        optional: assigned.optional,
        state,
        reason: found
            .filter(|_| state.nil_answer().is_some())
            .map_or(String::new(), |revision| revision.reason.clone()),
        contribution: found.map(|revision| revision.contribution),
        deadline,
        answer_time,
        late: deadline.zip(day).is_some_and(|(deadline, day)| deadline < day),
        accepted_reason: assigned.accepted_reason.clone(),
        unedited: found.is_some_and(|revision| revision.rolled_forward),
    }
}

/// When something was first handed in that speaks of what is asked.
fn first_answer(record: &Record<'_>, asked: &Asked) -> Option<Instant> {
    let handed_in = record.revisions.iter().filter(|revision| {
        let is_handed_in = match revision.state {
            ContributionState::Draft | ContributionState::Withdrawn => false,
            ContributionState::Submitted
            | ContributionState::Returned
            | ContributionState::Approved => true,
        };
        is_handed_in && revision.answers(asked, record)
    });
    handed_in.map(|revision| revision.time).min()
}

/// The day of a moment, in UTC as everywhere in the record.
fn day_of(moment: Instant) -> Option<Date> {
    let moment = jiff::Timestamp::from_millisecond(moment.0).ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(moment).date())
}

/// The place of what is asked among a cycle's obligations: its organisation, its goal, and its indicator, with the goal as
/// a whole before those.
pub fn place(cycle: &Cycle, framework: &Framework, asked: &Asked) -> (usize, usize, usize) {
    let organisation = cycle.organisations.iter().position(|code| *code == asked.organisation);
    let goal = framework.goals.iter().position(|goal| goal.code == asked.goal);
    let indicator = goal.and_then(|goal| {
        framework.goals[goal].indicators.iter().position(|part| part.code == asked.indicator)
    });
    let at = |place: Option<usize>| place.unwrap_or(usize::MAX);
    (at(organisation), at(goal), indicator.map_or(0, |place| place + 1))
}

/// Counts obligations, which come in their order, by organisation and goal.
pub fn matrix(cycle: &CycleName, obligations: &[Obligation]) -> ObligationMatrix {
    let mut cells: Vec<MatrixCell> = Vec::new();
    for obligation in obligations {
        let Asked { organisation, goal, .. } = &obligation.asked;
        if cells.last().is_none_or(|cell| (&cell.organisation, &cell.goal) != (organisation, goal))
        {
            cells.push(MatrixCell {
                organisation: organisation.clone(),
                goal: goal.clone(),
                states: BTreeMap::new(),
                required: 0,
                answered: 0,
                in_time: 0,
                accepted: 0,
            });
        }
        if let Some(cell) = cells.last_mut() {
            count(cell, obligation);
        }
    }
    let sum = |of: fn(&MatrixCell) -> u32| cells.iter().map(of).sum::<u32>();
    let (required, answered) = (sum(|cell| cell.required), sum(|cell| cell.answered));
    ObligationMatrix {
        cycle: cycle.clone(),
        obligations: sum(|cell| cell.states.values().sum()),
        required,
        answered,
        in_time: sum(|cell| cell.in_time),
        gaps: required - answered - sum(|cell| cell.accepted),
        cells,
    }
}

fn count(cell: &mut MatrixCell, obligation: &Obligation) {
    *cell.states.entry(obligation.state).or_default() += 1;
    if obligation.optional {
        return;
    }
    cell.required += 1;
    if obligation.state.is_answered() {
        cell.answered += 1;
        cell.in_time += u32::from(!obligation.late);
    } else {
        cell.accepted += u32::from(!obligation.accepted_reason.is_empty());
    }
}
