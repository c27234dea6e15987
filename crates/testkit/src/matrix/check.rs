//! Checks answers against what the caller may see.
//!
//! Invariant: whoever may not make a call gets the same answer for every object, and what somebody may not see is answered as
//! what does not exist.

use prost::Message as _;
use prost_reflect::DynamicMessage;
use tonic::Code;

use crate::matrix::{
    call::{Answer, Call},
    sight::Sight,
    world::{Object, Secret, Target, WITHDRAWN_FOR},
};

/// A call as it was made on an object.
pub(super) struct Asked {
    pub(super) target: Target,
    pub(super) request: DynamicMessage,
    pub(super) answer: Answer,
    /// What the same call was answered on what does not exist.
    pub(super) of_absent: Option<Answer>,
}

/// What the calls of one role are checked against.
pub(super) struct Bench<'a> {
    pub(super) call: &'a Call,
    pub(super) sight: Sight,
    pub(super) secrets: &'a [Secret],
}

impl Bench<'_> {
    /// What is wrong with the answers.
    pub(super) fn check(&self, asked: &[Asked]) -> Vec<String> {
        let mut faults: Vec<String> = asked.iter().flat_map(|asked| self.faults(asked)).collect();
        if let (Sight::Nothing { is_known }, [first, others @ ..]) = (self.sight, asked) {
            let expected = if is_known { Code::PermissionDenied } else { Code::Unauthenticated };
            if code(&first.answer) != expected {
                faults.push(format!("is not refused: {:?}", first.answer));
            }
            let absent = first.of_absent.as_ref().expect("what does not exist is asked for once");
            let shown = first.answer.bytes();
            let others = others.iter().map(|other| &other.answer).chain([absent]);
            let others = others.filter(|other| other.bytes() != shown);
            faults.extend(others.map(|other| {
                format!("is not answered as another object: {other:?}, not {:?}", first.answer)
            }));
        }
        faults.extend(self.not_found(asked));
        faults
    }

    /// What a search finds by none of its requests, though it is theirs to find.
    fn not_found(&self, asked: &[Asked]) -> Vec<String> {
        let finds = |object: Object| {
            let mut of_it = asked.iter().filter(|asked| asked.target.object == object);
            of_it.any(|asked| holds(&asked.answer.bytes(), &asked.target.external_id))
        };
        let is_missing = |object: &Object| object.is_found_from(self.sight) && !finds(*object);
        let missing =
            Object::ALL.into_iter().filter(|object| self.call.is_search() && is_missing(object));
        missing.map(|object| format!("{object:?} is not found")).collect()
    }

    fn faults(&self, asked: &Asked) -> Vec<String> {
        let fault = match self.sight {
            Sight::Nothing { .. } => None,
            sight if asked.target.object.is_seen_from(sight) => self.not_shown(asked),
            _ => self.not_hidden(asked),
        };
        let faults = fault.into_iter().chain(self.leaks(asked));
        faults
            .map(|fault| format!("{:?} {fault}; asked {}", asked.target.object, asked.request))
            .collect()
    }

    /// Secrets in an answer; what the caller named is none.
    fn leaks(&self, asked: &Asked) -> Vec<String> {
        let (shown, named) = (asked.answer.bytes(), asked.request.encode_to_vec());
        let hidden = self.secrets.iter().filter(|secret| self.sight < secret.seen_from);
        hidden
            .filter(|secret| holds(&shown, &secret.text) && !holds(&named, &secret.text))
            .map(|secret| format!("shows `{}`: {:?}", secret.text, asked.answer))
            .collect()
    }

    /// Why an object is not shown that is theirs to see.
    fn not_shown(&self, Asked { target, answer, .. }: &Asked) -> Option<String> {
        if [Code::PermissionDenied, Code::Unauthenticated].contains(&code(answer)) {
            return Some(format!("is refused: {answer:?}"));
        }
        let is_tombstone = target.object.is_withdrawn() && answer.reason() == "WITHDRAWN";
        let tells_why = holds(&answer.bytes(), WITHDRAWN_FOR);
        let has_why = is_tombstone || self.call.name().ends_with("/GetEdition");
        if target.object.is_withdrawn() && has_why && !tells_why {
            return Some(format!("does not say why it was withdrawn: {answer:?}"));
        }
        let is_read = answer.status.is_none() || is_tombstone;
        (self.call.is_read() && !is_read).then(|| format!("is not shown: {answer:?}"))
    }

    /// Why an object is not hidden that is not theirs to see.
    fn not_hidden(&self, Asked { target, answer, of_absent, .. }: &Asked) -> Option<String> {
        let expected = of_absent.as_ref().expect("what is hidden is asked for twice");
        if target.in_place_of(&answer.bytes()) != expected.bytes() {
            let difference = format!("{answer:?}, not {expected:?}");
            return Some(format!("is not answered as what does not exist: {difference}"));
        }
        // Were the request refused for anything else, it would have named nothing.
        let is_told_so = match code(answer) {
            Code::NotFound => true,
            Code::Ok if self.call.is_read() => true,
            // What is done to many answers for each of them.
            Code::Ok if holds(&answer.bytes(), "CONTRIBUTION_NOT_FOUND") => true,
            Code::Ok | Code::PermissionDenied => holds(&answer.bytes(), "OTHER_ORGANISATION"),
            _ => false,
        };
        (!is_told_so).then(|| format!("is neither missing nor refused: {answer:?}"))
    }
}

fn code(answer: &Answer) -> Code {
    answer.status.as_ref().map_or(Code::Ok, tonic::Status::code)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
