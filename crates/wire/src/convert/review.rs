//! Decisions, overrides and remarks.

use std::str::FromStr;

use model::{
    ApprovalState, Confirmation, Decision, DecisionKind, InvalidField, Override, Remark,
    RemarkAnswer, Reporter, ReturnReason, Target,
};

use crate::{
    convert::{enumeration, instant, list, number, parse, timestamp},
    v1 as pb,
};

enumeration!(pb::ReturnReason, ReturnReason, "the reason", Unspecified, {
    Incomplete, Incorrect, Unclear, Unsourced, OutOfScope, Other,
});
enumeration!(pb::DecisionKind, DecisionKind, "the kind", Unspecified, {
    Approve, Return, Withdraw, Void, Consent,
});

enumeration!(pb::ApprovalState, ApprovalState, "the state", Unspecified, {
    Given, Awaited, NotAwaited, NotReporting,
});

impl From<Reporter> for pb::Reporter {
    fn from(Reporter { organisation, approval, given }: Reporter) -> Self {
        let (actor, time) =
            given.map(|Confirmation { actor, time }| (actor, timestamp(time))).unzip();
        Self {
            organisation: organisation.to_string(),
            approval: pb::ApprovalState::from(approval).into(),
            actor: actor.unwrap_or_default(),
            time,
        }
    }
}

/// Reads an id, a UUID.
fn uuid<T: FromStr>(text: &str, field: &str) -> Result<T, InvalidField> {
    text.parse().map_err(|_| InvalidField::new(field, "INVALID_ID", "is no UUID"))
}

impl From<Target> for pb::Target {
    fn from(target: Target) -> Self {
        let Target { passage, first_sentence, last_sentence, figure, language } = target;
        Self { passage, first_sentence, last_sentence, figure, language }
    }
}

/// Reads a target; whether the revision has it is for storage to say.
impl TryFrom<pb::Target> for Target {
    type Error = InvalidField;

    fn try_from(message: pb::Target) -> Result<Self, InvalidField> {
        let pb::Target { passage, first_sentence, last_sentence, figure, language } = message;
        let fault = |message: &str| Err(InvalidField::new("", "INVALID_TARGET", message));
        if figure != 0 && !passage.is_empty() {
            return fault("is a passage or a figure, not both");
        }
        if passage.is_empty() && (first_sentence != 0 || !language.is_empty()) {
            return fault("names a sentence or a language and no passage");
        }
        if last_sentence != 0 && last_sentence < first_sentence.max(1) {
            return fault("ends before it begins");
        }
        if first_sentence == 0 && last_sentence != 0 {
            return fault("has a last sentence and no first");
        }
        Ok(Self { passage, first_sentence, last_sentence, figure, language })
    }
}

impl From<Decision> for pb::Decision {
    fn from(decision: Decision) -> Self {
        let Decision {
            number,
            contribution,
            version,
            content_hash,
            kind,
            actor,
            time,
            reason,
            text,
            targets,
            organisations,
        } = decision;
        Self {
            number,
            contribution: contribution.to_string(),
            version,
            content_hash: content_hash.to_string(),
            kind: pb::DecisionKind::from(kind).into(),
            actor,
            time: Some(timestamp(time)),
            reason: reason.map_or(pb::ReturnReason::Unspecified, Into::into).into(),
            text,
            targets: targets.into_iter().map(Into::into).collect(),
            organisations: organisations.iter().map(ToString::to_string).collect(),
        }
    }
}

impl TryFrom<pb::Decision> for Decision {
    type Error = InvalidField;

    fn try_from(message: pb::Decision) -> Result<Self, InvalidField> {
        let pb::Decision {
            number: place,
            contribution,
            version,
            content_hash,
            kind,
            actor,
            time,
            reason,
            text,
            targets,
            organisations,
        } = message;
        let organisations =
            organisations.iter().map(|code| parse::<model::Slug>(code, "organisations"));
        Ok(Self {
            number: place,
            contribution: uuid(&contribution, "contribution")?,
            version,
            content_hash: parse(&content_hash, "content_hash")?,
            kind: number::<pb::DecisionKind, _>(kind, "kind")?,
            actor,
            time: time.as_ref().map(instant).unwrap_or_default(),
            reason: match reason {
                0 => None,
                reason => Some(number::<pb::ReturnReason, _>(reason, "reason")?),
            },
            text,
            targets: list(targets, "targets")?,
            organisations: organisations.collect::<Result<_, _>>()?,
        })
    }
}

impl From<Override> for pb::Override {
    fn from(made: Override) -> Self {
        let Override { id, cycle, action, object, actor, reason, time, confirmation } = made;
        let (confirmed_by, confirm_time) = parts(confirmation);
        Self {
            id: id.to_string(),
            cycle: cycle.to_string(),
            action,
            object,
            actor,
            reason,
            time: Some(timestamp(time)),
            confirmed_by,
            confirm_time,
        }
    }
}

impl TryFrom<pb::Override> for Override {
    type Error = InvalidField;

    fn try_from(message: pb::Override) -> Result<Self, InvalidField> {
        let pb::Override {
            id,
            cycle,
            action,
            object,
            actor,
            reason,
            time,
            confirmed_by,
            confirm_time,
        } = message;
        Ok(Self {
            id: uuid(&id, "id")?,
            cycle: parse(&cycle, "cycle")?,
            action,
            object,
            actor,
            reason,
            time: time.as_ref().map(instant).unwrap_or_default(),
            confirmation: confirmation(confirmed_by, confirm_time.as_ref()),
        })
    }
}

/// Who and when, as two fields.
fn parts(confirmation: Option<Confirmation>) -> (String, Option<prost_types::Timestamp>) {
    match confirmation {
        None => (String::new(), None),
        Some(Confirmation { actor, time }) => (actor, Some(timestamp(time))),
    }
}

/// Readers do not get by whom, so that the time alone says whether it was.
fn confirmation(actor: String, time: Option<&prost_types::Timestamp>) -> Option<Confirmation> {
    time.map(|time| Confirmation { actor, time: instant(time) })
}

impl From<Remark> for pb::Remark {
    fn from(remark: Remark) -> Self {
        let Remark { id, contribution, version, target, text, actor, time, answers, resolution } =
            remark;
        let (resolved_by, resolve_time) = parts(resolution);
        Self {
            id: id.to_string(),
            contribution: contribution.to_string(),
            version,
            target: (!target.is_whole()).then(|| target.into()),
            text,
            actor,
            time: Some(timestamp(time)),
            answers: answers.into_iter().map(Into::into).collect(),
            resolved_by,
            resolve_time,
        }
    }
}

impl TryFrom<pb::Remark> for Remark {
    type Error = InvalidField;

    fn try_from(message: pb::Remark) -> Result<Self, InvalidField> {
        let pb::Remark {
            id,
            contribution,
            version,
            target,
            text,
            actor,
            time,
            answers,
            resolved_by,
            resolve_time,
        } = message;
        let target = target.unwrap_or_default();
        Ok(Self {
            id: uuid(&id, "id")?,
            contribution: uuid(&contribution, "contribution")?,
            version,
            target: target.try_into().map_err(|error: InvalidField| error.within("target"))?,
            text,
            actor,
            time: time.as_ref().map(instant).unwrap_or_default(),
            answers: list(answers, "answers")?,
            resolution: confirmation(resolved_by, resolve_time.as_ref()),
        })
    }
}

impl From<RemarkAnswer> for pb::RemarkAnswer {
    fn from(RemarkAnswer { text, actor, time }: RemarkAnswer) -> Self {
        Self { text, actor, time: Some(timestamp(time)) }
    }
}

impl TryFrom<pb::RemarkAnswer> for RemarkAnswer {
    type Error = InvalidField;

    fn try_from(
        pb::RemarkAnswer { text, actor, time }: pb::RemarkAnswer,
    ) -> Result<Self, InvalidField> {
        Ok(Self { text, actor, time: time.as_ref().map(instant).unwrap_or_default() })
    }
}
