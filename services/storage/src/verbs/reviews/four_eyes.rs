//! Four eyes: nobody approves or publishes what they wrote, unless they override the rule with a reason.

use model::{
    Cycle, CycleName, Override,
    review::{Circumstances, Person},
};
use prost::Message as _;
use uuid::Uuid;
use wire::v1 as pb;

use crate::{
    caller::caller_or_itself,
    store::{Result, Tx},
};

/// Whether the caller ever wrote any of a contribution. No decision makes an author of before a stranger to the text.
pub(crate) async fn wrote(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let caller = caller_or_itself();
    Ok(tx.authors(id).await?.iter().any(|author| caller.did(author)))
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
