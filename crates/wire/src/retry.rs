//! Calls that may be made a second time, where the first had no answer: the second changes nothing.
//!
//! They are those that only read, and those that bear a request id.

use prost::Message;

use crate::{Method, internal, v1 as pb};

/// Whether a call with this message may be made again.
type Check = fn(&[u8]) -> bool;

/// Calls that may bear a request id, and whether a message does.
const BEARING: [(Method, Check); 6] = [
    (Method::SubmitContribution, |message| {
        is_so(message, |request: pb::SubmitContributionRequest| has_id(request.save))
    }),
    (Method::SaveDraft, |message| {
        is_so(message, |request: pb::SaveDraftRequest| has_id(request.save))
    }),
    (Method::SaveContributions, |message| {
        is_so(message, |request: internal::SaveContributionsRequest| {
            request.saves.into_iter().all(|checked| has_id(checked.save))
        })
    }),
    (Method::AddRemark, |message| {
        is_so(message, |request: pb::AddRemarkRequest| !request.request_id.is_empty())
    }),
    (Method::AnswerRemark, |message| {
        is_so(message, |request: pb::AnswerRemarkRequest| !request.request_id.is_empty())
    }),
    (Method::PublishEdition, |message| {
        is_so(message, |request: pb::PublishEditionRequest| !request.request_id.is_empty())
    }),
];

/// Whether a call with this path may be made again, which depends on its message. None where that is never so.
pub fn retryable(path: &str) -> Option<Check> {
    let method = Method::from_path(path)?;
    if reads(method) {
        return Some(|_| true);
    }
    let (_, bears_id) = BEARING.into_iter().find(|(bearing, _)| *bearing == method)?;
    Some(bears_id)
}

/// Calls are named after the standard methods (AIP-131, AIP-132).
fn reads(method: Method) -> bool {
    let (_, name) = method.path().rsplit_once('/').unwrap_or_default();
    ["Get", "List"].iter().any(|verb| name.starts_with(verb))
        || matches!(method, Method::Search | Method::Suggest)
}

fn has_id(save: Option<pb::Save>) -> bool {
    save.is_some_and(|save| !save.request_id.is_empty())
}

fn is_so<M: Message + Default>(message: &[u8], holds: impl FnOnce(M) -> bool) -> bool {
    M::decode(message).is_ok_and(holds)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn may_retry(method: Method, message: &impl Message) -> bool {
        retryable(method.path()).is_some_and(|check| check(&message.encode_to_vec()))
    }

    #[test]
    fn a_change_without_a_request_id_is_never_repeated() {
        let publish = |request_id: &str| pb::PublishEditionRequest {
            request_id: request_id.to_owned(),
            ..pb::PublishEditionRequest::default()
        };
        assert!(may_retry(Method::PublishEdition, &publish("one")));
        assert!(!may_retry(Method::PublishEdition, &publish("")));
        let submit = |request_id: &str| pb::SubmitContributionRequest {
            save: Some(pb::Save { request_id: request_id.to_owned(), ..pb::Save::default() }),
            validate_only: false,
        };
        assert!(may_retry(Method::SubmitContribution, &submit("one")));
        assert!(!may_retry(Method::SubmitContribution, &submit("")));
        let saves = |ids: [&str; 2]| internal::SaveContributionsRequest {
            saves: ids
                .map(|id| internal::CheckedSave { save: submit(id).save, findings: Vec::new() })
                .into(),
            validate_only: false,
        };
        assert!(may_retry(Method::SaveContributions, &saves(["one", "two"])));
        assert!(!may_retry(Method::SaveContributions, &saves(["one", ""])));
        assert!(!may_retry(Method::WithdrawEdition, &pb::WithdrawEditionRequest::default()));
    }

    #[test]
    fn every_request_with_a_request_id_is_known() {
        let pool = prost_types::FileDescriptorSet::decode(crate::DESCRIPTORS).unwrap();
        let messages = pool.file.iter().flat_map(|file| &file.message_type);
        let bearing: BTreeSet<&str> = messages
            .filter(|message| message.field.iter().any(|field| field.name() == "request_id"))
            .map(prost_types::DescriptorProto::name)
            .collect();
        let known = ["Save", "AddRemarkRequest", "AnswerRemarkRequest", "PublishEditionRequest"];
        assert_eq!(bearing, known.into());
    }
}
