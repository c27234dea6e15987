//! Saves of contributions: identity, etag, idempotence, passages.

mod answers;
mod batch;
mod together;

use std::sync::Arc;

use model::{
    Contribution, ContributionKind, ContributionState, Cycle, CycleName, CycleState, ExternalId,
    Finding, Hash, Instant, Passage, RequestId, Slug, canonical,
};
use tracing::Instrument as _;
use uuid::Uuid;
use wire::{EventBody, Method, events};

use crate::{
    Conflict, Error, Storage,
    access::{caller, on_behalf_of},
    store::{Head, Result, Tx},
    verbs::{
        contributions::{contribution_not_found, contributions_of, is_shown},
        cycles::cycle_not_found,
        editions::framework_of,
        review,
        saves::{
            answers::{answer, answer_again, hash_of},
            batch::Batch,
            together::{Called, MAX_TOGETHER, Outcomes, Saves},
        },
    },
};

pub(crate) use crate::verbs::saves::together::Together;

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

/// Revisions whose text may not parse before its passages are taken for new ones.
const LOOK_BACK: u64 = 50;

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
            self.save_alone(together::called(saves), validate_only).await?
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
        review::check_save(head, save.state)?;
    }
    let key = answers::key(&save);
    let result = match head {
        Some(head) if head.content_hash == content_hash && !is_promotion(&head, &save) => {
            SaveResult { outcome: Outcome::Unchanged, contribution: head }
        }
        head => {
            if let Some(head) = &head {
                review::check_returned(tx, head, &save.content).await?;
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

/// No text of a contribution that was erased comes back to it as it was; another may take its place.
async fn refuse_erased(tx: &mut Tx, head: Option<&Head>, content_hash: Hash) -> Result<()> {
    let Some(head) = head else { return Ok(()) };
    // An erasure empties every revision: only one that was saved since can stand above a tombstone.
    let may_have_one = head.is_erased() || 1 < head.version;
    if !may_have_one || !tx.has_erased(head.id, content_hash).await? {
        return Ok(());
    }
    let message = format!(
        "this very text of contribution `{}` was erased; save it without what had to go",
        head.id
    );
    Err(Error::Precondition { reason: "ERASED", message })
}

/// Whether a draft with this very content is now handed in. A submitted content saved again as a draft changes nothing.
fn is_promotion(head: &Head, save: &CheckedSave) -> bool {
    head.state == ContributionState::Draft && save.state == ContributionState::Submitted
}

fn check_cycle(tx: &Tx, save: &CheckedSave, cycle: &Cycle) -> Result<()> {
    if !cycle.organisations.contains(&save.organisation) {
        let known: Vec<&str> = cycle.organisations.iter().map(Slug::as_str).collect();
        let description = format!(
            "`{}` does not report in `{}`; {} do",
            save.organisation,
            cycle.name,
            known.join(", ")
        );
        return Err(Error::invalid("save.organisation", "UNKNOWN_ORGANISATION", description));
    }
    if cycle.state == CycleState::Closed {
        return Err(Error::Precondition {
            reason: "CYCLE_CLOSED",
            message: format!("cycle `{}` takes no contributions any more", cycle.name),
        });
    }
    let today = jiff::Timestamp::from_millisecond(tx.now().0)
        .map(|now| jiff::tz::Offset::UTC.to_datetime(now).date());
    if let (Some(opening), Ok(today)) = (cycle.opening, today)
        && today < opening
    {
        return Err(Error::Precondition {
            reason: "CYCLE_NOT_YET_OPEN",
            message: format!("cycle `{}` takes contributions from {opening}", cycle.name),
        });
    }
    Ok(())
}

/// Refuses a save for an organisation or goal that the caller does not write for.
async fn check_caller(tx: &mut Tx, save: &CheckedSave, cycle: &Cycle) -> Result<()> {
    let Some(caller) = caller() else { return Ok(()) };
    if caller.sees_all_of(&save.organisation) {
        return Ok(());
    }
    if !caller.sees_some_of(&save.organisation) {
        return Err(Error::Denied {
            reason: "OTHER_ORGANISATION",
            message: format!("you do not write for `{}`", save.organisation),
        });
    }
    let framework = framework_of(tx, cycle).await?;
    if caller.covers(&save.organisation, &save.content.goals, &framework) {
        return Ok(());
    }
    Err(other_goal(&save.organisation))
}

/// It tells no goals: those of a text that is there already are not the caller's to know.
fn other_goal(organisation: &Slug) -> Error {
    Error::Denied {
        reason: "OTHER_GOAL",
        message: format!("you do not write on all goals of this text for `{organisation}`"),
    }
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

/// Refuses another external id for what was found by its id.
fn check_external_id(save: &CheckedSave, head: Option<&Head>) -> Result<()> {
    match head {
        Some(head) if save.external_id.is_some() && head.external_id != save.external_id => {
            Err(Error::invalid(
                "save.external_id",
                "EXTERNAL_ID_DIFFERS",
                "the contribution with this id has another external id",
            ))
        }
        _ => Ok(()),
    }
}

/// Refuses what does not go on from what is there, and gives both for a merge.
async fn check_etag(tx: &mut Tx, save: &CheckedSave, head: Option<&Head>) -> Result<()> {
    let current = head.map_or(String::new(), Contribution::etag);
    if save.etag.is_empty() || save.etag == current {
        return Ok(());
    }
    let base = match head {
        Some(head) => revision_of(tx, head, &save.etag).await?,
        None => None,
    };
    Err(Error::StaleEtag {
        field: "save.etag",
        given: save.etag.chars().take(80).collect(),
        current,
        conflict: head.map(|head| Box::new(Conflict { base, current: head.clone() })),
    })
}

/// The revision that an etag was given out for.
async fn revision_of(tx: &mut Tx, head: &Head, etag: &str) -> Result<Option<Contribution>> {
    let version = etag.split('-').next().and_then(|number| number.parse().ok()).unwrap_or(0);
    if version == 0 {
        return Ok(None);
    }
    Ok(tx.contribution(head.id, version).await?.filter(|revision| revision.etag() == etag))
}

/// Adds a revision with its audit entry and event; the commit writes them, or [`Tx::write_saves`] before it.
pub(crate) async fn write(
    tx: &mut Tx,
    save: CheckedSave,
    content_hash: Hash,
    head: Option<Head>,
) -> Result<Contribution> {
    let CheckedSave {
        cycle,
        organisation,
        external_id,
        id: _,
        content,
        state,
        etag: _,
        request_id: _,
        findings,
        autosave,
        rolled_forward,
    } = save;
    let now = tx.now();
    let (before, retired) = match &head {
        Some(head) => (passages_before(tx, head).await?, tx.passage_ids(head.id).await?),
        None => (Vec::new(), Vec::new()),
    };
    let passages = passages(&content, &before, &retired);
    let is_new = head.is_none();
    // Handing in a text that was taken over edits nothing; it stays marked until its content changes.
    let is_unedited =
        head.as_ref().is_some_and(|head| head.rolled_forward && head.content_hash == content_hash);
    let contribution = Contribution {
        id: head.as_ref().map_or_else(|| tx.fresh_id(), |head| head.id),
        cycle,
        organisation,
        external_id: head.as_ref().map_or(external_id, |head| head.external_id.clone()),
        state,
        content,
        content_hash,
        version: head.as_ref().map_or(0, |head| head.version) + 1,
        passages,
        findings,
        create_time: head.as_ref().map_or(now, |head| head.create_time),
        update_time: now,
        // What is handed in is meant, however it was saved.
        autosave: autosave && state == ContributionState::Draft,
        rolled_forward: rolled_forward || is_unedited,
        author: tx.actor(),
        approved_version: head.as_ref().map_or(0, |head| head.approved_version),
        state_time: head
            .as_ref()
            .filter(|head| head.state == state)
            .map_or(now, |head| head.state_time),
    };
    if is_new {
        tx.insert_contribution(&contribution);
    }
    tx.insert_revision(&contribution);
    record(tx, &contribution)?;
    if contribution.approved_version == 0 {
        return Ok(contribution);
    }
    // The content that was approved, handed in again, is approved.
    let decided = tx.decided(contribution.id, Instant(i64::MAX)).await?;
    Ok(contribution.after(decided.as_ref()))
}

fn record(tx: &mut Tx, contribution: &Contribution) -> Result<()> {
    let subject = contribution.id.to_string();
    let (id, version) = (subject.clone(), contribution.version);
    let (cycle, organisation) =
        (contribution.cycle.to_string(), contribution.organisation.to_string());
    // A save is a draft or handed in; what a reviewer decides about it is recorded elsewhere.
    let (action, body) = if contribution.state == ContributionState::Draft {
        let body = events::ContributionDrafted { contribution: id, version, cycle, organisation };
        ("contribution.draft", EventBody::ContributionDrafted(body))
    } else {
        let body = events::ContributionSubmitted { contribution: id, version, cycle, organisation };
        ("contribution.submit", EventBody::ContributionSubmitted(body))
    };
    tx.audit(action, &subject, &canonical::content(&contribution.content))?;
    tx.record_event(&subject, &body);
    Ok(())
}

/// Passages of every narrative that parses; a draft's text that does not has none yet.
fn passages(content: &model::Content, before: &[Passage], retired: &[String]) -> Vec<Passage> {
    let mut passages = Vec::new();
    for narrative in &content.narratives {
        if let Ok(document) = richtext::parse(&narrative.markdown) {
            let is_of_it = |passage: &&Passage| passage.language == narrative.language;
            let before: Vec<Passage> = before.iter().filter(is_of_it).cloned().collect();
            passages.extend(richtext::assign(&document, &narrative.language, &before, retired));
        }
    }
    passages
}

/// The passages that a text goes on from: those of the revision before, and where its text did not parse, those that it had
/// before that. So a slip in a draft costs no passage its id, nor a remark its place.
async fn passages_before(tx: &mut Tx, head: &Head) -> Result<Vec<Passage>> {
    let mut found = head.passages.clone();
    let has = |found: &[Passage], language: &str| found.iter().any(|one| one.language == language);
    let mut texts = head.content.narratives.iter().filter(|one| !one.markdown.trim().is_empty());
    let Some(lacking) = texts.find(|one| !has(&found, &one.language)) else { return Ok(found) };
    let oldest = head.version.saturating_sub(LOOK_BACK).max(1);
    for version in (oldest..head.version).rev() {
        let revision = tx.contribution(head.id, version).await?;
        let passages = revision.map_or(Vec::new(), |revision| revision.passages);
        if has(&passages, &lacking.language) {
            let is_new = |one: &Passage| !has(&head.passages, &one.language);
            found.extend(passages.into_iter().filter(is_new));
            break;
        }
    }
    Ok(found)
}
