//! Roles, and where they hold.

use crate::Slug;

/// What somebody does in a cycle. Whoever has none is a public reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    pub const NAMES: [(Self, &'static str); 6] = [
        (Self::Contributor, "contributor"),
        (Self::Reviewer, "reviewer"),
        (Self::Coordinator, "coordinator"),
        (Self::Publisher, "publisher"),
        (Self::Auditor, "auditor"),
        (Self::Administrator, "administrator"),
    ];

    /// Its name in tokens and commands.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(role, _)| *role == self).map_or("", |(_, name)| name)
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

    /// Whether it holds for an organisation.
    pub fn is_for(&self, organisation: &Slug) -> bool {
        self.organisation.as_ref().is_none_or(|own| own == organisation)
    }

    /// Whether it holds for everything of all organisations.
    pub fn is_everywhere(&self) -> bool {
        self.organisation.is_none() && !self.is_limited()
    }

    /// Whether it is limited to some goals.
    pub fn is_limited(&self) -> bool {
        !self.pillars.is_empty() || !self.goals.is_empty()
    }

    /// Whether it holds for what answers `goals`; `pillar_of` tells the pillar of a goal. A limited grant holds for no
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
