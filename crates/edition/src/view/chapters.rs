//! Chapters: which contribution is shown where.
//!
//! One for each organisation of the edition, then one for each code that a contribution names and the edition does
//! not list, so that nothing is dropped; [`crate::faults`] has a publisher refuse these.

use crate::{
    Text,
    data::{Contribution, GoalKind, Kind},
    view::{
        Chapter, Goal, Joint, Part, Section,
        layout::{Layout, anchor},
    },
};

/// Contributions to the same goals, under these.
type Group<'a> = (&'a [String], Vec<&'a Contribution>);

impl<'a> Layout<'a> {
    pub(crate) fn chapters(self) -> Vec<Chapter> {
        let mut codes: Vec<&str> = self
            .edition
            .organisations
            .iter()
            .map(|organisation| organisation.code.as_str())
            .collect();
        for contribution in &self.edition.contributions {
            if !codes.contains(&contribution.organisation.as_str()) {
                codes.push(&contribution.organisation);
            }
        }
        codes.into_iter().map(|code| self.chapter(code)).collect()
    }

    fn chapter(self, code: &str) -> Chapter {
        let contributions = self
            .edition
            .contributions
            .iter()
            .filter(|contribution| contribution.organisation == code);
        let (remarks, answers): (Vec<_>, Vec<_>) =
            contributions.partition(|contribution| contribution.kind == Kind::GeneralRemark);
        let pillars = self.edition.framework.pillars.iter().map(|pillar| pillar.code.as_str());
        let parts = pillars.chain([""]).map(|pillar| self.part(code, pillar, &answers));
        Chapter {
            anchor: code.to_owned(),
            name: self.organisation(code),
            remarks: remarks.into_iter().map(|remark| self.entry(remark)).collect(),
            parts: parts.filter(|part| !part.sections.is_empty()).collect(),
            joint: self.joint(code),
        }
    }

    /// Joint contributions in which an organisation is a partner.
    fn joint(self, code: &str) -> Vec<Joint> {
        let is_partner = |contribution: &&Contribution| {
            contribution.partners.iter().any(|partner| partner == code)
        };
        let joint = |contribution: &Contribution| {
            let answered = self.entry_heading(contribution);
            let goals = &contribution.goals;
            Joint {
                anchor: anchor(&contribution.organisation, &contribution.id),
                organisation: self.organisation(&contribution.organisation),
                heading: if goals.is_empty() {
                    answered
                } else {
                    format!("{}, {answered}", self.heading(goals))
                },
            }
        };
        self.edition.contributions.iter().filter(is_partner).map(joint).collect()
    }

    fn part(self, organisation: &str, pillar: &str, answers: &[&'a Contribution]) -> Part {
        let here: Vec<_> = answers
            .iter()
            .copied()
            .filter(|contribution| self.pillar_of(contribution) == pillar)
            .collect();
        let groups = by_goals(&here);
        let known = self.edition.framework.pillars.iter().find(|known| known.code == pillar);
        Part {
            anchor: format!("{organisation}::{pillar}"),
            name: known.map_or_else(
                || Text::plain(&self.label("edition-other")),
                |known| self.choose(&known.name),
            ),
            sections: groups
                .iter()
                .map(|group| self.section(organisation, group, answers))
                .collect(),
        }
    }

    /// Code of the pillar of a contribution's first known goal; empty where there is none.
    fn pillar_of(self, contribution: &Contribution) -> &'a str {
        let goal = contribution.goals.iter().find_map(|code| self.goal(code));
        let pillars = &self.edition.framework.pillars;
        goal.and_then(|goal| pillars.iter().find(|pillar| pillar.code == goal.pillar))
            .map_or("", |pillar| pillar.code.as_str())
    }

    fn section(
        self,
        organisation: &str,
        (goals, contributions): &Group<'_>,
        answers: &[&Contribution],
    ) -> Section {
        let goal = |code: &String| Goal {
            code: code.clone(),
            statement: self.goal(code).map(|goal| self.choose(&goal.statement)).unwrap_or_default(),
        };
        Section {
            anchor: section_anchor(organisation, goals),
            earlier_anchors: earlier_anchor(organisation, goals, answers).into_iter().collect(),
            heading: self.heading(goals),
            goals: goals.iter().map(goal).collect(),
            entries: contributions.iter().map(|contribution| self.entry(contribution)).collect(),
        }
    }

    /// `Subdoel 1.1`, `Doelen 1 en 2`.
    pub(crate) fn heading(self, goals: &[String]) -> String {
        let are_subgoals = goals.iter().all(|code| self.is_subgoal(code));
        match (are_subgoals, goals) {
            (_, []) => self.label("edition-other"),
            (true, _) => self.listed("edition-subgoals", goals),
            (false, _) => self.listed("edition-goals", goals),
        }
    }

    fn is_subgoal(self, code: &str) -> bool {
        self.goal(code).is_some_and(|goal| match goal.kind {
            GoalKind::Subgoal => true,
            GoalKind::StrategicGoal | GoalKind::Other => false,
        })
    }
}

/// Groups contributions by the goals that they answer, in the order in which these first appear.
fn by_goals<'a>(contributions: &[&'a Contribution]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for contribution in contributions {
        match groups.iter_mut().find(|(goals, _)| *goals == contribution.goals) {
            Some((_, group)) => group.push(contribution),
            None => groups.push((&contribution.goals, vec![contribution])),
        }
    }
    groups
}

/// No code holds a comma, so no other list of goals has this anchor.
fn section_anchor(organisation: &str, goals: &[String]) -> String {
    format!("{organisation}:{}", goals.join(","))
}

/// The anchor with `+`, which pages gave out; codes may hold that sign, so it is kept only where it is nobody else's.
fn earlier_anchor(
    organisation: &str,
    goals: &[String],
    answers: &[&Contribution],
) -> Option<String> {
    if goals.len() < 2 {
        return None;
    }
    let joined = goals.join("+");
    let is_first =
        answers.iter().find(|contribution| contribution.goals.join("+") == joined)?.goals == goals;
    let is_taken = answers.iter().any(|contribution| contribution.goals.join(",") == joined);
    (is_first && !is_taken).then(|| format!("{organisation}:{joined}"))
}
