//! Obligations: assigned, removed, and accepted as open.
//!
//! Invariant: assigning what is assigned already changes nothing and records nothing.

mod completeness;
mod lists;
mod states;

use std::collections::BTreeSet;

use jiff::civil::Date;
use model::{Asked, Cycle, CycleName, Framework, InvalidField, Obligation, ObligationChange, Slug};
use wire::{EventBody, events};

use crate::{
    Error, Storage,
    store::{Changes, Result, Tx, scopes::obligations_of},
    verbs::{cycles::known, text_checks::check_reason},
};

pub(super) use crate::verbs::obligations::{completeness::completeness, states::assigned_now};
pub(crate) use crate::verbs::obligations::{
    lists::{Owed, OwedFilter},
    states::{ALWAYS, obligation_states},
};

/// Maximum number of obligations in one call.
const MAX_ASSIGNED: usize = 10_000;

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
    /// Assigns obligations, all or none. With `validate_only` everything is checked and nothing written.
    pub(crate) async fn assign_obligations(
        &self,
        cycle: &CycleName,
        asked: Vec<(Asked, bool)>,
        validate_only: bool,
    ) -> Result<AssignCounts> {
        if asked.len() > MAX_ASSIGNED {
            let message = format!(
                "{} obligations in one call, at most {MAX_ASSIGNED} are allowed",
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
            record_changes(&mut tx, &cycle.name, "obligations.assign", &changes).await?;
            self.commit(tx).await?;
        }
        Ok(counts)
    }

    /// Removes an obligation. Removing again changes nothing.
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
            record(&mut tx, &cycle.name, "obligations.remove", &object, reason.as_bytes())?;
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
        self.printing.check_text("reason", reason)?;
        let mut tx = self.store.write([obligations_of(cycle)]).await?;
        let (cycle, framework) = known(&mut tx, cycle).await?;
        check_one(&cycle, &framework, &asked)?;
        let found = obligation_states(&mut tx, &cycle, &framework, None).await?;
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
            record(&mut tx, &cycle.name, "obligations.accept", &object, reason.as_bytes())?;
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
        let before = tx.extended_deadlines(&cycle.name, ALWAYS).await?.get(organisation).copied();
        if before != deadline {
            tx.insert_deadline_change(&cycle.name, organisation, deadline, reason).await?;
            let object = format!("{} {organisation}", cycle.name);
            record(&mut tx, &cycle.name, "obligations.deadline", &object, reason.as_bytes())?;
            self.commit(tx).await?;
        }
        Ok(deadline.or(cycle.deadline))
    }
}

/// Adds changes with their audit entry and event.
pub(crate) async fn record_changes(
    tx: &mut Tx,
    cycle: &CycleName,
    action: &str,
    changes: &Changes,
) -> Result<()> {
    tx.insert_obligation_changes(cycle, changes).await?;
    let line = |(asked, change): &(Asked, ObligationChange)| format!("{asked}: {change:?}\n");
    let payload: String = changes.iter().map(line).collect();
    record(tx, cycle, action, cycle.as_str(), payload.as_bytes())
}

/// Adds the audit entry and the event of a change.
fn record(
    tx: &mut Tx,
    cycle: &CycleName,
    action: &str,
    object: &str,
    payload: &[u8],
) -> Result<()> {
    tx.audit(action, object, payload)?;
    let body = events::ObligationsChanged { cycle: cycle.to_string() };
    tx.record_event(cycle.as_str(), &EventBody::ObligationsChanged(body));
    Ok(())
}

/// Reports every fault of a list of obligations, each at its place.
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

/// Why the cycle cannot have an obligation.
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

fn obligation_not_found(cycle: &CycleName, asked: &Asked) -> Error {
    Error::NotFound {
        what: "obligation",
        reason: "OBLIGATION_NOT_FOUND",
        name: format!("{cycle} {asked}"),
    }
}
