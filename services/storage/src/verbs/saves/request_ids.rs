//! Answers by request id, so that a repeated request changes nothing and gets the same answer.

use model::{Hash, InvalidField, RequestId, canonical};
use prost::Message as _;
use wire::v1 as pb;

use crate::{
    Error,
    store::Result,
    verbs::saves::{CheckedSave, Outcome, SaveResult},
};

/// The key of an answer. Request ids are scoped to an organisation.
pub(super) fn key(save: &CheckedSave) -> Option<String> {
    Some(format!("{} {}", save.organisation, save.request_id.as_ref()?))
}

/// Returns the hash of a save, by which a repeated request is recognised.
pub(super) fn hash_of(save: &CheckedSave) -> Hash {
    let state = pb::ContributionState::from(save.state).as_str_name();
    let identity = [
        save.cycle.as_str(),
        save.organisation.as_str(),
        state,
        &save.etag,
        save.external_id.as_ref().map_or("", |id| id.as_str()),
    ];
    let id = save.id.map_or(String::new(), |id| id.to_string());
    let mut bytes = format!("{}\n{id}\n", identity.join("\n")).into_bytes();
    bytes.extend(canonical::content(&save.content));
    Hash::of(&bytes)
}

/// Encodes the answer to store.
pub(super) fn answer(result: &SaveResult) -> Vec<u8> {
    let outcome = match result.outcome {
        Outcome::Accepted => pb::SaveOutcome::Accepted,
        Outcome::Unchanged => pb::SaveOutcome::Unchanged,
    };
    let message = pb::SaveResult {
        outcome: outcome.into(),
        contribution: Some(result.contribution.clone().into()),
        error: None,
        findings: Vec::new(),
        conflict: None,
        approvals_ended: Vec::new(),
    };
    message.encode_to_vec()
}

/// Returns the stored answer; refuses another save under the same request id.
pub(super) fn answer_again(
    request_id: &RequestId,
    asked: &Hash,
    known: &str,
    answer: &[u8],
) -> Result<SaveResult> {
    if asked.to_string() != known {
        let description = format!(
            "`{request_id}` was used for another save; every save has a request id of its own"
        );
        return Err(Error::invalid("save.request_id", "REQUEST_ID_REUSED", description));
    }
    let bad = |problem: String| Error::BadRow { table: "requests", problem };
    let message = pb::SaveResult::decode(answer).map_err(|error| bad(error.to_string()))?;
    let outcome = match message.outcome() {
        pb::SaveOutcome::Accepted => Outcome::Accepted,
        pb::SaveOutcome::Unchanged => Outcome::Unchanged,
        pb::SaveOutcome::Rejected | pb::SaveOutcome::Unspecified => {
            return Err(bad("no outcome that is stored".to_owned()));
        }
    };
    let contribution = message.contribution.ok_or_else(|| bad("no contribution".to_owned()))?;
    Ok(SaveResult {
        outcome,
        contribution: contribution
            .try_into()
            .map_err(|error: InvalidField| bad(error.to_string()))?,
        overwritten: None,
        approvals_ended: Vec::new(),
    })
}
