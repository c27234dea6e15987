//! Adds a revision: its passages with their ids, its audit entry and its event.

use model::{Contribution, ContributionState, Hash, Instant, Passage, canonical};
use wire::{EventBody, events};

use crate::{
    store::{Head, Result, Tx},
    verbs::saves::CheckedSave,
};

/// Revisions whose text may not parse before its passages are taken for new ones.
const LOOK_BACK: u64 = 50;

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
