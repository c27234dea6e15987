//! Four eyes: nobody approves or publishes what they wrote, unless they override the rule with a reason.

use model::{
    Contribution, ContributionState, Cycle, CycleName, DecisionKind, Override,
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

/// Whether a contribution is approved by somebody who wrote any of it, under whatever name. An approval that overrides four eyes
/// was made under them, and has its reason.
pub(crate) async fn approved_by_author(tx: &mut Tx, contribution: &Contribution) -> Result<bool> {
    if contribution.state != ContributionState::Approved {
        return Ok(false);
    }
    let Some(approval) = tx.latest_decision(contribution.id, Some(DecisionKind::Approve)).await?
    else {
        return Ok(false);
    };
    let authors = tx.authors(contribution.id).await?;
    Ok(names_of(tx, approval.actor).await?.iter().any(|name| authors.contains(name)))
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
