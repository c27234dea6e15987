//! Obligations: assigned, removed, accepted as open, and where they stand.
//!
//! Invariant: what is assigned already changes nothing when it is assigned again, and leaves no trace.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use model::{
    Asked, Assigned, Completeness, Cycle, CycleName, Framework, GapPolicy, Instant, InvalidField,
    Obligation, ObligationChange, ObligationMatrix, Record, Slug,
};
use wire::{EventBody, events};

use crate::{
    Error, Storage,
    access::{Caller, caller_or_itself},
    store::{Changes, Result, Tx},
    verbs::{cycles::cycle_not_found, editions::framework_of},
};

/// Most obligations in one call.
const MAX_ASSIGNED: usize = 10_000;
/// Longest reason, in bytes.
const MAX_REASON: usize = 2_000;
/// Most gaps that a refusal names one by one.
const NAMED_GAPS: usize = 20;
/// After everything: what holds now.
pub(crate) const ALWAYS: Instant = Instant(i64::MAX);

/// What an assignment did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct AssignCounts {
    /// New obligations.
    pub(crate) assigned: u32,
    /// Obligations that are now optional and were required, or the other way round.
    pub(crate) changed: u32,
    /// Obligations that were there.
    pub(crate) unchanged: u32,
}

impl Storage {
    /// Assigns obligations, all or none. With `validate_only` everything is checked and nothing kept.
    pub(crate) async fn assign_obligations(
        &self,
        cycle: &CycleName,
        asked: Vec<(Asked, bool)>,
        validate_only: bool,
    ) -> Result<AssignCounts> {
        if MAX_ASSIGNED < asked.len() {
            let message = format!(
                "{} obligations in one call, at most {MAX_ASSIGNED} are taken",
                asked.len()
            );
            return Err(Error::TooLarge(message));
        }
        let mut tx = self.store.write([obligations_of(cycle)]).await?;
        let (cycle, framework) = known(&mut tx, cycle).await?;
        check(&cycle, &framework, &asked)?;
        let before = model::assignments(tx.obligation_changes(&cycle.name, ALWAYS).await?).assigned;
        let mut counts = AssignCounts::default();
        let mut changes = Changes::new();
        for (asked, optional) in asked {
            match before.get(&asked) {
                Some(known) if known.optional == optional => {
                    counts.unchanged += 1;
                    continue;
                }
                Some(_) => counts.changed += 1,
                None => counts.assigned += 1,
            }
            changes.push((asked, ObligationChange::Assigned { optional }));
        }
        if !changes.is_empty() && !validate_only {
            keep(&mut tx, &cycle.name, "obligations.assign", &changes).await?;
            self.commit(tx).await?;
        }
        Ok(counts)
    }

    /// Takes an obligation back. What was taken back before stays so.
    pub(crate) async fn remove_obligation(
        &self,
        cycle: &CycleName,
        asked: Asked,
        reason: &str,
    ) -> Result<()> {
        check_reason(reason)?;
        let mut tx = self.store.write([obligations_of(cycle)]).await?;
        let (cycle, framework) = known(&mut tx, cycle).await?;
        check_one(&cycle, &framework, &asked)?;
        let changes = tx.obligation_changes(&cycle.name, ALWAYS).await?;
        if !changes.iter().any(|(known, _)| *known == asked) {
            return Err(obligation_not_found(&cycle.name, &asked));
        }
        if model::assignments(changes).assigned.contains_key(&asked) {
            let object = format!("{} {asked}", cycle.name);
            let change = ObligationChange::Removed { reason: reason.to_owned() };
            tx.insert_obligation_changes(&cycle.name, &vec![(asked, change)]).await?;
            tell(&mut tx, &cycle.name, "obligations.remove", &object, reason.as_bytes())?;
            self.commit(tx).await?;
        }
        Ok(())
    }

    /// Accepts that a required obligation stays open.
    pub(crate) async fn accept_gap(
        &self,
        cycle: &CycleName,
        asked: Asked,
        reason: &str,
    ) -> Result<Obligation> {
        check_reason(reason)?;
        let mut tx = self.store.write([obligations_of(cycle)]).await?;
        let (cycle, framework) = known(&mut tx, cycle).await?;
        check_one(&cycle, &framework, &asked)?;
        let found = standing(&mut tx, &cycle, &framework, None).await?;
        let found = found.into_iter().find(|obligation| obligation.asked == asked);
        let mut found = found.ok_or_else(|| obligation_not_found(&cycle.name, &asked))?;
        if !found.is_gap() {
            let why = if found.optional { "optional" } else { "answered" };
            let message = format!("`{asked}` is {why}; only what is required and open is accepted");
            return Err(Error::Precondition { reason: "NO_GAP", message });
        }
        if found.accepted_reason != reason {
            reason.clone_into(&mut found.accepted_reason);
            let object = format!("{} {asked}", cycle.name);
            let change = ObligationChange::Accepted { reason: reason.to_owned() };
            tx.insert_obligation_changes(&cycle.name, &vec![(asked, change)]).await?;
            tell(&mut tx, &cycle.name, "obligations.accept", &object, reason.as_bytes())?;
            self.commit(tx).await?;
        }
        Ok(found)
    }

    /// Gives an organisation a deadline of its own, or the cycle's again. Returns the one in force.
    pub(crate) async fn set_deadline(
        &self,
        cycle: &CycleName,
        organisation: &Slug,
        deadline: Option<Date>,
        reason: &str,
    ) -> Result<Option<Date>> {
        check_reason(reason)?;
        let mut tx = self.store.write([obligations_of(cycle)]).await?;
        let (cycle, _) = known(&mut tx, cycle).await?;
        if let Some(fault) = unknown_organisation(&cycle, organisation) {
            return Err(fault.into());
        }
        if cycle.opening.zip(deadline).is_some_and(|(opening, deadline)| deadline < opening) {
            let message = "the deadline is before the opening";
            return Err(Error::invalid("deadline", "DEADLINE_BEFORE_OPENING", message));
        }
        let before = tx.own_deadlines(&cycle.name, ALWAYS).await?.get(organisation).copied();
        if before != deadline {
            tx.insert_deadline_change(&cycle.name, organisation, deadline, reason).await?;
            let object = format!("{} {organisation}", cycle.name);
            tell(&mut tx, &cycle.name, "obligations.deadline", &object, reason.as_bytes())?;
            self.commit(tx).await?;
        }
        Ok(deadline.or(cycle.deadline))
    }

    /// Counts obligations by organisation and goal.
    pub(crate) async fn obligation_matrix(
        &self,
        cycle: &CycleName,
        as_of: Option<Instant>,
    ) -> Result<ObligationMatrix> {
        let mut tx = self.store.read().await?;
        let (cycle, framework) = known(&mut tx, cycle).await?;
        let caller = caller_or_itself();
        let mut found = standing(&mut tx, &cycle, &framework, as_of).await?;
        found.retain(|obligation| is_shown(&caller, obligation, &framework));
        Ok(model::matrix(&cycle.name, &found))
    }
}

/// Whether somebody sees where an obligation stands: who is limited to some goals sees those alone.
pub(super) fn is_shown(caller: &Caller, obligation: &Obligation, framework: &Framework) -> bool {
    let Asked { organisation, goal, .. } = &obligation.asked;
    caller.covers(organisation, std::slice::from_ref(goal), framework)
}

/// The scope in which obligations of a cycle are written.
pub(crate) fn obligations_of(cycle: &CycleName) -> String {
    format!("obligations of {cycle}")
}

/// The cycle and its framework version.
pub(crate) async fn known(tx: &mut Tx, name: &CycleName) -> Result<(Cycle, Framework)> {
    let cycle = tx.cycle(name).await?.ok_or_else(|| cycle_not_found(name))?;
    let framework = framework_of(tx, &cycle).await?;
    Ok((cycle, framework))
}

/// Where a cycle's obligations stand, now or at an earlier moment.
pub(crate) async fn standing(
    tx: &mut Tx,
    cycle: &Cycle,
    framework: &Framework,
    as_of: Option<Instant>,
) -> Result<Vec<Obligation>> {
    let until = as_of.unwrap_or(ALWAYS);
    let assigned = model::assignments(tx.obligation_changes(&cycle.name, until).await?).assigned;
    standing_of(tx, cycle, framework, as_of, &assigned).await
}

/// The same of these alone.
pub(crate) async fn standing_of(
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
    let deadlines = tx.own_deadlines(&cycle.name, until).await?;
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

/// What an edition keeps of it; nothing where nothing is assigned. Refused where the cycle takes no unexplained gap.
pub(crate) async fn completeness(
    tx: &mut Tx,
    cycle: &Cycle,
    framework: &Framework,
) -> Result<Option<Completeness>> {
    let found = standing(tx, cycle, framework, None).await?;
    if cycle.gaps == GapPolicy::Refuse {
        refuse_gaps(&cycle.name, &found)?;
    }
    if found.is_empty() {
        return Ok(None);
    }
    let found: Vec<Obligation> = found.into_iter().map(Obligation::for_readers).collect();
    let matrix = model::matrix(&cycle.name, &found);
    let is_accepted = |gap: &Obligation| gap.is_gap() && !gap.is_unexplained();
    Ok(Some(Completeness {
        matrix,
        accepted_gaps: found.into_iter().filter(is_accepted).collect(),
    }))
}

fn refuse_gaps(cycle: &CycleName, found: &[Obligation]) -> Result<()> {
    let gaps: Vec<String> =
        found.iter().filter(|o| o.is_unexplained()).map(|o| o.asked.to_string()).collect();
    if gaps.is_empty() {
        return Ok(());
    }
    let mut named = gaps[..gaps.len().min(NAMED_GAPS)].join(", ");
    if NAMED_GAPS < gaps.len() {
        named = format!("{named} and {} more", gaps.len() - NAMED_GAPS);
    }
    let message = format!(
        "cycle `{cycle}` takes no unexplained gap and has {}: {named}; have them answered, or accept each with a reason",
        gaps.len()
    );
    Err(Error::Precondition { reason: "UNEXPLAINED_GAPS", message })
}

/// Adds changes with their audit entry and event.
pub(crate) async fn keep(
    tx: &mut Tx,
    cycle: &CycleName,
    action: &str,
    changes: &Changes,
) -> Result<()> {
    tx.insert_obligation_changes(cycle, changes).await?;
    let line = |(asked, change): &(Asked, ObligationChange)| format!("{asked}: {change:?}\n");
    let payload: String = changes.iter().map(line).collect();
    tell(tx, cycle, action, cycle.as_str(), payload.as_bytes())
}

fn tell(tx: &mut Tx, cycle: &CycleName, action: &str, object: &str, payload: &[u8]) -> Result<()> {
    tx.audit(action, object, payload)?;
    let body = events::ObligationsChanged { cycle: cycle.to_string() };
    tx.record_event(cycle.as_str(), &EventBody::ObligationsChanged(body));
    Ok(())
}

/// Everything that is wrong with what is asked, each fault at its place in the list.
fn check(cycle: &Cycle, framework: &Framework, asked: &[(Asked, bool)]) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    for (i, (asked, _)) in asked.iter().enumerate() {
        let place = format!("obligations[{i}]");
        faults.extend(unknown(cycle, framework, asked).map(|fault| fault.within(&place)));
        if !seen.insert(asked) {
            let message = format!("`{asked}` is named twice");
            faults.push(InvalidField::new(place, "DUPLICATE_OBLIGATION", message));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

fn check_one(cycle: &Cycle, framework: &Framework, asked: &Asked) -> Result<()> {
    unknown(cycle, framework, asked).map_or(Ok(()), |fault| Err(fault.into()))
}

/// Why this cannot be asked in this cycle.
pub(crate) fn unknown(cycle: &Cycle, framework: &Framework, asked: &Asked) -> Option<InvalidField> {
    let Asked { organisation, goal, indicator } = asked;
    if let Some(fault) = unknown_organisation(cycle, organisation) {
        return Some(fault);
    }
    let version = format!("framework `{}` version {}", framework.code, framework.version);
    let shown = |code: &str| code.chars().take(80).collect::<String>().escape_debug().to_string();
    if framework.goal(goal).is_none() {
        let message = format!("{version} has no goal `{}`", shown(goal));
        return Some(InvalidField::new("goal", "UNKNOWN_GOAL", message));
    }
    if indicator.is_empty() {
        return None;
    }
    match framework.indicator(indicator) {
        None => {
            let message = format!("{version} has no indicator `{}`", shown(indicator));
            Some(InvalidField::new("indicator", "UNKNOWN_INDICATOR", message))
        }
        Some((of, _)) if of.code != *goal => {
            let message =
                format!("indicator `{indicator}` belongs to goal `{}`, not to `{goal}`", of.code);
            Some(InvalidField::new("indicator", "INDICATOR_OF_OTHER_GOAL", message))
        }
        Some(_) => None,
    }
}

fn unknown_organisation(cycle: &Cycle, organisation: &Slug) -> Option<InvalidField> {
    if cycle.organisations.contains(organisation) {
        return None;
    }
    let known: Vec<&str> = cycle.organisations.iter().map(Slug::as_str).collect();
    let message =
        format!("`{organisation}` does not report in `{}`; {} do", cycle.name, known.join(", "));
    Some(InvalidField::new("organisation", "UNKNOWN_ORGANISATION", message))
}

fn check_reason(reason: &str) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Error::invalid("reason", "REASON_MISSING", "say why, in a sentence"));
    }
    if MAX_REASON < reason.len() {
        let message = format!("is {} bytes, at most {MAX_REASON} are taken", reason.len());
        return Err(Error::invalid("reason", "TOO_LONG", message));
    }
    Ok(())
}

fn obligation_not_found(cycle: &CycleName, asked: &Asked) -> Error {
    Error::NotFound {
        what: "obligation",
        reason: "OBLIGATION_NOT_FOUND",
        name: format!("{cycle} {asked}"),
    }
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
