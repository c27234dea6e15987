//! Erasing a contribution: its text in every revision, and the words of decisions and remarks about it.
//!
//! Invariant: afterwards the text is nowhere in the database, but for mails that quote it, which the next look of reminders
//! empties; and no guess at it can be checked against the audit log. Ids, states, times and hashes stay, so that the chain and
//! the manifests of editions remain valid.

use model::{Contribution, EditionName, EditionState};
use uuid::Uuid;
use wire::{EventBody, events};

use crate::{
    Error, Storage,
    store::{
        Result, Tx,
        scopes::{contributions_of, editions_of},
    },
    verbs::{
        contributions::{At, ContributionKey, contribution_not_found},
        editions::reread,
        text_checks::check_reason,
    },
};

/// Revisions read at once.
const BATCH: u32 = 200;

impl Storage {
    /// Empties every revision of a contribution, its decisions and its remarks, which may quote it. Returns its id and how
    /// many revisions were emptied now; none when it is done again.
    pub(crate) async fn erase_contribution(
        &self,
        key: &ContributionKey,
        reason: &str,
    ) -> Result<(Uuid, u32)> {
        check_reason(reason)?;
        self.remove_withdrawn_files().await?;
        let found = self.contribution(key, At::Latest).await?;
        let id = found.id;
        let scopes =
            [contributions_of(&found.cycle, &found.organisation), editions_of(&found.cycle)];
        let mut tx = self.store.write(scopes).await?;
        refuse_published(&mut tx, id).await?;
        let revisions = empty(&mut tx, id, reason).await?;
        let words = tx.empty_words(id).await?;
        if revisions == 0 && words == 0 {
            return Ok((id, 0));
        }
        tx.remove_answers(id).await?;
        tx.remove_salts(&id.to_string()).await?;
        let latest = tx.contribution(id, 0).await?;
        let latest = latest.ok_or_else(|| contribution_not_found(id.to_string()))?;
        record(&mut tx, &latest, reason)?;
        self.commit(tx).await?;
        self.store.purge_erased().await;
        Ok((id, revisions))
    }
}

/// Refused while an edition has it that is public or may become so.
async fn refuse_published(tx: &mut Tx, id: Uuid) -> Result<()> {
    let mut public: Vec<String> = Vec::new();
    for name in tx.editions_pinning(id).await? {
        public.extend(described(&name, reread(tx, &name).await?.state));
    }
    if public.is_empty() {
        return Ok(());
    }
    let message = format!(
        "contribution `{id}` is in {}; withdraw what is published or has failed, then erase it",
        public.join(", ")
    );
    Err(Error::Precondition { reason: "PUBLISHED", message })
}

fn described(name: &EditionName, state: EditionState) -> Option<String> {
    let state = match state {
        EditionState::Withdrawn => return None,
        EditionState::Published => "published",
        EditionState::Rendering => "being rendered",
        EditionState::Failed => "failed",
    };
    Some(format!("edition `{name}` ({state})"))
}

async fn empty(tx: &mut Tx, id: Uuid, reason: &str) -> Result<u32> {
    let (mut after, mut emptied) = (0, 0);
    loop {
        let revisions = tx.revisions_after(id, after, BATCH).await?;
        let Some(last) = revisions.last() else { return Ok(emptied) };
        after = last.version;
        for revision in revisions.into_iter().filter(|revision| !revision.is_erased()) {
            tx.empty_revision(&revision.erased(reason)).await?;
            emptied += 1;
        }
    }
}

/// Adds the audit entry and the event.
fn record(tx: &mut Tx, latest: &Contribution, reason: &str) -> Result<()> {
    let subject = latest.id.to_string();
    tx.audit("contribution.erase", &subject, reason.as_bytes())?;
    let body = events::ContributionWithdrawn {
        contribution: subject.clone(),
        version: latest.version,
        cycle: latest.cycle.to_string(),
        organisation: latest.organisation.to_string(),
    };
    tx.record_event(&subject, &EventBody::ContributionWithdrawn(body));
    Ok(())
}
