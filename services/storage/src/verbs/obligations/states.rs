//! Where obligations stand, now or at an earlier moment.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Asked, Assigned, Assignments, Cycle, CycleName, Framework, Instant, Obligation, Record,
    Revision,
};
use uuid::Uuid;

use crate::{
    caller::Caller,
    store::{Result, Tx},
};

/// After everything: what holds now.
pub(crate) const ALWAYS: Instant = Instant(i64::MAX);

/// Whether somebody sees where an obligation stands: who is limited to some goals sees those alone.
pub(super) fn is_shown(caller: &Caller, obligation: &Obligation, framework: &Framework) -> bool {
    let Asked { organisation, goal, .. } = &obligation.asked;
    caller.covers(organisation, std::slice::from_ref(goal), framework)
}

/// Where a cycle's obligations stand, now or at an earlier moment.
pub(crate) async fn obligation_states(
    tx: &mut Tx,
    cycle: &Cycle,
    framework: &Framework,
    as_of: Option<Instant>,
) -> Result<Vec<Obligation>> {
    let assigned = assignments(tx, &cycle.name, as_of).await?.assigned;
    states_of_assigned(tx, cycle, framework, as_of, &assigned).await
}

/// Where a cycle's obligations stand now, and where they would stand without some of its contributions.
pub(super) async fn obligation_states_without(
    tx: &mut Tx,
    cycle: &Cycle,
    framework: &Framework,
    left_out: impl Fn(Uuid) -> bool,
) -> Result<(Vec<Obligation>, Vec<Obligation>)> {
    let assigned = assignments(tx, &cycle.name, None).await?.assigned;
    let deadlines = tx.extended_deadlines(&cycle.name, ALWAYS).await?;
    let mut revisions = tx.revisions(&cycle.name, ALWAYS).await?;
    let moment = tx.now();
    let (assigned, deadlines) = (&assigned, &deadlines);
    let obligations = |revisions: &[Revision]| {
        model::obligations(&Record { cycle, framework, assigned, deadlines, revisions, moment })
    };
    let all = obligations(&revisions);
    revisions.retain(|revision| !left_out(revision.contribution));
    Ok((all, obligations(&revisions)))
}

/// What is assigned and what was removed, now or at an earlier moment.
pub(super) async fn assignments(
    tx: &mut Tx,
    cycle: &CycleName,
    as_of: Option<Instant>,
) -> Result<Assignments> {
    Ok(model::assignments(tx.obligation_changes(cycle, as_of.unwrap_or(ALWAYS)).await?))
}

/// The same of these alone.
pub(crate) async fn states_of_assigned(
    tx: &mut Tx,
    cycle: &Cycle,
    framework: &Framework,
    as_of: Option<Instant>,
    assigned: &BTreeMap<Asked, Assigned>,
) -> Result<Vec<Obligation>> {
    let until = as_of.unwrap_or(ALWAYS);
    if assigned.is_empty() {
        return Ok(Vec::new());
    }
    let deadlines = tx.extended_deadlines(&cycle.name, until).await?;
    let revisions = tx.revisions(&cycle.name, until).await?;
    Ok(model::obligations(&Record {
        cycle,
        framework,
        assigned,
        deadlines: &deadlines,
        revisions: &revisions,
        moment: as_of.unwrap_or_else(|| tx.now()),
    }))
}

/// What is assigned now.
pub(crate) async fn assigned_now(
    tx: &mut Tx,
    cycle: &CycleName,
) -> Result<(BTreeMap<Asked, Assigned>, BTreeSet<Asked>)> {
    let changes = tx.obligation_changes(cycle, ALWAYS).await?;
    let ever = changes.iter().map(|(asked, _)| asked.clone()).collect();
    Ok((model::assignments(changes).assigned, ever))
}
