//! A cycle that goes on with a later version of its framework.
//!
//! Invariant: an obligation follows what it asks for, by id or by a declared link of the kind `same`, and nothing else.

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

    /// What asks for the same in the last version; none where nothing does.
    fn follow(&self, asked: &Asked) -> Option<Asked> {
        let Self(versions) = self;
        let organisation = asked.organisation.clone();
        if asked.indicator.is_empty() {
            let goal = goal_code(versions, &asked.goal)?.to_owned();
            return Some(Asked { organisation, goal, indicator: String::new() });
        }
        let indicator = self.same_indicator(&asked.indicator)?;
        let (goal, _) = versions.last()?.indicator(&indicator)?;
        Some(Asked { organisation, goal: goal.code.clone(), indicator })
    }

    fn same_indicator(&self, code: &str) -> Option<String> {
        let found = successors(&self.0, code);
        found.into_iter().find(model::Relative::is_same).map(|successor| successor.code)
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
    for (asked, Assigned { optional, accepted_reason }) in assigned {
        let next = versions.follow(&asked);
        if next.as_ref() == Some(&asked) {
            continue;
        }
        removed.push((asked, ObligationChange::Removed { reason: reason.to_owned() }));
        let Some(next) = next else { continue };
        added.push((next.clone(), ObligationChange::Assigned { optional }));
        if !accepted_reason.is_empty() {
            added.push((next, ObligationChange::Accepted { reason: accepted_reason }));
        }
    }
    removed.extend(added);
    removed
}
