//! Saves from a file, which may be older than its sender knows.
//!
//! Invariant: what somebody else replaced never comes back out of a file, unless its sender asks to overwrite what is there.

use model::{Contribution, Hash};
use uuid::Uuid;

use crate::{
    Conflict, Error,
    caller::caller,
    store::{Head, Result, Tx},
    verbs::saves::CheckedSave,
};

/// Revisions that are read at once.
const PAGE: u32 = 20;

/// Refuses a text that an earlier revision had and somebody else replaced since.
pub(super) async fn refuse_earlier_text(
    tx: &mut Tx,
    head: &Head,
    content_hash: Hash,
) -> Result<()> {
    let Some(earlier) = tx.last_version_with(head.id, content_hash).await? else { return Ok(()) };
    let Some(replaced) = last_of_others(tx, head.id, earlier).await? else { return Ok(()) };
    let base = tx.contribution(head.id, earlier).await?;
    Err(Error::EarlierText {
        earlier,
        version: replaced.version,
        author: replaced.author,
        time: replaced.update_time,
        conflict: Box::new(Conflict { base, current: head.clone() }),
    })
}

/// Whether all that was saved since `base` is by the sender, who then knows what the file takes the place of; where there is
/// no base, whether the latest revision is. A text that the sender replaced is an older file of theirs.
pub(super) async fn is_of_sender(
    tx: &mut Tx,
    head: &Head,
    base: Option<&Contribution>,
    content_hash: Hash,
) -> Result<bool> {
    let is_of_sender = match base {
        Some(base) => last_of_others(tx, head.id, base.version).await?.is_none(),
        None => is_by_sender(head),
    };
    let said = tx.last_version_with(head.id, content_hash).await?;
    Ok(is_of_sender && said.is_none_or(|version| version == head.version))
}

/// What a save without etag takes the place of, where somebody else wrote that.
pub(super) fn overwritten(
    save: &CheckedSave,
    head: Option<&Head>,
    content_hash: Hash,
) -> Option<Contribution> {
    let is_unseen = |head: &&Head| {
        let is_text = !head.is_erased() && !head.is_untouched();
        is_text && head.content_hash != content_hash && !is_by_sender(head)
    };
    head.filter(|_| save.from_file && save.etag.is_empty()).filter(is_unseen).cloned()
}

/// The last revision after a number that somebody else saved.
async fn last_of_others(tx: &mut Tx, id: Uuid, mut after: u64) -> Result<Option<Contribution>> {
    let mut last = None;
    loop {
        let revisions = tx.revisions_after(id, after, PAGE).await?;
        let Some(newest) = revisions.last() else { return Ok(last) };
        after = newest.version;
        last = revisions.into_iter().rfind(|revision| !is_by_sender(revision)).or(last);
    }
}

/// Whether the sender saved a revision. A certificate is of an organisation: behind it stands no one person.
fn is_by_sender(revision: &Contribution) -> bool {
    let author = &revision.author;
    caller().is_some_and(|caller| caller.origin != "certificate" && caller.did(author))
}
