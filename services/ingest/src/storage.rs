//! Hands checked contributions to storage.
//!
//! Invariant: a save is sent a second time only if its request id makes that the same save, or nothing is kept.

use std::time::Duration;

use storage_client::{StorageClient, retry};
use wire::{internal, v1 as pb};

use crate::Error;

/// Pauses before the second and third try of a call.
pub(crate) const RETRY_PAUSES: [Duration; 2] =
    [Duration::from_millis(100), Duration::from_millis(400)];

/// Saves contributions and returns a result for each.
pub(crate) async fn save(
    storage: &StorageClient,
    saves: Vec<internal::CheckedSave>,
    validate_only: bool,
) -> Result<Vec<pb::SaveResult>, Error> {
    let sent = saves.len();
    let has_request_id = |checked: &internal::CheckedSave| {
        checked.save.as_ref().is_some_and(|save| !save.request_id.is_empty())
    };
    let may_repeat = validate_only || saves.iter().all(has_request_id);
    let pauses = if may_repeat { RETRY_PAUSES.as_slice() } else { &[] };
    let request = internal::SaveContributionsRequest { saves, validate_only };
    let call = || async {
        storage.clients().saves().save_contributions(storage.request(request.clone())).await
    };
    let internal::SaveContributionsResponse { results } = retry(pauses, call).await?;
    if results.len() != sent {
        return Err(Error::Unreadable(format!("{} results for {sent} saves", results.len())));
    }
    Ok(results)
}
