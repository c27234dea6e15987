//! What an edition changes: derived from what two editions pin, never given by anybody.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    ChangeNote, Contribution, Cycle, Decision, DecisionKind, Edition, EditionChange,
    EditionChangeKind, Exclusion, Hash, Manifest, Override, Pin, canonical,
};
use uuid::Uuid;

use crate::store::{Result, Tx};

/// What is about to be pinned.
pub(super) struct Next<'a> {
    /// What it holds.
    pub(super) manifest: &'a Manifest,
    /// The contributions in printed order.
    pub(super) pinned: &'a [Contribution],
    /// The overrides that it rests on, with the persons.
    pub(super) overrides: &'a [Override],
}

/// What differs from the present edition, whose content has this key. It is empty exactly where nothing does that is shown.
pub(super) async fn change_note(
    tx: &mut Tx,
    present: &Edition,
    key: &str,
    next: Next<'_>,
) -> Result<ChangeNote> {
    let before = tx.pinned(&present.name).await?;
    let mut changes = of_contributions(tx, &before, &next).await?;
    add_left_out(&mut changes, &present.exclusions, &next.manifest.exclusions);
    changes.extend(of_overrides(&present.overrides, next.overrides));
    if present.completeness != next.manifest.completeness {
        changes.push(about_none(EditionChangeKind::Completeness, String::new()));
    }
    // A change of the cycle shows in the same parts of a manifest as other names.
    if is_cycle_changed(tx, present).await? {
        changes.push(about_none(EditionChangeKind::Cycle, String::new()));
    } else if are_names_changed(present, key, &before, next.manifest) {
        changes.push(about_none(EditionChangeKind::Names, String::new()));
    }
    Ok(ChangeNote { since: present.name.clone(), changes })
}

async fn of_contributions(
    tx: &mut Tx,
    before: &[Contribution],
    Next { manifest, pinned: now, .. }: &Next<'_>,
) -> Result<Vec<EditionChange>> {
    let known: BTreeMap<Uuid, Hash> = before.iter().map(|one| (one.id, one.content_hash)).collect();
    let change = |kind, one: &Contribution, actor: String| EditionChange {
        kind,
        organisation: Some(one.organisation.clone()),
        contribution: one.public_id(),
        actor,
    };
    let mut changes = Vec::new();
    for one in *now {
        let kind = match known.get(&one.id) {
            None => EditionChangeKind::Added,
            Some(hash) if *hash != one.content_hash => EditionChangeKind::Changed,
            Some(_) => continue,
        };
        changes.push(change(kind, one, one.author.clone()));
    }
    let pinned: BTreeSet<Uuid> = now.iter().map(|one| one.id).collect();
    for one in before.iter().filter(|one| !pinned.contains(&one.id)) {
        if !manifest.organisations.iter().any(|(code, _)| *code == one.organisation) {
            changes.push(change(EditionChangeKind::NotReporting, one, String::new()));
            continue;
        }
        let decision = tx.latest_decision(one.id, None).await?;
        let (kind, actor) = why_gone(decision.filter(|_| !one.is_erased()));
        changes.push(change(kind, one, actor));
    }
    Ok(changes)
}

/// How a contribution went, and by whom: what was returned may come back, what was withdrawn does not. Where it was erased nobody
/// decided on it.
fn why_gone(latest: Option<Decision>) -> (EditionChangeKind, String) {
    let Some(Decision { kind, actor, .. }) = latest else {
        return (EditionChangeKind::Withdrawn, String::new());
    };
    match kind {
        DecisionKind::Return => (EditionChangeKind::Returned, actor),
        DecisionKind::Withdraw => (EditionChangeKind::Withdrawn, actor),
        DecisionKind::Approve | DecisionKind::Void | DecisionKind::Consent => {
            (EditionChangeKind::Withdrawn, String::new())
        }
    }
}

/// Whoever publishes leaves contributions out: these were not withdrawn. Another reason is printed too.
fn add_left_out(changes: &mut Vec<EditionChange>, before: &[Exclusion], now: &[Exclusion]) {
    let left_out: Vec<&Exclusion> = now.iter().filter(|one| !before.contains(one)).collect();
    let is_of = |change: &EditionChange, one: &Exclusion| {
        change.organisation.as_ref() == Some(&one.organisation)
            && change.contribution == one.contribution
    };
    changes.retain(|change| !left_out.iter().any(|one| is_of(change, one)));
    changes.extend(left_out.into_iter().map(|one| EditionChange {
        organisation: Some(one.organisation.clone()),
        contribution: one.contribution.clone(),
        ..about_none(EditionChangeKind::LeftOut, String::new())
    }));
}

/// Overrides of before, which are in the form for readers, and those of now.
fn of_overrides(before: &[Override], now: &[Override]) -> Vec<EditionChange> {
    let is_same = |one: &Override, other: &Override| {
        (&one.action, &one.reason) == (&other.action, &other.reason)
    };
    let mut left: Vec<&Override> = before.iter().collect();
    let (mut changes, mut is_other) = (Vec::new(), false);
    for made in now {
        let same = left.iter().position(|known| is_same(known, made));
        let Some(known) = same.map(|place| left.remove(place)) else {
            is_other = true;
            continue;
        };
        if let (None, Some(confirmation)) = (&known.confirmation, &made.confirmation) {
            let actor = confirmation.actor.clone();
            changes.push(about_none(EditionChangeKind::OverrideConfirmed, actor));
        }
    }
    if is_other || !left.is_empty() {
        changes.push(about_none(EditionChangeKind::Overrides, String::new()));
    }
    changes
}

/// Whether the cycle changed in what an edition shows of it: not in whether it takes contributions, and from when until when.
async fn is_cycle_changed(tx: &mut Tx, present: &Edition) -> Result<bool> {
    let name = present.name.cycle();
    let before = tx.cycle_after(&name, present.cycle_change).await?;
    let now = tx.cycle(&name).await?;
    let shown = |cycle: &Cycle| {
        (cycle.framework_version, cycle.organisations.clone(), cycle.review, cycle.gaps)
    };
    Ok(before.as_ref().map(shown) != now.as_ref().map(shown))
}

/// With the names of now the present edition would have another key; all else of it stands in its rows.
fn are_names_changed(
    present: &Edition,
    key: &str,
    pinned: &[Contribution],
    now: &Manifest,
) -> bool {
    let with_names_of_now = Manifest {
        number: 0,
        date: present.date,
        pins: pinned.iter().map(pin).collect(),
        completeness: present.completeness.clone(),
        review: present.review,
        overrides: present.overrides.clone(),
        exclusions: present.exclusions.clone(),
        ..now.clone()
    };
    Hash::of(&canonical::manifest(&with_names_of_now)).to_string() != key
}

fn about_none(kind: EditionChangeKind, actor: String) -> EditionChange {
    EditionChange { kind, organisation: None, contribution: String::new(), actor }
}

/// What the manifest holds of a contribution.
pub(super) fn pin(contribution: &Contribution) -> Pin {
    Pin {
        organisation: contribution.organisation.clone(),
        external_id: contribution.external_id.clone(),
        content_hash: contribution.content_hash,
    }
}
