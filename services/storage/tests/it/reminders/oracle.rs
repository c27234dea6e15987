//! Says by itself who is to get which mail, day by day, in the plainest way: days are numbers, and nothing is shared with
//! the program.

use std::collections::{BTreeMap, BTreeSet};

const STEPS: [i64; 6] = [-14, -7, -1, 1, 7, 14];
const ESCALATE_FROM: i64 = 7;
const LATE_DAYS: i64 = 7;
const CAP: usize = 10;

/// What is owed, and whether anybody still waits for it.
#[derive(Debug, Clone)]
pub(crate) struct Owed {
    pub(crate) cycle: String,
    pub(crate) organisation: String,
    pub(crate) goal: String,
    pub(crate) indicator: String,
    pub(crate) is_optional: bool,
    pub(crate) is_assigned: bool,
    /// Answered, or accepted as open.
    pub(crate) is_settled: bool,
}

impl Owed {
    pub(crate) fn path(&self) -> String {
        let part = if self.indicator.is_empty() { "" } else { "/" };
        format!("{}/{}{part}{}", self.organisation, self.goal, self.indicator)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_assigned && !self.is_optional && !self.is_settled
    }
}

/// A membership from one day to another.
#[derive(Debug, Clone)]
pub(crate) struct Membership {
    pub(crate) is_coordinator: bool,
    /// Empty: all.
    pub(crate) organisation: String,
    /// Empty: all.
    pub(crate) goals: Vec<String>,
    pub(crate) first: i64,
    pub(crate) last: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) is_erased: bool,
    pub(crate) memberships: Vec<Membership>,
}

#[derive(Debug, Clone)]
pub(crate) struct Cycle {
    pub(crate) name: String,
    pub(crate) opening: i64,
    pub(crate) deadline: i64,
    /// Deadlines of organisations.
    pub(crate) extended: BTreeMap<String, i64>,
}

/// The world as it is on a day, and what was sent so far.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    pub(crate) cycles: Vec<Cycle>,
    pub(crate) owed: Vec<Owed>,
    pub(crate) people: Vec<Person>,
    /// Person, cycle, thing and step.
    sent: BTreeSet<(String, String, String, i64)>,
    /// How many mails about a cycle somebody got.
    number: BTreeMap<(String, String), usize>,
    /// Every mail, as a mail is shown.
    pub(crate) mails: Vec<String>,
}

impl Oracle {
    /// Adds the mails of a day on which the process was there.
    pub(crate) fn live(&mut self, day: i64) {
        for cycle in self.cycles.clone() {
            if day < cycle.opening {
                continue;
            }
            for person in self.people.clone() {
                if !person.is_erased {
                    self.remind(day, &cycle, &person);
                }
            }
        }
    }

    fn remind(&mut self, day: i64, cycle: &Cycle, person: &Person) {
        let mut digests: Vec<(i64, bool, BTreeSet<String>)> = Vec::new();
        for is_coordinator in [false, true] {
            for owed in self.owed.clone() {
                if owed.cycle != cycle.name || !owed.is_open() {
                    continue;
                }
                let deadline = *cycle.extended.get(&owed.organisation).unwrap_or(&cycle.deadline);
                let Some(step) = STEPS.into_iter().rev().find(|step| deadline + step <= day) else {
                    continue;
                };
                let is_stale = day - (deadline + step) > LATE_DAYS;
                let is_too_early = is_coordinator && step < ESCALATE_FROM;
                let is_theirs = person.memberships.iter().any(|membership| {
                    membership.is_coordinator == is_coordinator
                        && membership.first <= day
                        && day <= membership.last
                        && ["", owed.organisation.as_str()].contains(&&*membership.organisation)
                        && (membership.goals.is_empty() || membership.goals.contains(&owed.goal))
                });
                let key = (person.id.clone(), cycle.name.clone(), owed.path(), step);
                if is_stale || is_too_early || !is_theirs || !self.sent.insert(key) {
                    continue;
                }
                let known =
                    digests.iter_mut().find(|(of, c, _)| (*of, *c) == (step, is_coordinator));
                match known {
                    Some((_, _, things)) => drop(things.insert(owed.path())),
                    None => digests.push((step, is_coordinator, BTreeSet::from([owed.path()]))),
                }
            }
        }
        digests.sort_by_key(|(step, is_coordinator, _)| (-step, *is_coordinator));
        for (step, is_coordinator, things) in digests {
            let number = self.number.entry((person.id.clone(), cycle.name.clone())).or_default();
            if *number == CAP {
                for thing in things {
                    self.sent.remove(&(person.id.clone(), cycle.name.clone(), thing, step));
                }
                continue;
            }
            *number += 1;
            let mark = if is_coordinator { "!" } else { "" };
            let things = things.into_iter().collect::<Vec<_>>().join(" ");
            let id = &person.id;
            self.mails.push(format!("{id}@example.nl{mark} {} {step:+} {things}", cycle.name));
        }
    }
}
