//! Reading contributions, and who is shown which.

mod history;

use model::{Contribution, ContributionState, CycleName, ExternalId, Instant, Slug};
use uuid::Uuid;

use crate::{
    Error, Storage,
    caller::caller_or_itself,
    store::{Result, Tx},
    verbs::cycles::{cycle_not_found, framework_of},
};

pub(crate) use crate::verbs::contributions::history::{ContributionKey, ListedRevision};

/// Which revision is meant.
#[derive(Debug, Clone, Copy)]
pub(crate) enum At {
    /// The latest.
    Latest,
    /// The one with this number.
    Version(u64),
    /// The one that was the latest at this moment.
    Moment(Instant),
}

impl Storage {
    /// Returns a contribution.
    pub(crate) async fn contribution(&self, key: &ContributionKey, at: At) -> Result<Contribution> {
        let mut tx = self.store.read().await?;
        let head = match key {
            ContributionKey::Id(id) => shown(&mut tx, *id).await?,
            ContributionKey::External(cycle, organisation, external_id) => {
                named(&mut tx, cycle, organisation, external_id).await?
            }
        };
        let id = head.id;
        let found = match at {
            At::Latest => Some(head),
            At::Version(version) => tx.contribution(id, version).await?,
            At::Moment(moment) => tx.revision_as_of(id, moment).await?,
        };
        found.ok_or_else(|| contribution_not_found(id.to_string()))
    }

    /// Lists contributions of a cycle: at their latest revision, or as they stood at a moment, when those that did not exist yet
    /// are left out. Also returns the key after which the next page begins, if there may be one: that of the last contribution
    /// examined, listed or not.
    pub(crate) async fn contributions(
        &self,
        cycle: &CycleName,
        organisation: &str,
        state: Option<ContributionState>,
        page: &rpc::Page,
        moment: Option<Instant>,
    ) -> Result<(Vec<Contribution>, Option<String>)> {
        let mut tx = self.store.read().await?;
        tx.cycle(cycle).await?.ok_or_else(|| cycle_not_found(cycle))?;
        let state_now = state.filter(|_| moment.is_none());
        let heads = shown_page(&mut tx, cycle, organisation, state_now, page).await?;
        let is_full = heads.len() == page.size as usize;
        let next = heads.last().filter(|_| is_full).map(|(key, _)| key.clone());
        let mut found = Vec::new();
        for (_, head) in heads {
            let then = match moment {
                None => Some(head),
                Some(moment) => tx.revision_as_of(head.id, moment).await?,
            };
            found.extend(then.filter(|then| state.is_none_or(|state| then.state == state)));
        }
        Ok((found, next))
    }
}

/// At least so many contributions are read at once where those of one organisation are looked for.
const MIN_EXAMINED: u32 = 200;

/// Returns a page of the contributions that the caller sees, of an organisation where one is named, each with its key. Those
/// that are left out leave no gap: the page is filled with the next ones.
pub(crate) async fn shown_page(
    tx: &mut Tx,
    cycle: &CycleName,
    organisation: &str,
    state: Option<ContributionState>,
    page: &rpc::Page,
) -> Result<Vec<(String, Contribution)>> {
    let mut found = Vec::new();
    let mut after = page.after.clone();
    let limit = if organisation.is_empty() { page.size } else { page.size.max(MIN_EXAMINED) };
    loop {
        let rows = tx.contributions(cycle, state, &after, limit).await?;
        let is_last = rows.len() < limit as usize;
        let Some((last, _)) = rows.last() else { return Ok(found) };
        after.clone_from(last);
        for (key, contribution) in rows {
            if is_of(&contribution, organisation) && is_shown(tx, &contribution).await? {
                found.push((key, contribution));
            }
            if found.len() == page.size as usize {
                return Ok(found);
            }
        }
        if is_last {
            return Ok(found);
        }
    }
}

/// The latest revision of a contribution. Where the caller may not see it, it is reported as not found.
pub(crate) async fn shown(tx: &mut Tx, id: Uuid) -> Result<Contribution> {
    let not_found = || contribution_not_found(id.to_string());
    let head = tx.contribution(id, 0).await?.ok_or_else(not_found)?;
    if is_shown(tx, &head).await? { Ok(head) } else { Err(not_found()) }
}

/// Whether a contribution is of an organisation, alone or together with others; of any where none is named.
fn is_of(contribution: &Contribution, organisation: &str) -> bool {
    organisation.is_empty()
        || contribution.organisations().iter().any(|known| known.as_str() == organisation)
}

/// Whether the caller sees a contribution: who acts for one of its organisations does.
pub(crate) async fn is_shown(tx: &mut Tx, contribution: &Contribution) -> Result<bool> {
    for organisation in contribution.organisations() {
        if acts_for(tx, contribution, &organisation).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the caller may act on a contribution for one of its organisations.
pub(crate) async fn acts_for(
    tx: &mut Tx,
    contribution: &Contribution,
    organisation: &Slug,
) -> Result<bool> {
    let caller = caller_or_itself();
    if caller.sees_all_of(organisation) || !caller.sees_some_of(organisation) {
        return Ok(caller.sees_all_of(organisation));
    }
    let not_found = || cycle_not_found(&contribution.cycle);
    let cycle = tx.cycle(&contribution.cycle).await?.ok_or_else(not_found)?;
    let framework = framework_of(tx, &cycle).await?;
    Ok(caller.covers(organisation, &contribution.content.goals, &framework))
}

/// The contribution with an external id, at its latest revision. Where the caller may not see it, the answer is that of one
/// that does not exist, with the name that the caller gave.
pub(crate) async fn named(
    tx: &mut Tx,
    cycle: &CycleName,
    organisation: &Slug,
    external_id: &ExternalId,
) -> Result<Contribution> {
    let not_found = || not_named(cycle, organisation, external_id);
    let found = tx.contribution_by_external_id(cycle, organisation, external_id).await?;
    let head = found.ok_or_else(not_found)?;
    if is_shown(tx, &head).await? { Ok(head) } else { Err(not_found()) }
}

fn not_named(cycle: &CycleName, organisation: &Slug, external_id: &ExternalId) -> Error {
    contribution_not_found(format!("{cycle}/{organisation}/{external_id}"))
}

pub(crate) fn contribution_not_found(name: String) -> Error {
    Error::NotFound { what: "contribution", reason: "CONTRIBUTION_NOT_FOUND", name }
}
