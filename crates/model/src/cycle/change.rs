//! Changes of a cycle after it was opened.
//!
//! Invariant: a policy only becomes stricter and a framework version only later. Neither is taken back, so that those who report
//! can rely on them.

use jiff::civil::Date;

use crate::{Cycle, CycleState, GapPolicy, Instant, InvalidField, ReviewPolicy, Slug};

/// What a date becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewDate {
    /// This day.
    On(Date),
    /// There is none any more.
    Never,
}

impl NewDate {
    fn date(self) -> Option<Date> {
        match self {
            Self::On(date) => Some(date),
            Self::Never => None,
        }
    }
}

/// What becomes different of a cycle; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CycleChange {
    /// First day on which contributions are taken.
    pub opening: Option<NewDate>,
    /// Last day for contributions.
    pub deadline: Option<NewDate>,
    /// Organisations that report from now on.
    pub joining: Vec<Slug>,
    /// Organisations that report no more.
    pub leaving: Vec<Slug>,
    /// What becomes of gaps.
    pub gaps: Option<GapPolicy>,
    /// Whether contributions are approved before they are published.
    pub review: Option<ReviewPolicy>,
    /// Version of the framework.
    pub framework_version: Option<u32>,
    /// Whether it takes contributions.
    pub state: Option<CycleState>,
}

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeCycleChange {
    /// Number, counted from 1 for each cycle.
    pub number: u32,
    /// The cycle as it was from then on.
    pub cycle: Cycle,
    /// Why.
    pub reason: String,
    /// Opaque id of whoever changed it.
    pub actor: String,
    /// When.
    pub time: Instant,
}

impl CycleChange {
    /// The cycle with the change; every fault at its field.
    pub fn of(&self, cycle: &Cycle) -> Result<Cycle, Vec<InvalidField>> {
        let Self { opening, deadline, joining, leaving, gaps, review, framework_version, state } =
            self;
        let mut changed = cycle.clone();
        changed.opening = opening.map_or(cycle.opening, NewDate::date);
        changed.deadline = deadline.map_or(cycle.deadline, NewDate::date);
        changed.gaps = gaps.unwrap_or(cycle.gaps);
        changed.review = review.unwrap_or(cycle.review);
        changed.framework_version = framework_version.unwrap_or(cycle.framework_version);
        changed.state = state.unwrap_or(cycle.state);
        changed.organisations.retain(|code| !leaving.contains(code));
        for code in joining {
            if !changed.organisations.contains(code) {
                changed.organisations.push(code.clone());
            }
        }
        let faults = self.faults(cycle, &changed);
        if faults.is_empty() { Ok(changed) } else { Err(faults) }
    }

    fn faults(&self, cycle: &Cycle, changed: &Cycle) -> Vec<InvalidField> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, reason: &'static str, message: String| {
            faults.push(InvalidField::new(field, reason, message));
        };
        if (changed.opening.zip(changed.deadline)).is_some_and(|(first, last)| last < first) {
            let field = if self.deadline.is_some() { "deadline" } else { "opening" };
            let message = "the deadline is before the opening".to_owned();
            fault(field, "DEADLINE_BEFORE_OPENING", message);
        }
        for (place, code) in self.leaving.iter().enumerate() {
            if self.joining.contains(code) {
                let message = format!("`{code}` is to join as well");
                fault(&format!("leaving[{place}]"), "JOINS_AND_LEAVES", message);
            }
        }
        if changed.organisations.is_empty() {
            let message = "leave at least one organisation that reports".to_owned();
            fault("leaving", "EMPTY_LIST", message);
        }
        if (cycle.review, changed.review) == (ReviewPolicy::FourEyes, ReviewPolicy::None) {
            fault("review", "POLICY_LOOSER", looser("four-eyes"));
        }
        if (cycle.gaps, changed.gaps) == (GapPolicy::Refuse, GapPolicy::Print) {
            fault("gaps", "POLICY_LOOSER", looser("refuse"));
        }
        if changed.framework_version < cycle.framework_version {
            let message = format!(
                "the cycle reports on version {}; only a later one can take its place",
                cycle.framework_version
            );
            fault("framework_version", "EARLIER_VERSION", message);
        }
        faults
    }
}

fn looser(policy: &str) -> String {
    format!("the policy is `{policy}`, and it only becomes stricter")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Period;

    fn cycle() -> Cycle {
        let period = Period::new(date(2021, 1, 1), date(2021, 12, 31)).unwrap();
        let framework: Slug = "plan".parse().unwrap();
        Cycle {
            name: Cycle::name_of(&framework, &period),
            framework,
            framework_version: 2,
            period,
            organisations: vec!["alfa".parse().unwrap(), "beta".parse().unwrap()],
            opening: Some(date(2022, 1, 1)),
            deadline: Some(date(2022, 3, 1)),
            state: CycleState::Open,
            create_time: None,
            gaps: GapPolicy::Refuse,
            review: ReviewPolicy::FourEyes,
        }
    }

    fn slugs(codes: &[&str]) -> Vec<Slug> {
        codes.iter().map(|code| code.parse().unwrap()).collect()
    }

    #[test]
    fn nothing_given_changes_nothing_and_what_is_so_already_neither() {
        let known = cycle();
        assert_eq!(CycleChange::default().of(&known), Ok(known.clone()));
        let same = CycleChange {
            deadline: Some(NewDate::On(date(2022, 3, 1))),
            joining: slugs(&["alfa"]),
            leaving: slugs(&["gamma"]),
            review: Some(ReviewPolicy::FourEyes),
            gaps: Some(GapPolicy::Refuse),
            framework_version: Some(2),
            state: Some(CycleState::Open),
            ..CycleChange::default()
        };
        assert_eq!(same.of(&known), Ok(known));
    }

    #[test]
    fn dates_go_and_organisations_come_last() {
        let change = CycleChange {
            opening: Some(NewDate::Never),
            deadline: Some(NewDate::On(date(2022, 4, 1))),
            joining: slugs(&["gamma"]),
            leaving: slugs(&["alfa"]),
            ..CycleChange::default()
        };
        let changed = change.of(&cycle()).unwrap();
        assert_eq!((changed.opening, changed.deadline), (None, Some(date(2022, 4, 1))));
        assert_eq!(changed.organisations, slugs(&["beta", "gamma"]));
    }

    #[test]
    fn every_fault_is_named_at_its_field() {
        let change = CycleChange {
            deadline: Some(NewDate::On(date(2021, 12, 31))),
            joining: slugs(&["beta"]),
            leaving: slugs(&["alfa", "beta"]),
            review: Some(ReviewPolicy::None),
            gaps: Some(GapPolicy::Print),
            framework_version: Some(1),
            ..CycleChange::default()
        };
        let faults = change.of(&cycle()).unwrap_err();
        let found: Vec<_> =
            faults.iter().map(|fault| (fault.field.as_str(), fault.reason.as_ref())).collect();
        assert_eq!(
            found,
            [
                ("deadline", "DEADLINE_BEFORE_OPENING"),
                ("leaving[1]", "JOINS_AND_LEAVES"),
                ("review", "POLICY_LOOSER"),
                ("gaps", "POLICY_LOOSER"),
                ("framework_version", "EARLIER_VERSION"),
            ]
        );
        let all = CycleChange { leaving: slugs(&["alfa", "beta"]), ..CycleChange::default() };
        assert_eq!(all.of(&cycle()).unwrap_err()[0].reason, "EMPTY_LIST");
    }
}
