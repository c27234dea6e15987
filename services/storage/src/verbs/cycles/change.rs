//! Changing, closing and reopening a cycle.
//!
//! Invariant: a change has the whole cycle to itself, so that each save, decision and edition stands before it or after it.

use std::collections::BTreeSet;

use model::{
    Cycle, CycleChange, CycleName, CycleState, Decision, DecisionKind, InvalidField,
    MadeCycleChange, ObligationChange, ReviewPolicy, Slug,
};
use prost::Message as _;
use wire::{EventBody, events, v1 as pb};

use crate::{
    Error, Storage,
    store::{
        Changes, Result, Tx,
        scopes::{CYCLES, contributions_of, editions_of, obligations_of, overrides_of},
    },
    verbs::{
        cycles::{
            coming_back::given_back,
            cycle_not_found,
            effects::{Effect, Snapshot, effects},
            move_framework::{Versions, check_codes, moved_obligations},
        },
        obligations::{assigned_now, record_changes},
        reviews::{approved_by_author, lacks_an_approval, record_decision},
        text_checks::check_reason,
    },
};

/// What a change made of a cycle.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    /// The cycle as it is now.
    pub(crate) cycle: Cycle,
    /// The cycle as it was.
    pub(crate) before: Cycle,
    /// Whether anything changed.
    pub(crate) is_new: bool,
    /// What that did.
    pub(crate) effects: Vec<Effect>,
}

impl Storage {
    /// Changes a cycle. With `validate_only` everything is done but the commit, so that the answer is the real one.
    pub(crate) async fn change_cycle(
        &self,
        name: &CycleName,
        change: &CycleChange,
        reason: &str,
        validate_only: bool,
    ) -> Result<Changed> {
        check_reason(reason)?;
        let (mut tx, before) = self.whole_cycle(name, &change.joining).await?;
        check_register(&mut tx, change).await?;
        let cycle = change.of(&before).map_err(Error::Invalid)?;
        if cycle == before {
            return Ok(Changed { cycle, before, is_new: false, effects: Vec::new() });
        }
        let was = Snapshot::take(&mut tx, &before).await?;
        apply(&mut tx, &before, &cycle, reason).await?;
        let is = Snapshot::take(&mut tx, &cycle).await?;
        let effects = effects(&was, &is);
        if !validate_only {
            self.commit(tx).await?;
            self.show_in_catalogue().await;
        }
        Ok(Changed { cycle, before, is_new: true, effects })
    }

    /// Closes a cycle, or opens it again.
    pub(crate) async fn set_cycle_state(
        &self,
        name: &CycleName,
        state: CycleState,
        reason: &str,
        validate_only: bool,
    ) -> Result<Changed> {
        let change = CycleChange { state: Some(state), ..CycleChange::default() };
        self.change_cycle(name, &change, reason, validate_only).await
    }

    /// Lists the changes of a cycle after the number `after`, oldest first, each with the cycle as it was until then.
    pub(crate) async fn cycle_changes(
        &self,
        name: &CycleName,
        after: u32,
        limit: u32,
    ) -> Result<Vec<(Cycle, MadeCycleChange)>> {
        let mut tx = self.store.read().await?;
        let before = tx.cycle_after(name, after).await?;
        let mut before = before.ok_or_else(|| cycle_not_found(name))?;
        let changes = tx.cycle_changes(name, after, limit).await?;
        let with_before =
            |made: MadeCycleChange| (std::mem::replace(&mut before, made.cycle.clone()), made);
        Ok(changes.into_iter().map(with_before).collect())
    }

    /// Begins a transaction that has all of a cycle to itself. Who reports in it is known for certain only once the scopes are
    /// held; where somebody else changed that in between, it begins again.
    async fn whole_cycle(&self, name: &CycleName, joining: &[Slug]) -> Result<(Tx, Cycle)> {
        let mut known = self.cycle(name).await?;
        loop {
            let of_cycle = [obligations_of, editions_of, overrides_of].map(|scope| scope(name));
            let writers = self.organisations_with_texts(&known).await?;
            let mut scopes: BTreeSet<String> =
                writers.iter().chain(joining).map(|code| contributions_of(name, code)).collect();
            scopes.extend(of_cycle);
            scopes.insert(CYCLES.to_owned());
            let mut tx = self.store.write(scopes).await?;
            let found = tx.cycle(name).await?.ok_or_else(|| cycle_not_found(name))?;
            if found.organisations == known.organisations {
                return Ok((tx, found));
            }
            known = found;
        }
    }

    /// Who reports in a cycle, and who did before: their texts are read too.
    async fn organisations_with_texts(&self, cycle: &Cycle) -> Result<Vec<Slug>> {
        let mut tx = self.store.read().await?;
        let opened = tx.cycle_after(&cycle.name, 0).await?;
        let mut organisations = opened.map_or(Vec::new(), |opened| opened.organisations);
        for made in tx.cycle_changes(&cycle.name, 0, u32::MAX).await? {
            organisations.extend(made.cycle.organisations);
        }
        Ok(organisations)
    }
}

/// Refuses organisations that the register does not have.
async fn check_register(tx: &mut Tx, change: &CycleChange) -> Result<()> {
    let mut faults = Vec::new();
    for (list, codes) in [("joining", &change.joining), ("leaving", &change.leaving)] {
        for (place, code) in codes.iter().enumerate() {
            if tx.organisation(code).await?.is_none() {
                let message = format!("the register has no organisation `{code}`");
                let field = format!("{list}[{place}]");
                faults.push(InvalidField::new(field, "UNKNOWN_ORGANISATION", message));
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// Writes a change with all that follows from it, its audit entries and events.
async fn apply(tx: &mut Tx, before: &Cycle, cycle: &Cycle, reason: &str) -> Result<()> {
    let moved = if before.framework_version == cycle.framework_version {
        None
    } else {
        let versions = Versions::read(tx, before, cycle.framework_version).await?;
        check_codes(tx, before, &versions).await?;
        Some(versions)
    };
    tx.insert_cycle_change(cycle, reason).await?;
    let body = pb::Cycle::from(cycle.clone()).encode_to_vec();
    tx.audit(action(before, cycle), cycle.name.as_str(), &[body, reason.into()].concat())?;
    let (name, framework_version) = (cycle.name.to_string(), cycle.framework_version);
    let body = events::CycleChanged { cycle: name, framework_version };
    tx.record_event(cycle.name.as_str(), &EventBody::CycleChanged(body));
    let mut changes = obligation_changes(tx, cycle, moved.as_ref(), reason).await?;
    changes.extend(given_back(tx, before, cycle).await?);
    if !changes.is_empty() {
        record_changes(tx, &cycle.name, "obligations.follow", &changes).await?;
    }
    void_approvals(tx, before, cycle, reason).await
}

fn action(before: &Cycle, cycle: &Cycle) -> &'static str {
    match (before.state, cycle.state) {
        (CycleState::Open, CycleState::Closed) => "cycle.close",
        (CycleState::Closed, CycleState::Open) => "cycle.reopen",
        (CycleState::Open, CycleState::Open) | (CycleState::Closed, CycleState::Closed) => {
            "cycle.change"
        }
    }
}

/// What an organisation that left owed is not owed any more; the rest follows the framework.
async fn obligation_changes(
    tx: &mut Tx,
    cycle: &Cycle,
    versions: Option<&Versions>,
    reason: &str,
) -> Result<Changes> {
    let (assigned, _) = assigned_now(tx, &cycle.name).await?;
    let (staying, leaving): (Vec<_>, Vec<_>) = assigned
        .into_iter()
        .partition(|(asked, _)| cycle.organisations.contains(&asked.organisation));
    let removed = |asked| (asked, ObligationChange::Removed { reason: reason.to_owned() });
    let mut changes: Changes = leaving.into_iter().map(|(asked, _)| removed(asked)).collect();
    if let Some(versions) = versions {
        changes.extend(moved_obligations(versions, staying, reason));
    }
    Ok(changes)
}

/// Ends the approvals that do not hold in the cycle as it is now. Once four eyes are asked for these are those by somebody who
/// wrote any of the text; whoever else approved it did what four eyes ask for. Once an organisation joined these are those of
/// texts that it reports with others and did not approve.
async fn void_approvals(tx: &mut Tx, before: &Cycle, cycle: &Cycle, reason: &str) -> Result<()> {
    let is_stricter = (before.review, cycle.review) == (ReviewPolicy::None, ReviewPolicy::FourEyes);
    let has_joined = cycle.organisations.iter().any(|code| !before.organisations.contains(code));
    if !is_stricter && !has_joined {
        return Ok(());
    }
    for contribution in tx.handed_in(&cycle.name).await? {
        let is_own = is_stricter && approved_by_author(tx, &contribution).await?;
        if !is_own && !lacks_an_approval(tx, &contribution, cycle).await? {
            continue;
        }
        let last = tx.latest_decision(contribution.id, None).await?.map_or(0, |last| last.number);
        let decision = Decision {
            number: last + 1,
            contribution: contribution.id,
            version: contribution.version,
            content_hash: contribution.content_hash,
            kind: DecisionKind::Void,
            actor: tx.actor(),
            time: tx.now(),
            reason: None,
            text: reason.trim().to_owned(),
            targets: Vec::new(),
            organisations: Vec::new(),
        };
        record_decision(tx, &contribution, &decision).await?;
    }
    Ok(())
}
