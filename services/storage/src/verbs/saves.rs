//! Saves of contributions: identity, etag, idempotence, passages.

mod batch;
mod from_file;
mod group_commit;
mod preconditions;
mod request_ids;
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
    caller::{caller, on_behalf_of},
    store::{Head, Result, Tx, scopes::contributions_of},
    verbs::{
        contributions::{acts_for, contribution_not_found},
        cycles::cycle_not_found,
        reviews::{approvals_ended, check_returned, check_save},
        saves::{
            batch::Batch,
            from_file::overwritten,
            group_commit::{MAX_GROUP, Outcomes, QueuedSave, Saves},
            preconditions::{
                after_deadline, check_caller, check_cycle, check_etag, check_external_id,
                other_goal, refuse_erased, unedited,
            },
            request_ids::{answer, answer_again, hash_of},
        },
    },
};

pub(crate) use crate::verbs::saves::{group_commit::GroupCommit, revisions::write};

/// Maximum number of saves in one call.
const MAX_SAVES: usize = 10_000;

/// A save that ingest has checked.
#[derive(Debug, Clone)]
pub(crate) struct CheckedSave {
    pub(crate) cycle: CycleName,
    pub(crate) organisation: Slug,
    /// The sender's own id.
    pub(crate) external_id: Option<ExternalId>,
    /// The contribution to update; absent: found by external id or content, else a new one.
    pub(crate) id: Option<Uuid>,
    /// What it says.
    pub(crate) content: model::Content,
    /// Draft or submitted.
    pub(crate) state: ContributionState,
    /// Etag of the revision that the sender last saw; empty: any revision.
    pub(crate) etag: String,
    /// Makes it idempotent.
    pub(crate) request_id: Option<RequestId>,
    /// What ingest found.
    pub(crate) findings: Vec<Finding>,
    /// Whether a program saved it automatically while somebody was writing.
    pub(crate) autosave: bool,
    /// Whether it comes from a file, which may be older than its sender knows.
    pub(crate) from_file: bool,
    /// Whether its text was rolled forward from an earlier cycle.
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

/// The result of an accepted save.
#[derive(Debug, Clone)]
pub(crate) struct SaveResult {
    /// Whether anything changed.
    pub(crate) outcome: Outcome,
    /// The contribution as it now stands.
    pub(crate) contribution: Contribution,
    /// What somebody else saved and a file took the place of unseen.
    pub(crate) overwritten: Option<Box<Contribution>>,
    /// The organisations whose approval ended with it.
    pub(crate) approvals_ended: Vec<Slug>,
}

/// A save that was refused.
pub(crate) type Rejection = Error;

impl Storage {
    /// Saves each contribution, in order. A refused save does not affect the others; a failure of the database refuses all.
    /// With `validate_only` everything is done except the commit.
    pub(crate) async fn save_contributions(
        self: &Arc<Self>,
        saves: Saves,
        validate_only: bool,
    ) -> Result<Outcomes> {
        if saves.len() > MAX_SAVES {
            return Err(Error::TooLarge(format!(
                "{} saves in one call, at most {MAX_SAVES} are taken",
                saves.len()
            )));
        }
        let outcomes = if validate_only || saves.len() > MAX_GROUP {
            self.save_alone(group_commit::queued(saves), validate_only).await?
        } else {
            self.save_in_group(saves).await?
        };
        let is_denied =
            |outcome: &std::result::Result<_, Error>| matches!(outcome, Err(Error::Denied { .. }));
        if outcomes.iter().any(is_denied)
            && let Some(caller) = caller()
        {
            self.record_refusal(&caller, Method::SaveContributions).await;
        }
        Ok(outcomes)
    }

    /// Saves in a transaction of its own.
    async fn save_alone(&self, saves: Vec<QueuedSave>, validate_only: bool) -> Result<Outcomes> {
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
                    batch.add(&mut tx, &save).await?;
                    let saving = save_one(&mut tx, &mut batch, save);
                    on_behalf_of(caller, saving).instrument(span).await
                }
                Err(fault) => Err(fault.into()),
            };
            match result {
                // A save reads and checks before it writes, so a refused one has written nothing.
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

/// Saves of one organisation in one cycle run one after the other, so that identity and etag checks hold.
fn scope(save: &CheckedSave) -> String {
    contributions_of(&save.cycle, &save.organisation)
}

/// Whether an error is about one save or decision alone; any other one ends the call.
pub(super) fn is_refusal(error: &Error) -> bool {
    match error {
        Error::Invalid(_)
        | Error::NotFound { .. }
        | Error::StaleEtag { .. }
        | Error::EarlierText { .. }
        | Error::Exists(_)
        | Error::Precondition { .. }
        | Error::Denied { .. }
        | Error::TooLarge(_) => true,
        Error::Unauthenticated { .. }
        | Error::DiskFull
        | Error::DatabaseAway(_)
        | Error::Overtaken(_)
        | Error::Late(_)
        | Error::GivenUp
        | Error::Database(_)
        | Error::BadRow { .. }
        | Error::Unfit(_)
        | Error::AuditDiffers(_)
        | Error::Objects(_)
        | Error::Broken(_)
        | Error::Bus(_) => false,
    }
}

async fn save_one(tx: &mut Tx, batch: &mut Batch, mut save: CheckedSave) -> Result<SaveResult> {
    let asked = hash_of(&save);
    let cycle = batch.cycle(tx, &save.cycle).await?.ok_or_else(|| cycle_not_found(&save.cycle))?;
    // This check comes first, so that nobody learns about requests of another organisation.
    check_caller(tx, &save, &cycle).await?;
    if let Some(request_id) = &save.request_id
        && let Some((known, answer)) = batch.answered(&save)
    {
        return answer_again(request_id, &asked, known, answer);
    }
    if save.content.kind == ContributionKind::Erased {
        let message = "only an erasure makes a tombstone; give another kind";
        return Err(Error::invalid("save.content.kind", "TOMBSTONE", message));
    }
    check_cycle(tx, &save, &cycle)?;
    let content_hash = canonical::content_hash(&save.content);
    let head = find(tx, batch, &save, content_hash).await?;
    check_head(tx, &save, head.as_ref(), content_hash).await?;
    let key = request_ids::key(&save);
    let result = match head {
        Some(head) if is_unchanged(&head, &save, content_hash) => SaveResult {
            outcome: Outcome::Unchanged,
            contribution: head,
            overwritten: None,
            approvals_ended: Vec::new(),
        },
        head => {
            let mut ended = Vec::new();
            if let Some(head) = &head {
                check_returned(tx, head, &save.content, &cycle).await?;
                ended = approvals_ended(tx, head, save.state).await?;
            }
            save.findings.extend(after_deadline(tx, &save, &cycle, head.as_ref()).await?);
            save.findings.extend(unedited(&save, head.as_ref(), content_hash));
            let overwritten = overwritten(&save, head.as_ref(), content_hash).map(Box::new);
            let contribution = write(tx, save, content_hash, head).await?;
            // What was approved is handed in again.
            if contribution.state == ContributionState::Approved {
                ended.clear();
            }
            let (outcome, approvals_ended) = (Outcome::Accepted, ended);
            SaveResult { outcome, contribution, overwritten, approvals_ended }
        }
    };
    if let Some(key) = key {
        tx.record_answer(key, asked, answer(&result));
    }
    Ok(result)
}

/// Refuses a save that the latest revision, if there is one, does not allow.
async fn check_head(
    tx: &mut Tx,
    save: &CheckedSave,
    head: Option<&Head>,
    content_hash: Hash,
) -> Result<()> {
    // A caller limited to some goals must neither overwrite nor see a text about other goals. Who acts for a partner sees it,
    // and does not write it.
    if let Some(head) = head
        && !acts_for(tx, head, &head.organisation).await?
    {
        return Err(match save.id {
            Some(id) => contribution_not_found(id.to_string()),
            None => other_goal(&head.organisation),
        });
    }
    check_external_id(save, head)?;
    // Where nothing changes nothing of anybody's is lost.
    if !head.is_some_and(|head| is_unchanged(head, save, content_hash)) {
        check_etag(tx, save, head, content_hash).await?;
    }
    refuse_erased(tx, head, content_hash).await?;
    head.map_or(Ok(()), |head| check_save(head, save.state))
}

/// Whether a save says what is there already.
fn is_unchanged(head: &Head, save: &CheckedSave, content_hash: Hash) -> bool {
    head.content_hash == content_hash && !is_promotion(head, save)
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
