//! A cycle that goes on with a later version of its framework.
//!
//! Invariant: an obligation follows what it asks for, by id or by a declared link, and nothing else; rolling forward does the same.

use model::{
    Asked, Assigned, Contribution, ContributionState, Cycle, CycleName, Framework,
    ObligationChange, goal_code, successors,
};

use crate::{
    Error,
    store::{Changes, Result, Tx},
    verbs::frameworks::framework_versions,
};

/// Maximum number of texts that a refusal names.
const MAX_NAMED: usize = 10;

/// The versions of a framework from the one that a cycle reports on to the one that it goes on with.
pub(super) struct Versions(Vec<Framework>);

impl Versions {
    pub(super) async fn read(tx: &mut Tx, cycle: &Cycle, until: u32) -> Result<Self> {
        let versions =
            framework_versions(tx, &cycle.framework, cycle.framework_version, until).await?;
        Ok(Self(versions))
    }

    /// What goes on in the last version with what is asked, and whether it asks for the same; none where it ended.
    fn follow(&self, asked: &Asked) -> Vec<(Asked, bool)> {
        let Self(versions) = self;
        let of = |goal: &str, indicator: &str| Asked {
            organisation: asked.organisation.clone(),
            goal: goal.to_owned(),
            indicator: indicator.to_owned(),
        };
        if asked.indicator.is_empty() {
            let goal = goal_code(versions, &asked.goal);
            return goal.map(|goal| (of(goal, ""), true)).into_iter().collect();
        }
        let goal_of = |code: &str| Some(&versions.last()?.indicator(code)?.0.code);
        let found = successors(versions, &asked.indicator);
        found
            .iter()
            .filter_map(|next| Some((of(goal_of(&next.code)?, &next.code), next.is_same())))
            .collect()
    }

    /// What is owed in the last version in the place of this. That an open one was accepted holds for the same alone.
    pub(super) fn owed(&self, asked: &Asked, assigned: &Assigned) -> Vec<(Asked, Assigned)> {
        let owed = |(next, is_same): (Asked, bool)| {
            let accepted_reason = assigned.accepted_reason.clone();
            let accepted_reason = if is_same { accepted_reason } else { String::new() };
            (next, Assigned { accepted_reason, ..*assigned })
        };
        self.follow(asked).into_iter().map(owed).collect()
    }

    /// Whether a code of a goal means another goal in the last version.
    fn is_another_goal(&self, code: &str) -> bool {
        let is_there = |framework: &Framework| framework.goal(code).is_some();
        self.is_in_first_and_last(is_there) && goal_code(&self.0, code) != Some(code)
    }

    /// Whether a code of an indicator means another indicator in the last version.
    fn is_another_indicator(&self, code: &str) -> bool {
        let is_there = |framework: &Framework| framework.indicator(code).is_some();
        let goes_on = || successors(&self.0, code).iter().any(|found| found.code == code);
        self.is_in_first_and_last(is_there) && !goes_on()
    }

    fn is_in_first_and_last(&self, is_there: impl Fn(&Framework) -> bool) -> bool {
        [self.0.first(), self.0.last()].into_iter().all(|version| version.is_some_and(&is_there))
    }
}

/// Refuses a version in which a code that a text names means something else: the text would answer what nobody asked its
/// organisation.
pub(super) async fn check_codes(tx: &mut Tx, cycle: &Cycle, versions: &Versions) -> Result<()> {
    let mut found = Vec::new();
    for contribution in latest_of(tx, &cycle.name).await? {
        if is_out(&contribution) {
            continue;
        }
        let content = &contribution.content;
        let goals = content.goals.iter().filter(|code| versions.is_another_goal(code));
        let indicators =
            content.indicators.iter().filter(|code| versions.is_another_indicator(code));
        found.extend(
            goals.chain(indicators).map(|code| format!("{} ({code})", contribution.name())),
        );
    }
    if found.is_empty() {
        return Ok(());
    }
    let named = found.iter().take(MAX_NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = found.len().saturating_sub(MAX_NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let message = format!(
        "in that version a code that a text names means something else: {named}{more}; open another cycle, or withdraw these texts"
    );
    Err(Error::invalid("framework_version", "CODE_MEANS_ANOTHER", message))
}

/// Every contribution of a cycle at its latest revision.
pub(super) async fn latest_of(tx: &mut Tx, cycle: &CycleName) -> Result<Vec<Contribution>> {
    let found = tx.contributions(cycle, None, "", u32::MAX).await?;
    Ok(found.into_iter().map(|(_, contribution)| contribution).collect())
}

/// Withdrawn and erased texts answer nothing.
pub(super) fn is_out(contribution: &Contribution) -> bool {
    contribution.is_erased() || contribution.state == ContributionState::Withdrawn
}

/// All that goes is removed before anything is assigned, since codes may have changed places.
pub(super) fn moved_obligations(
    versions: &Versions,
    assigned: Vec<(Asked, Assigned)>,
    reason: &str,
) -> Changes {
    let (mut removed, mut added) = (Changes::new(), Changes::new());
    for (asked, assigned) in assigned {
        let owed = versions.owed(&asked, &assigned);
        if owed == [(asked.clone(), assigned)] {
            continue;
        }
        removed.push((asked, ObligationChange::Removed { reason: reason.to_owned() }));
        added.extend(owed.into_iter().flat_map(assigned_again));
    }
    removed.extend(added);
    removed
}

/// What assigns an obligation as it was owed elsewhere.
pub(super) fn assigned_again((asked, assigned): (Asked, Assigned)) -> Changes {
    let Assigned { optional, accepted_reason: reason } = assigned;
    let mut changes = vec![(asked.clone(), ObligationChange::Assigned { optional })];
    if !reason.is_empty() {
        changes.push((asked, ObligationChange::Accepted { reason }));
    }
    changes
}
