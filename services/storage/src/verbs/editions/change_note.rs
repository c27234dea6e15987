//! What an edition changes: derived from what two editions pin, never given by anybody.

use std::collections::BTreeMap;

use model::{
    ChangeNote, Contribution, DecisionKind, Edition, EditionChange, EditionChangeKind, Hash,
    Manifest, Override, Pin, canonical,
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

/// What differs from a standing edition, whose content has this key. It is empty exactly where nothing does that is shown.
pub(super) async fn change_note(
    tx: &mut Tx,
    standing: &Edition,
    key: &str,
    next: Next<'_>,
) -> Result<ChangeNote> {
    let before = tx.pinned(&standing.name).await?;
    let mut changes = of_contributions(tx, &before, next.pinned).await?;
    changes.extend(of_overrides(&standing.overrides, next.overrides));
    if standing.completeness != next.manifest.completeness {
        changes.push(about_none(EditionChangeKind::Completeness, String::new()));
    }
    if are_names_changed(standing, key, &before, next.manifest) {
        changes.push(about_none(EditionChangeKind::Names, String::new()));
    }
    Ok(ChangeNote { since: standing.name.clone(), changes })
}

async fn of_contributions(
    tx: &mut Tx,
    before: &[Contribution],
    now: &[Contribution],
) -> Result<Vec<EditionChange>> {
    let known: BTreeMap<Uuid, Hash> = before.iter().map(|one| (one.id, one.content_hash)).collect();
    let change = |kind, one: &Contribution, actor: String| EditionChange {
        kind,
        organisation: Some(one.organisation.clone()),
        contribution: one.public_id(),
        actor,
    };
    let mut changes = Vec::new();
    for one in now {
        let kind = match known.get(&one.id) {
            None => EditionChangeKind::Added,
            Some(hash) if *hash != one.content_hash => EditionChangeKind::Changed,
            Some(_) => continue,
        };
        changes.push(change(kind, one, one.author.clone()));
    }
    for one in before.iter().filter(|one| now.iter().all(|now| now.id != one.id)) {
        let decision = tx.latest_decision(one.id, None).await?;
        // Where it was erased nobody decided on it.
        let decision = decision.filter(|decision| decision.kind != DecisionKind::Approve);
        let actor = decision.map_or(String::new(), |decision| decision.actor);
        changes.push(change(EditionChangeKind::Withdrawn, one, actor));
    }
    Ok(changes)
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

/// With the names of now the standing edition would have another key; all else of it stands in its rows.
fn are_names_changed(
    standing: &Edition,
    key: &str,
    pinned: &[Contribution],
    now: &Manifest,
) -> bool {
    let with_names_of_now = Manifest {
        number: 0,
        date: standing.date,
        pins: pinned.iter().map(pin).collect(),
        completeness: standing.completeness.clone(),
        review: standing.review,
        overrides: standing.overrides.clone(),
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
