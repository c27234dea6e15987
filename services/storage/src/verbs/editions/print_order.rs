//! The order in which an edition prints contributions, and which it leaves out.

use std::collections::HashSet;

use model::{Contribution, ContributionKind, Cycle, Framework};

/// Puts contributions in print order: by organisation in the cycle's order, remarks on the whole report first,
/// then by goal and indicator in the framework's order, then by external id. Tombstones are left out, and
/// open cells that were answered since.
pub(super) fn print_order(
    mut contributions: Vec<Contribution>,
    cycle: &Cycle,
    framework: &Framework,
) -> Vec<Contribution> {
    contributions.retain(|contribution| !contribution.is_erased());
    drop_answered_cells(&mut contributions);
    contributions.sort_by_cached_key(|contribution| key(contribution, cycle, framework));
    contributions
}

fn key(
    contribution: &Contribution,
    cycle: &Cycle,
    framework: &Framework,
) -> (usize, bool, usize, usize, String) {
    let content = &contribution.content;
    let organisation = cycle
        .organisations
        .iter()
        .position(|code| *code == contribution.organisation)
        .unwrap_or(usize::MAX);
    let is_answer = content.kind != ContributionKind::GeneralRemark;
    let goal_place = |code: &String| framework.goals.iter().position(|goal| goal.code == *code);
    let goal = content.goals.iter().filter_map(goal_place).min().unwrap_or(usize::MAX);
    let mut indicators = framework.goals.iter().flat_map(|goal| &goal.indicators);
    // An answer without indicators stands before those that answer one.
    let indicator = indicators
        .position(|indicator| content.indicators.contains(&indicator.code))
        .map_or(0, |place| place + 1);
    (organisation, is_answer, goal, indicator, contribution.public_id())
}

fn drop_answered_cells(contributions: &mut Vec<Contribution>) {
    let mut answered = HashSet::new();
    for contribution in contributions
        .iter()
        .filter(|contribution| contribution.content.kind == ContributionKind::Answer)
    {
        for indicator in &contribution.content.indicators {
            answered.insert((contribution.organisation.clone(), indicator.clone()));
        }
        for goal in
            contribution.content.goals.iter().filter(|_| contribution.content.indicators.is_empty())
        {
            answered.insert((contribution.organisation.clone(), goal.clone()));
        }
    }
    contributions.retain(|contribution| {
        let owed = if contribution.content.indicators.is_empty() {
            &contribution.content.goals
        } else {
            &contribution.content.indicators
        };
        let is_answered =
            |code: &String| answered.contains(&(contribution.organisation.clone(), code.clone()));
        contribution.content.kind != ContributionKind::Unanswered || !owed.iter().all(is_answered)
    });
}
