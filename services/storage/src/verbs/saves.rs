//! Saves of contributions: identity, etag, idempotence, passages.

mod answers;
mod batch;
mod checks;
mod group_commit;
mod revisions;

use std::sync::Arc;

use model::{
    Contribution, ContributionKind, ContributionState, CycleName, ExternalId, Finding, Hash,
    RequestId, Slug, canonical,
};
use tracing::Instrument as _;
use uuid::Uuid;
use wire::Method;

use crate::{
    Error, Storage,
    access::{caller, on_behalf_of},
    store::{Head, Result, Tx, scopes::contributions_of},
    verbs::{
        contributions::{contribution_not_found, is_shown},
        cycles::cycle_not_found,
        reviews::{check_returned, check_save},
        saves::{
            answers::{answer, answer_again, hash_of},
            batch::Batch,
            checks::{
                check_caller, check_cycle, check_etag, check_external_id, other_goal, refuse_erased,
            },
            group_commit::{Called, MAX_TOGETHER, Outcomes, Saves},
        },
    },
};

pub(crate) use crate::verbs::saves::{group_commit::Together, revisions::write};

/// Most saves in one call.
const MAX_SAVES: usize = 10_000;

/// A save that ingest has checked.
#[derive(Debug, Clone)]
pub(crate) struct CheckedSave {
    /// The cycle.
    pub(crate) cycle: CycleName,
    /// The organisation.
    pub(crate) organisation: Slug,
    /// The sender's own id.
    pub(crate) external_id: Option<ExternalId>,
    /// The contribution to update; absent: found by external id or content, else a new one.
    pub(crate) id: Option<Uuid>,
    /// What it says.
    pub(crate) content: model::Content,
    /// Draft or submitted.
    pub(crate) state: ContributionState,
    /// What the sender last saw; empty: whatever is there.
    pub(crate) etag: String,
    /// Makes it idempotent.
    pub(crate) request_id: Option<RequestId>,
    /// What ingest found.
    pub(crate) findings: Vec<Finding>,
    /// Whether a program saves it while somebody is writing.
    pub(crate) autosave: bool,
    /// Whether storage takes its text over from the cycle before.
    pub(crate) rolled_forward: bool,
}

/// What a save did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A new revision was saved.
    Accepted,
    /// Content and state were already there.
    Unchanged,
}

/// A save that was taken.
#[derive(Debug, Clone)]
pub(crate) struct SaveResult {
    /// What it did.
    pub(crate) outcome: Outcome,
    /// The contribution as it now stands.
    pub(crate) contribution: Contribution,
}

/// A save that was refused.
pub(crate) type Rejection = Error;

impl Storage {
    /// Saves each contribution, in order. A refused save leaves the others alone; a failure of the database refuses all.
    /// With `validate_only` everything is done and nothing kept.
    pub(crate) async fn save_contributions(
        self: &Arc<Self>,
        saves: Saves,
        validate_only: bool,
    ) -> Result<Outcomes> {
        if MAX_SAVES < saves.len() {
            return Err(Error::TooLarge(format!(
                "{} saves in one call, at most {MAX_SAVES} are taken",
                saves.len()
            )));
        }
        let outcomes = if validate_only || MAX_TOGETHER < saves.len() {
            self.save_alone(group_commit::called(saves), validate_only).await?
        } else {
            self.save_together(saves).await?
        };
        let is_denied =
            |outcome: &std::result::Result<_, Error>| matches!(outcome, Err(Error::Denied { .. }));
        if outcomes.iter().any(is_denied)
            && let Some(caller) = caller()
        {
            self.record_refusal(&caller, Method::StorageSaveContributions).await;
        }
        Ok(outcomes)
    }

    /// Saves in a transaction of its own.
    async fn save_alone(&self, saves: Vec<Called>, validate_only: bool) -> Result<Outcomes> {
        let mut tx = self
            .store
            .write(saves.iter().filter_map(|(save, ..)| save.as_ref().ok()).map(scope))
            .await?;
        let mut results = Vec::with_capacity(saves.len());
        let checked = saves.iter().filter_map(|(save, ..)| save.as_ref().ok());
        let mut batch = Batch::of(&mut tx, checked).await?;
        for (save, span, caller) in saves {
            let result = match save {
                Ok(save) => {
                    batch.let_in(&mut tx, &save).await?;
                    let saving = save_one(&mut tx, &mut batch, save);
                    on_behalf_of(caller, saving).instrument(span).await
                }
                Err(fault) => Err(fault.into()),
            };
            match result {
                // A verb of a save reads and decides before it writes, so that a refusal has written nothing.
                Err(error) if is_refusal(&error) => results.push(Err(error)),
                Err(error) => return Err(error),
                Ok(result) => results.push(Ok(result)),
            }
        }
        if !validate_only {
            self.commit(tx).await?;
        }
        Ok(results)
    }
}

/// Saves of one organisation in one cycle go one after the other: identity and etag hold within it.
fn scope(save: &CheckedSave) -> String {
    contributions_of(&save.cycle, &save.organisation)
}

fn is_refusal(error: &Error) -> bool {
    matches!(
        error,
        Error::Invalid(_)
            | Error::NotFound { .. }
            | Error::StaleEtag { .. }
            | Error::Exists(_)
            | Error::Precondition { .. }
            | Error::Denied { .. }
            | Error::TooLarge(_)
    )
}

async fn save_one(tx: &mut Tx, batch: &mut Batch, save: CheckedSave) -> Result<SaveResult> {
    let asked = hash_of(&save);
    let cycle = batch.cycle(tx, &save.cycle).await?.ok_or_else(|| cycle_not_found(&save.cycle))?;
    // First of all, so that nobody learns what a request of another organisation was answered, or that there was one.
    check_caller(tx, &save, &cycle).await?;
    if let Some(request_id) = &save.request_id
        && let Some((known, answer)) = batch.answered(&save)
    {
        return answer_again(request_id, &asked, known, answer);
    }
    if save.content.kind == ContributionKind::Erased {
        let told = "only an erasure leaves a tombstone; say what it is";
        return Err(Error::invalid("save.content.kind", "TOMBSTONE", told));
    }
    check_cycle(tx, &save, &cycle)?;
    let content_hash = canonical::content_hash(&save.content);
    let head = find(tx, batch, &save, content_hash).await?;
    // Whoever writes on some goals must not write over a text on others, nor be shown it.
    if let Some(head) = &head
        && !is_shown(tx, head).await?
    {
        return Err(match save.id {
            Some(id) => contribution_not_found(id.to_string()),
            None => other_goal(&head.organisation),
        });
    }
    check_external_id(&save, head.as_ref())?;
    check_etag(tx, &save, head.as_ref()).await?;
    refuse_erased(tx, head.as_ref(), content_hash).await?;
    if let Some(head) = &head {
        check_save(head, save.state)?;
    }
    let key = answers::key(&save);
    let result = match head {
        Some(head) if head.content_hash == content_hash && !is_promotion(&head, &save) => {
            SaveResult { outcome: Outcome::Unchanged, contribution: head }
        }
        head => {
            if let Some(head) = &head {
                check_returned(tx, head, &save.content).await?;
            }
            let contribution = write(tx, save, content_hash, head).await?;
            SaveResult { outcome: Outcome::Accepted, contribution }
        }
    };
    if let Some(key) = key {
        tx.record_answer(key, asked, answer(&result));
    }
    Ok(result)
}

/// Whether a draft with this very content is now handed in. A submitted content saved again as a draft changes nothing.
fn is_promotion(head: &Head, save: &CheckedSave) -> bool {
    head.state == ContributionState::Draft && save.state == ContributionState::Submitted
}

async fn find(
    tx: &mut Tx,
    batch: &Batch,
    save: &CheckedSave,
    content_hash: Hash,
) -> Result<Option<Head>> {
    if let Some(id) = save.id {
        let head = tx
            .contribution(id, 0)
            .await?
            .filter(|head| head.cycle == save.cycle && head.organisation == save.organisation);
        return head.map(Some).ok_or_else(|| contribution_not_found(id.to_string()));
    }
    if save.external_id.is_some() {
        return Ok(batch.head(save));
    }
    tx.contribution_by_content(&save.cycle, &save.organisation, content_hash).await
}
