//! Roles, and where they hold.

use crate::{InvalidField, Slug};
use strum::EnumCount as _;

/// What somebody does in a cycle. Whoever has none is a public reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumCount)]
pub enum Role {
    /// Writes and hands in for an organisation.
    Contributor,
    /// Approves or returns what an organisation handed in.
    Reviewer,
    /// Opens cycles, says what is owed, looks after the whole report.
    Coordinator,
    /// Publishes and withdraws editions.
    Publisher,
    /// Reads everything, and the audit log.
    Auditor,
    /// Looks after people, dead letters and the installation.
    Administrator,
}

impl Role {
    /// Every role with its name in tokens and commands.
    pub const NAMES: [(Self, &'static str); Self::COUNT] = [
        (Self::Contributor, Self::Contributor.name()),
        (Self::Reviewer, Self::Reviewer.name()),
        (Self::Coordinator, Self::Coordinator.name()),
        (Self::Publisher, Self::Publisher.name()),
        (Self::Auditor, Self::Auditor.name()),
        (Self::Administrator, Self::Administrator.name()),
    ];

    /// Its name in tokens and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Contributor => "contributor",
            Self::Reviewer => "reviewer",
            Self::Coordinator => "coordinator",
            Self::Publisher => "publisher",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// Whether it may be bound to an organisation, a pillar or a goal. The others look after a report as a whole.
    pub fn may_be_bound(self) -> bool {
        match self {
            Self::Contributor | Self::Reviewer => true,
            Self::Coordinator | Self::Publisher | Self::Auditor | Self::Administrator => false,
        }
    }

    /// The role with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(role, _)| *role)
    }
}

/// A role, and where it holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The organisation it is for; absent: all of them.
    pub organisation: Option<Slug>,
    /// Pillars it is limited to; empty together with `goals`: not limited.
    pub pillars: Vec<String>,
    /// Goals it is limited to.
    pub goals: Vec<String>,
}

impl Grant {
    /// A role for all organisations.
    pub fn everywhere(role: Role) -> Self {
        Self { role, organisation: None, pillars: Vec::new(), goals: Vec::new() }
    }

    /// What is wrong with it: it is bound to a part of a report, and its role is not. A bound that nobody keeps would be a
    /// false promise.
    pub fn fault(&self) -> Option<InvalidField> {
        if self.role.may_be_bound() || self.is_everywhere() {
            return None;
        }
        let field = match (&self.organisation, self.pillars.is_empty()) {
            (Some(_), _) => "organisation",
            (None, false) => "pillars",
            (None, true) => "goals",
        };
        let message = format!(
            "the role {} is for the whole report; only contributors and reviewers are bound to a part of it",
            self.role.name()
        );
        Some(InvalidField::new(field, "NOT_FOR_THIS_ROLE", message))
    }

    /// Whether it holds for an organisation.
    pub fn is_for(&self, organisation: &Slug) -> bool {
        self.organisation.as_ref().is_none_or(|granted| granted == organisation)
    }

    /// Whether it holds for everything of all organisations.
    pub fn is_everywhere(&self) -> bool {
        self.organisation.is_none() && !self.is_limited()
    }

    /// Whether it is limited to some goals.
    pub fn is_limited(&self) -> bool {
        !self.pillars.is_empty() || !self.goals.is_empty()
    }

    /// Whether it holds for what answers `goals`; `pillar_of` returns the pillar of a goal. A limited grant holds for no
    /// text that answers another goal besides, or none.
    pub fn covers(&self, goals: &[String], pillar_of: impl Fn(&str) -> Option<String>) -> bool {
        let is_covered = |goal: &String| {
            self.goals.contains(goal)
                || pillar_of(goal).is_some_and(|pillar| self.pillars.contains(&pillar))
        };
        !self.is_limited() || (!goals.is_empty() && goals.iter().all(is_covered))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_writes_or_reviews_is_bound_to_a_part() {
        for (role, _) in Role::NAMES {
            let whole = Grant::everywhere(role);
            assert_eq!(whole.fault(), None);
            let bound = [
                ("organisation", Grant { organisation: "alfa".parse().ok(), ..whole.clone() }),
                ("pillars", Grant { pillars: vec!["1".into()], ..whole.clone() }),
                ("goals", Grant { goals: vec!["1.1".into()], ..whole }),
            ];
            for (field, grant) in bound {
                let fault = grant.fault().map(|fault| (fault.field, fault.reason.into_owned()));
                let expected = (field.to_owned(), "NOT_FOR_THIS_ROLE".to_owned());
                assert_eq!(fault, (!role.may_be_bound()).then_some(expected), "{role:?}");
            }
        }
    }

    #[test]
    fn a_limited_grant_covers_its_goals_alone() {
        let pillar_of = |goal: &str| goal.split('.').next().map(ToOwned::to_owned);
        let goals = |goals: &[&str]| goals.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut grant = Grant::everywhere(Role::Contributor);
        assert!(grant.covers(&[], pillar_of) && grant.covers(&goals(&["1.1", "2.1"]), pillar_of));
        grant.pillars = goals(&["1"]);
        grant.goals = goals(&["2.2"]);
        assert!(grant.covers(&goals(&["1.1", "2.2"]), pillar_of));
        assert!(!grant.covers(&goals(&["1.1", "2.1"]), pillar_of));
        assert!(!grant.covers(&[], pillar_of));
    }
}
