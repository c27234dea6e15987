//! The history of a contribution: its revisions, what differs between two, and how it stood at a moment.

use model::{Contribution, ContributionState, CycleName, ExternalId, Instant, Slug};
use richtext::Difference;
use uuid::Uuid;

use crate::{
    Error, Storage,
    store::{Result, Tx},
    verbs::{
        contributions::{contribution_not_found, named, shown, shown_page},
        cycles::cycle_not_found,
    },
};

/// Whether a list leaves out a revision because the next one replaces it. Submissions are always listed.
fn is_superseded(revision: &Contribution, next: &Contribution) -> bool {
    revision.autosave && next.autosave && revision.state == ContributionState::Draft
}

/// A revision in a list, with the automatic saves before it that the list leaves out.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The revision.
    pub(crate) revision: Contribution,
    /// How many were left out.
    pub(crate) left_out: u32,
}

/// What a caller names a contribution by.
#[derive(Debug, Clone)]
pub(crate) enum Name {
    /// Storage's id.
    Id(Uuid),
    /// The sender's own id.
    External(CycleName, Slug, ExternalId),
}

impl Storage {
    /// Lists revisions after `after`. Of consecutive automatic saves only the last is listed, unless all are wanted.
    pub(crate) async fn revisions(
        &self,
        id: Uuid,
        show_autosaves: bool,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Entry>> {
        let mut tx = self.store.read().await?;
        shown(&mut tx, id).await?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut revisions = tx.revisions_after(id, after, BATCH).await?;
        while let Some(last) = revisions.last().map(|revision| revision.version) {
            for revision in revisions {
                let run = entries.last().filter(|last| is_superseded(&last.revision, &revision));
                let left_out = run.filter(|_| !show_autosaves).map(|last| last.left_out + 1);
                if left_out.is_some() {
                    entries.pop();
                }
                let left_out = left_out.unwrap_or(0);
                entries.push(Entry { revision, left_out });
            }
            if entries.len() > limit as usize {
                break;
            }
            revisions = tx.revisions_after(id, last, BATCH).await?;
        }
        entries.truncate(limit as usize);
        Ok(entries)
    }

    /// Compares two revisions; `from` 0 is the one before `to`, `to` 0 the latest. Returns their numbers too.
    pub(crate) async fn compare(
        &self,
        id: Uuid,
        from: u64,
        to: u64,
    ) -> Result<(u64, u64, Vec<Difference>)> {
        let mut tx = self.store.read().await?;
        shown(&mut tx, id).await?;
        let after = revision(&mut tx, id, to).await?;
        let from = if from == 0 { after.version.saturating_sub(1).max(1) } else { from };
        let before = revision(&mut tx, id, from).await?;
        let versions = (before.version, after.version);
        let compare = move || richtext::compare(&before, &after);
        let differences = tokio::task::spawn_blocking(compare)
            .await
            .map_err(|error| Error::Unfit(format!("a comparison failed: {error}")))?;
        Ok((versions.0, versions.1, differences))
    }

    /// Returns a contribution as it stood at a moment.
    pub(crate) async fn contribution_as_of(
        &self,
        name: &Name,
        at: Instant,
    ) -> Result<Contribution> {
        let Contribution { id, .. } = self.contribution_named(name).await?;
        let found = self.store.read().await?.revision_as_of(id, at).await?;
        found.ok_or_else(|| contribution_not_found(id.to_string()))
    }

    /// Returns a contribution at its latest revision.
    pub(crate) async fn contribution_named(&self, name: &Name) -> Result<Contribution> {
        let mut tx = self.store.read().await?;
        match name {
            Name::Id(id) => shown(&mut tx, *id).await,
            Name::External(cycle, organisation, external_id) => {
                named(&mut tx, cycle, organisation, external_id).await
            }
        }
    }

    /// Lists contributions as they stood at a moment; those that did not exist yet are left out. Also returns the key after
    /// which the next page begins, if there may be one: that of the last contribution examined, listed or not.
    pub(crate) async fn contributions_as_of(
        &self,
        cycle: &CycleName,
        organisation: &str,
        state: Option<ContributionState>,
        page: &rpc::Page,
        at: Instant,
    ) -> Result<(Vec<Contribution>, Option<String>)> {
        let mut tx = self.store.read().await?;
        tx.cycle(cycle).await?.ok_or_else(|| cycle_not_found(cycle))?;
        let heads = shown_page(&mut tx, cycle, organisation, None, page).await?;
        let last = heads.last().map(|(key, _)| key.clone());
        let is_full = heads.len() == page.size as usize;
        let mut found = Vec::new();
        for (_, head) in heads {
            let then = tx.revision_as_of(head.id, at).await?;
            found.extend(then.filter(|then| state.is_none_or(|state| then.state == state)));
        }
        Ok((found, last.filter(|_| is_full)))
    }
}

/// Revisions read at once.
const BATCH: u32 = 200;

async fn revision(tx: &mut Tx, id: Uuid, version: u64) -> Result<Contribution> {
    let name = || match version {
        0 => id.to_string(),
        version => format!("{id}@{version}"),
    };
    tx.contribution(id, version).await?.ok_or_else(|| contribution_not_found(name()))
}
