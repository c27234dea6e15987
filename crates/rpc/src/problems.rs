//! What is wrong with a service while it goes on, and since when: what `status` and `/readyz` show.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use metrics::{describe_gauge, gauge};
use model::Instant;

const PROBLEMS: &str = "voortgang_problems";

/// A thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it is about.
    pub what: &'static str,
    /// In words.
    pub message: String,
    /// When it was first seen, by this process.
    pub since: Instant,
}

/// All that is wrong, one problem for each thing.
#[derive(Debug)]
pub struct Problems(Mutex<BTreeMap<&'static str, Problem>>);

impl Default for Problems {
    fn default() -> Self {
        describe_gauge!(PROBLEMS, "1 while something is wrong with what the label names.");
        Self(Mutex::default())
    }
}

impl Problems {
    /// Notes what is wrong with a thing now, or that nothing is. Returns whether it went wrong just now.
    pub fn set(&self, what: &'static str, message: Option<String>, now: Instant) -> bool {
        gauge!(PROBLEMS, "what" => what).set(if message.is_some() { 1.0 } else { 0.0 });
        let mut problems = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(message) = message else {
            problems.remove(what);
            return false;
        };
        let before = problems.get(what).map(|before| before.since);
        problems.insert(what, Problem { what, message, since: before.unwrap_or(now) });
        before.is_none()
    }

    /// All of them.
    pub fn all(&self) -> Vec<Problem> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_lasts_from_when_it_was_first_seen() {
        let problems = Problems::default();
        assert!(problems.set("bus", Some("away".to_owned()), Instant(1)));
        assert!(!problems.set("bus", Some("still away".to_owned()), Instant(2)));
        let expected = Problem { what: "bus", message: "still away".to_owned(), since: Instant(1) };
        assert_eq!(problems.all(), [expected]);
        problems.set("bus", None, Instant(3));
        assert!(problems.all().is_empty());
        assert!(problems.set("bus", Some("away".to_owned()), Instant(4)));
        assert_eq!(problems.all()[0].since, Instant(4));
    }
}
