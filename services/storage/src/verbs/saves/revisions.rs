//! Adds a revision: its passages with their ids, its audit entry and its event.

use model::{Contribution, ContributionState, Hash, Instant, Passage, canonical};
use wire::{EventBody, events};

use crate::{
    store::{Head, Result, Tx},
    verbs::saves::CheckedSave,
};

/// Maximum number of earlier revisions that are searched for passages.
const MAX_LOOK_BACK: u64 = 50;

/// Adds a revision with its audit entry and event; the commit writes them, or [`Tx::write_saves`] before it.
pub(crate) async fn write(
    tx: &mut Tx,
    save: CheckedSave,
    content_hash: Hash,
    head: Option<Head>,
) -> Result<Contribution> {
    let (before, retired) = match &head {
        Some(head) => (passages_before(tx, head).await?, tx.passage_ids(head.id).await?),
        None => (Vec::new(), Vec::new()),
    };
    let passages = passages(&save.content, &before, &retired);
    let contribution = next_revision(tx, save, content_hash, passages, head.as_ref());
    if head.is_none() {
        tx.insert_contribution(&contribution);
    }
    tx.insert_revision(&contribution);
    record(tx, &contribution)?;
    if contribution.approved_version == 0 {
        return Ok(contribution);
    }
    // Approved content that is submitted again is still approved.
    let decided = tx.decided(contribution.id, Instant(i64::MAX)).await?;
    Ok(contribution.after(decided.as_ref()))
}

/// The revision that a save makes, after `head` where there is one.
fn next_revision(
    tx: &Tx,
    save: CheckedSave,
    content_hash: Hash,
    passages: Vec<Passage>,
    head: Option<&Head>,
) -> Contribution {
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
        from_file: _,
        rolled_forward,
    } = save;
    let now = tx.now();
    // Neither submitting a text that was rolled forward nor giving figures edits it: the mark stays until its words change.
    let is_unedited = head.is_some_and(|head| head.is_unedited_by(&content, content_hash));
    Contribution {
        id: head.map_or_else(|| tx.fresh_id(), |head| head.id),
        cycle,
        organisation,
        external_id: head.map_or(external_id, |head| head.external_id.clone()),
        state,
        content,
        content_hash,
        version: head.map_or(0, |head| head.version) + 1,
        passages,
        findings,
        create_time: head.map_or(now, |head| head.create_time),
        update_time: now,
        // A submission is deliberate, even if a program saved it.
        autosave: autosave && state == ContributionState::Draft,
        rolled_forward: rolled_forward || is_unedited,
        author: tx.actor(),
        approved_version: head.map_or(0, |head| head.approved_version),
        state_time: head.filter(|head| head.state == state).map_or(now, |head| head.state_time),
    }
}

/// Adds the audit entry and the event.
fn record(tx: &mut Tx, contribution: &Contribution) -> Result<()> {
    let subject = contribution.id.to_string();
    let (id, version) = (subject.clone(), contribution.version);
    let (cycle, organisation) =
        (contribution.cycle.to_string(), contribution.organisation.to_string());
    // A save is a draft or a submission; decisions of reviewers are recorded by the verbs of review.
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

/// Returns the passages of every narrative that parses; a text in a draft may not parse and then has none.
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

/// The passages that a new text continues: those of the revision before, or where its text did not parse, those of the last
/// revision that did. So a syntax error in a draft neither changes passage ids nor detaches remarks.
async fn passages_before(tx: &mut Tx, head: &Head) -> Result<Vec<Passage>> {
    let mut found = head.passages.clone();
    let has = |found: &[Passage], language: &str| found.iter().any(|one| one.language == language);
    let mut texts = head.content.narratives.iter().filter(|one| !model::is_blank(&one.markdown));
    let Some(lacking) = texts.find(|one| !has(&found, &one.language)) else { return Ok(found) };
    let oldest = head.version.saturating_sub(MAX_LOOK_BACK).max(1);
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
