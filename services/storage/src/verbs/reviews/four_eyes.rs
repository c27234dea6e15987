//! Four eyes: nobody approves or publishes what they wrote, unless they override the rule with a reason.

use model::{
    Contribution, ContributionState, Cycle, CycleName, Decision, DecisionKind, Override, Slug,
    review::{Circumstances, Person},
};
use prost::Message as _;
use uuid::Uuid;
use wire::v1 as pb;

use crate::{
    caller::caller_or_itself,
    store::{Result, Tx},
};

/// Whether the caller ever wrote any of a contribution. Authors of earlier revisions count for ever.
pub(crate) async fn wrote(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let caller = caller_or_itself();
    Ok(tx.authors(id).await?.iter().any(|author| caller.did(author)))
}

/// The decisions by which a contribution is approved: the latest approval with the consents that led to it; of one that waits
/// for approval the consents that it has.
pub(crate) async fn approvals(tx: &mut Tx, contribution: &Contribution) -> Result<Vec<Decision>> {
    let id = contribution.id;
    match contribution.state {
        ContributionState::Approved => {
            let approval = tx.latest_decision(id, Some(DecisionKind::Approve)).await?;
            let Some(approval) = approval else { return Ok(Vec::new()) };
            let mut found = tx.consents(id, approval.version, approval.number).await?;
            found.push(approval);
            Ok(found)
        }
        ContributionState::Submitted => tx.consents(id, contribution.version, u32::MAX).await,
        ContributionState::Draft | ContributionState::Returned | ContributionState::Withdrawn => {
            Ok(Vec::new())
        }
    }
}

/// Whether a contribution is approved by somebody who wrote any of it, under whatever name, or consented to by one where it waits
/// for others. An approval that overrides four eyes was made under them, and has its reason.
pub(crate) async fn approved_by_author(tx: &mut Tx, contribution: &Contribution) -> Result<bool> {
    let approvals = approvals(tx, contribution).await?;
    if approvals.is_empty() {
        return Ok(false);
    }
    let authors = tx.authors(contribution.id).await?;
    for approval in approvals {
        if names_of(tx, approval.actor).await?.iter().any(|name| authors.contains(name)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a joint contribution is approved without an approval for one of the organisations that report it in the cycle, which
/// did not report there then.
pub(crate) async fn lacks_an_approval(
    tx: &mut Tx,
    contribution: &Contribution,
    cycle: &Cycle,
) -> Result<bool> {
    if contribution.state != ContributionState::Approved || !contribution.is_joint() {
        return Ok(false);
    }
    let approvals = approvals(tx, contribution).await?;
    let given: Vec<Slug> = approvals.into_iter().flat_map(|one| one.organisations).collect();
    Ok(contribution.reporters(cycle).iter().any(|code| !given.contains(code)))
}

/// What somebody was audited under: the name that is known, and those of the person whom it belongs to.
async fn names_of(tx: &mut Tx, actor: String) -> Result<Vec<String>> {
    let Some((person, _)) = tx.person_of_subject(&actor).await? else { return Ok(vec![actor]) };
    let mut names = tx.subjects_of(&person).await?;
    names.extend([person, actor]);
    Ok(names)
}

/// The circumstances by which the rules of review decide on a step.
pub(crate) fn circumstances(
    cycle: &Cycle,
    is_author: bool,
    override_reason: &str,
) -> Circumstances {
    Circumstances {
        policy: cycle.review,
        person: if is_author { Person::Same } else { Person::Other },
        has_reason: !model::is_blank(override_reason),
    }
}

/// An override by the caller, not recorded yet, to be confirmed by a second person.
pub(crate) fn override_of(
    tx: &Tx,
    cycle: &CycleName,
    action: &str,
    object: String,
    reason: &str,
) -> Override {
    Override {
        id: tx.fresh_id(),
        cycle: cycle.clone(),
        action: action.to_owned(),
        object,
        actor: tx.actor(),
        reason: reason.trim().to_owned(),
        time: tx.now(),
        confirmation: None,
    }
}

/// Records an override with its audit entry.
pub(crate) async fn record_override(tx: &mut Tx, made: &Override) -> Result<()> {
    tx.insert_override(made).await?;
    let payload = pb::Override::from(made.clone()).encode_to_vec();
    tx.audit("override.make", &made.id.to_string(), &payload)
}
