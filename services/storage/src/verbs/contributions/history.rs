//! The history of a contribution: its revisions, and what differs between two.

use model::{Contribution, ContributionState, CycleName, ExternalId, Slug};
use richtext::Difference;
use uuid::Uuid;

use crate::{
    Error, Storage,
    store::{Result, Tx},
    verbs::contributions::{contribution_not_found, shown},
};

/// Whether a list leaves out a revision because the next one replaces it. Submissions are always listed.
fn is_superseded(revision: &Contribution, next: &Contribution) -> bool {
    revision.autosave && next.autosave && revision.state == ContributionState::Draft
}

/// A revision in a list, with the automatic saves before it that the list leaves out.
#[derive(Debug, Clone)]
pub(crate) struct ListedRevision {
    pub(crate) revision: Contribution,
    /// How many were left out.
    pub(crate) left_out: u32,
}

/// What a caller names a contribution by.
#[derive(Debug, Clone)]
pub(crate) enum ContributionKey {
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
    ) -> Result<Vec<ListedRevision>> {
        let mut tx = self.store.read().await?;
        shown(&mut tx, id).await?;
        let mut entries: Vec<ListedRevision> = Vec::new();
        let mut revisions = tx.revisions_after(id, after, BATCH).await?;
        while let Some(last) = revisions.last().map(|revision| revision.version) {
            for revision in revisions {
                let run = entries.last().filter(|last| is_superseded(&last.revision, &revision));
                let left_out = run.filter(|_| !show_autosaves).map(|last| last.left_out + 1);
                if left_out.is_some() {
                    entries.pop();
                }
                let left_out = left_out.unwrap_or(0);
                entries.push(ListedRevision { revision, left_out });
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
