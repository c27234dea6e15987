//! What an organisation owes that reports in a cycle again.
//!
//! Invariant: what ended because its organisation left is owed again, as it was; what somebody removed before is not.

use std::collections::BTreeSet;

use model::{Asked, Cycle, CycleName, MadeCycleChange, Slug};

use crate::{
    store::{Changes, Result, Tx},
    verbs::{
        cycles::{
            cycle_not_found,
            move_framework::{Versions, assigned_again},
        },
        obligations::ALWAYS,
    },
};

/// What the organisations that join owed when they left, as far as the framework still has it.
pub(super) async fn given_back(tx: &mut Tx, before: &Cycle, cycle: &Cycle) -> Result<Changes> {
    let mut changes = Changes::new();
    for code in &cycle.organisations {
        if before.organisations.contains(code) {
            continue;
        }
        if let Some(left) = last_leaving(tx, &cycle.name, code).await? {
            changes.extend(owed_then(tx, cycle, code, &left).await?);
        }
    }
    Ok(changes)
}

/// The change by which an organisation left last.
struct Leaving {
    /// The cycle until then.
    before: Cycle,
    made: MadeCycleChange,
}

async fn last_leaving(tx: &mut Tx, name: &CycleName, code: &Slug) -> Result<Option<Leaving>> {
    let opened = tx.cycle_after(name, 0).await?;
    let mut before = opened.ok_or_else(|| cycle_not_found(name))?;
    let mut last = None;
    for made in tx.cycle_changes(name, 0, u32::MAX).await? {
        let next = made.cycle.clone();
        if before.organisations.contains(code) && !next.organisations.contains(code) {
            last = Some(Leaving { before, made });
        }
        before = next;
    }
    Ok(last)
}

async fn owed_then(
    tx: &mut Tx,
    cycle: &Cycle,
    code: &Slug,
    Leaving { before, made }: &Leaving,
) -> Result<Changes> {
    // Nothing is assigned to or taken from who does not report, so that all this ended by the leaving.
    let ended: BTreeSet<Asked> =
        tx.obligations_removed_since(&cycle.name, made.time).await?.into_iter().collect();
    let taken_back =
        model::assignments(tx.obligation_changes(&cycle.name, ALWAYS).await?).taken_back;
    let owed = taken_back.into_iter().filter(|(asked, (_, reason))| {
        asked.organisation == *code && *reason == made.reason && ended.contains(asked)
    });
    let owed = owed.map(|(asked, (assigned, _))| (asked, assigned));
    if before.framework_version == cycle.framework_version {
        return Ok(owed.flat_map(assigned_again).collect());
    }
    let versions = Versions::read(tx, before, cycle.framework_version).await?;
    let next = owed.flat_map(|(asked, assigned)| versions.owed(&asked, &assigned));
    Ok(next.flat_map(assigned_again).collect())
}
