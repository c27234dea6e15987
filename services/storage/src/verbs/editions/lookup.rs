//! Finding an edition, and what of it a caller sees.

use model::{Edition, EditionName, Withdrawal};

use crate::{
    Error,
    caller::caller_or_itself,
    store::{Result, Tx},
};

/// Returns the edition as the caller may see it; none where they may not.
pub(super) fn shown(edition: Edition) -> Option<Edition> {
    let is_for_readers = !caller_or_itself().sees_all();
    is_shown(&edition).then(|| if is_for_readers { edition.for_readers() } else { edition })
}

/// Whether the caller sees an edition: everybody sees a public one.
pub(super) fn is_shown(edition: &Edition) -> bool {
    edition.publish_time.is_some() || caller_or_itself().sees_unpublished()
}

pub(crate) async fn reread(tx: &mut Tx, name: &EditionName) -> Result<Edition> {
    tx.edition(name).await?.ok_or_else(|| edition_not_found(name))
}

pub(super) fn edition_not_found(name: &EditionName) -> Error {
    Error::NotFound { what: "edition", reason: "EDITION_NOT_FOUND", name: name.to_string() }
}

/// Refuses an edition that was withdrawn, with the reason.
pub(crate) fn refuse_withdrawn(edition: &Edition) -> Result<()> {
    let Some(Withdrawal { reason, time }) = &edition.withdrawal else { return Ok(()) };
    let message = format!("edition `{}` was withdrawn on {time}: {reason}", edition.name);
    Err(Error::Precondition { reason: "WITHDRAWN", message })
}
