//! Overrides of four eyes: made with a reason, confirmed by a second person.

use model::{Confirmation, CycleName, EditionState, Override};
use uuid::Uuid;

use crate::{
    Error, Storage,
    caller::caller_or_itself,
    store::{Result, Tx, scopes::overrides_of},
    verbs::{contributions, cycles::cycle_not_found, reviews::four_eyes::wrote},
};

impl Storage {
    /// Lists the overrides of a cycle, oldest first.
    pub(crate) async fn overrides(&self, cycle: &CycleName) -> Result<Vec<Override>> {
        let mut tx = self.store.read().await?;
        tx.cycle(cycle).await?.ok_or_else(|| cycle_not_found(cycle))?;
        let mut found = Vec::new();
        for made in tx.overrides(cycle).await? {
            if is_shown(&mut tx, &made).await? {
                found.push(made);
            }
        }
        Ok(found)
    }

    /// Confirms an override as a second person. Confirming again changes nothing.
    pub(crate) async fn confirm_override(&self, id: Uuid) -> Result<Override> {
        let not_found = || Error::NotFound {
            what: "override",
            reason: "OVERRIDE_NOT_FOUND",
            name: id.to_string(),
        };
        let found = self.store.read().await?.made_override(id).await?.ok_or_else(not_found)?;
        let mut tx = self.store.write([overrides_of(&found.cycle)]).await?;
        let made = tx.made_override(id).await?.ok_or_else(not_found)?;
        if !is_shown(&mut tx, &made).await? {
            return Err(not_found());
        }
        let actor = tx.actor();
        let part = own_part(&mut tx, &made).await?;
        if let Some(what) = part {
            let message = format!("override `{id}` waits for a second person, and you {what}");
            return Err(Error::Precondition { reason: "FOUR_EYES", message });
        }
        if made.confirmation.is_some() {
            return Ok(made);
        }
        let confirmation = Confirmation { actor, time: tx.now() };
        tx.confirm_override(id, &confirmation).await?;
        tx.audit("override.confirm", &id.to_string(), made.object.as_bytes())?;
        self.commit(tx).await?;
        Ok(Override { confirmation: Some(confirmation), ..made })
    }
}

/// Why the caller cannot be the second person, if so: they made the override, or wrote part of the text.
async fn own_part(tx: &mut Tx, made: &Override) -> Result<Option<&'static str>> {
    if caller_or_itself().did(&made.actor) {
        return Ok(Some("made it"));
    }
    let Ok(contribution) = made.object.parse() else { return Ok(None) };
    Ok(wrote(tx, contribution).await?.then_some("wrote part of that text"))
}

/// Whether the caller sees the contribution or the edition that an override is about.
async fn is_shown(tx: &mut Tx, made: &Override) -> Result<bool> {
    if made.action != Override::APPROVE {
        let Ok(name) = made.object.parse() else { return Ok(false) };
        let edition = tx.edition(&name).await?;
        let is_public = edition.is_some_and(|it| it.state == EditionState::Published);
        return Ok(is_public || caller_or_itself().sees_all());
    }
    let Ok(id) = made.object.parse::<Uuid>() else { return Ok(false) };
    match tx.contribution(id, 0).await? {
        Some(contribution) => contributions::is_shown(tx, &contribution).await,
        None => Ok(false),
    }
}
