//! Reminders: who is reminded of what on a day, as one pure function of the obligations and of earlier digests.
//!
//! Invariant: nobody is reminded of an obligation twice at one step of the ladder, and nobody twice on one day.

#[cfg(test)]
mod tests;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use jiff::civil::Date;

use crate::{Asked, Cycle, CycleState, Framework, Grant, Obligation, Role, Slug};

/// When people are reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// Steps, in days after the deadline; negative before it.
    pub steps: Vec<i32>,
    /// From this step on coordinators are reminded too.
    pub escalate_from: i32,
    /// For how many days a missed step is made up for.
    pub late_days: u32,
    /// Largest number of digests to one person about one cycle.
    pub cap: u32,
}

impl Ladder {
    /// Returns the step of a day. Of missed steps only the latest is made up for.
    pub fn step(&self, deadline: Date, today: Date) -> Option<i32> {
        let days = today.duration_since(deadline).as_hours() / 24;
        let latest = self.steps.iter().copied().filter(|step| i64::from(*step) <= days).max()?;
        (days - i64::from(latest) <= i64::from(self.late_days)).then_some(latest)
    }
}

/// Somebody who may be reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Opaque id of the person.
    pub person: String,
    /// What the person may do on the day.
    pub grants: Vec<Grant>,
}

/// A digest that was decided before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastDigest {
    /// Opaque id of the person.
    pub person: String,
    /// Its step.
    pub step: i32,
    /// Whether it was for a coordinator, about what organisations did not answer.
    pub escalation: bool,
    /// The day it was decided on.
    pub day: Date,
    /// What it is about.
    pub asked: Vec<Asked>,
}

/// A digest that is due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest {
    /// Opaque id of the person.
    pub person: String,
    /// Its step.
    pub step: i32,
    /// Whether it is for a coordinator, about what organisations did not answer.
    pub escalation: bool,
    /// What it is about, in the order of the obligations.
    pub asked: Vec<Asked>,
}

/// What decides which digests of a cycle are due.
#[derive(Debug, Clone, Copy)]
pub struct Reminding<'a> {
    /// When people are reminded.
    pub ladder: &'a Ladder,
    /// The day, in UTC.
    pub today: Date,
    /// The cycle.
    pub cycle: &'a Cycle,
    /// Its framework version.
    pub framework: &'a Framework,
    /// Every obligation of the cycle.
    pub obligations: &'a [Obligation],
    /// Who may be reminded, each once.
    pub members: &'a [Member],
    /// Every digest about the cycle that was decided before.
    pub past: &'a [PastDigest],
}

/// Returns the digests that are due, about obligations that are required, neither answered nor accepted as open, and have
/// a deadline. Contributors are reminded of what their grants cover; coordinators from the step of escalation on, unless
/// they were reminded of the same at the same step as contributors. A day earlier than the last digest, as after a clock
/// was set back, has no digests.
pub fn due(reminding: &Reminding<'_>) -> Vec<Digest> {
    let Reminding { ladder, today, cycle, obligations, members, past, .. } = *reminding;
    let is_ahead = cycle.opening.is_some_and(|opening| today < opening);
    if cycle.state == CycleState::Closed || is_ahead {
        return Vec::new();
    }
    let open: Vec<(&Obligation, i32)> = obligations
        .iter()
        .filter(|obligation| obligation.is_unexplained())
        .filter_map(|obligation| Some((obligation, ladder.step(obligation.deadline?, today)?)))
        .collect();
    if open.is_empty() {
        return Vec::new();
    }
    let mut before: BTreeMap<&str, Vec<&PastDigest>> = BTreeMap::new();
    for digest in past {
        before.entry(&digest.person).or_default().push(digest);
    }
    let none = Vec::new();
    let due = |member: &Member| {
        let before = before.get(member.person.as_str()).unwrap_or(&none);
        due_to(reminding, &open, member, before)
    };
    members.iter().flat_map(due).collect()
}

impl Member {
    /// Whether they have one of these roles for what an organisation writes on these goals. A grant that is bound where its
    /// role is not holds nowhere.
    pub fn has_any(
        &self,
        roles: &[Role],
        organisation: &Slug,
        goals: &[String],
        framework: &Framework,
    ) -> bool {
        let pillar_of = |goal: &str| framework.goal(goal).map(|goal| goal.pillar.clone());
        self.grants.iter().any(|grant| {
            roles.contains(&grant.role)
                && grant.fault().is_none()
                && grant.is_for(organisation)
                && grant.covers(goals, pillar_of)
        })
    }

    /// Whether a role of theirs is for what is asked.
    fn is_for(&self, role: Role, asked: &Asked, framework: &Framework) -> bool {
        let pillar_of = |goal: &str| framework.goal(goal).map(|goal| goal.pillar.clone());
        self.grants.iter().any(|grant| {
            grant.role == role
                && grant.is_for(&asked.organisation)
                && grant.covers(std::slice::from_ref(&asked.goal), pillar_of)
        })
    }
}

/// Returns what is due to one person, most urgent first, up to the cap.
fn due_to(
    Reminding { ladder, today, framework, .. }: &Reminding<'_>,
    open: &[(&Obligation, i32)],
    member: &Member,
    before: &[&PastDigest],
) -> Vec<Digest> {
    let mut known: BTreeSet<(i32, &Asked)> =
        before.iter().flat_map(|past| past.asked.iter().map(|asked| (past.step, asked))).collect();
    let mut digests: BTreeMap<(Reverse<i32>, bool), Vec<Asked>> = BTreeMap::new();
    for (escalation, role) in [(false, Role::Contributor), (true, Role::Coordinator)] {
        if before.iter().any(|past| past.escalation == escalation && *today <= past.day) {
            continue;
        }
        for (obligation, step) in open {
            let asked = &obligation.asked;
            if (!escalation || ladder.escalate_from <= *step)
                && member.is_for(role, asked, framework)
                && known.insert((*step, asked))
            {
                digests.entry((Reverse(*step), escalation)).or_default().push(asked.clone());
            }
        }
    }
    let left = (ladder.cap as usize).saturating_sub(before.len());
    let digest = |((Reverse(step), escalation), asked)| {
        let person = member.person.clone();
        Digest { person, step, escalation, asked }
    };
    digests.into_iter().take(left).map(digest).collect()
}
