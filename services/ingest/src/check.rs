//! What a save must satisfy to be saved. Pure: the cycle and its framework come in.
//!
//! Invariant: a refusal names every fault that was found. Nothing costly is done with what breaks a limit.

mod printable;
#[cfg(test)]
mod tests;

use fonts::Fonts;
use model::{
    AnswerStatus, Content, ContributionKind, CycleName, ExternalId, Finding, InvalidField,
    RequestId, Severity, Slug, check::MAX_LIST,
};
use rpc::Kind;
use wire::{
    internal,
    v1::{self as pb, FieldViolation, SaveMode},
};

use crate::cycle_cache::CachedCycle;

/// A save with what was found, or the result that refuses it.
pub(crate) type Checked = Result<internal::CheckedSave, Box<pb::SaveResult>>;

/// How strictly saves are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// A blocker is kept as a finding.
    Draft,
    /// A blocker refuses.
    Submit,
    /// As the save says; where it says nothing, a blocker refuses.
    AsAsked,
}

/// Checks a save against its cycle; none where the cycle does not exist.
pub(crate) fn save(
    save: Option<pb::Save>,
    strictness: Strictness,
    cached: Option<&CachedCycle>,
    fonts: &Fonts,
) -> Checked {
    let Some(mut save) = save else {
        return Err(refusal(
            Kind::Invalid,
            vec![violation("save", "NOT_GIVEN", "is not given")],
            Vec::new(),
        ));
    };
    let (mode, mut faults) = mode(&save, strictness);
    faults.extend(names(&save));
    let kind = known_cycle(&save, cached, &mut faults);
    let place = faults.len();
    let content = content(&save, &mut faults);
    let findings = match (&content, cached) {
        (Some(content), Some(cached)) => findings(content, &save.organisation, cached, fonts),
        _ => Vec::new(),
    };
    if !faults.is_empty() || mode == SaveMode::Submit {
        faults.extend(
            findings.iter().filter(|finding| finding.severity == Severity::Blocker).map(blocker),
        );
    }
    let findings = findings.into_iter().map(Into::into).collect();
    if !faults.is_empty() {
        if let Some(strange) = cached.and_then(|cached| not_reporting(&save, cached)) {
            faults.insert(place, strange);
        }
        return Err(refusal(kind, faults, findings));
    }
    save.mode = mode.into();
    Ok(internal::CheckedSave { save: Some(save), findings })
}

fn mode(save: &pb::Save, strictness: Strictness) -> (SaveMode, Vec<FieldViolation>) {
    match (strictness, SaveMode::try_from(save.mode)) {
        (Strictness::Draft, _) | (Strictness::AsAsked, Ok(SaveMode::Draft)) => {
            (SaveMode::Draft, Vec::new())
        }
        (Strictness::Submit, _) | (_, Ok(_)) => (SaveMode::Submit, Vec::new()),
        (_, Err(_)) => {
            let fault = violation(
                "save.mode",
                "UNKNOWN_VALUE",
                &format!("value {} is not known here", save.mode),
            );
            (SaveMode::Submit, vec![fault])
        }
    }
}

/// Checks all that names something.
fn names(save: &pb::Save) -> Vec<FieldViolation> {
    let pb::Save {
        cycle,
        organisation,
        external_id,
        id,
        content: _,
        mode: _,
        etag,
        request_id,
        autosave: _,
        from_file: _,
    } = save;
    let optional = |text: &str, fault: fn(&str) -> Option<InvalidField>| {
        if text.is_empty() { None } else { fault(text) }
    };
    let etag_is_sound = etag.len() <= 128 && etag.bytes().all(|byte| byte.is_ascii_graphic());
    let found = [
        ("save.cycle", cycle.parse::<CycleName>().err()),
        ("save.organisation", organisation.parse::<Slug>().err()),
        ("save.external_id", optional(external_id, |text| text.parse::<ExternalId>().err())),
        (
            "save.id",
            optional(id, |text| {
                (!is_uuid(text)).then(|| InvalidField::new("", "INVALID_ID", "is no UUID"))
            }),
        ),
        (
            "save.etag",
            (!etag_is_sound)
                .then(|| InvalidField::new("", "INVALID_ETAG", "is no etag that was given out")),
        ),
        ("save.request_id", optional(request_id, |text| text.parse::<RequestId>().err())),
    ];
    found.into_iter().filter_map(|(field, fault)| fault.map(|fault| within(fault, field))).collect()
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Checks that the cycle exists; returns the kind that a refusal has.
fn known_cycle(
    save: &pb::Save,
    cached: Option<&CachedCycle>,
    faults: &mut Vec<FieldViolation>,
) -> Kind {
    if cached.is_some() || save.cycle.parse::<CycleName>().is_err() {
        return Kind::Invalid;
    }
    let description = format!("cycle `{}` does not exist", save.cycle);
    faults.insert(0, violation("save.cycle", "CYCLE_NOT_FOUND", &description));
    Kind::NotFound
}

/// Says that the organisation does not report in the cycle. It is said beside other faults alone: storage refuses it too, once
/// it knows that the sender writes for that organisation.
fn not_reporting(save: &pb::Save, cached: &CachedCycle) -> Option<FieldViolation> {
    if cached.has(&save.organisation) || save.organisation.parse::<Slug>().is_err() {
        return None;
    }
    let known: Vec<_> = cached.cycle.organisations.iter().map(Slug::as_str).collect();
    let description = format!(
        "`{}` does not report in `{}`; {} do",
        save.organisation,
        cached.cycle.name,
        known.join(", ")
    );
    Some(violation("save.organisation", "UNKNOWN_ORGANISATION", &description))
}

/// Reads the content, if it is known what it means and it is within the limits.
fn content(save: &pb::Save, faults: &mut Vec<FieldViolation>) -> Option<Content> {
    let Some(message) = &save.content else {
        faults.push(violation("save.content", "NOT_GIVEN", "is not given"));
        return None;
    };
    let read = Content::try_from(message.clone());
    let found = read.as_ref().map_or_else(|_| unreadable(message), model::check::limits);
    let is_sound = found.is_empty();
    faults.extend(found.into_iter().map(|fault| within(fault, "save.content")));
    read.ok().filter(|_| is_sound)
}

/// Reports every part of a content that does not convert; the conversion of the whole stops at the first.
fn unreadable(message: &pb::Content) -> Vec<InvalidField> {
    let pb::Content { kind, answer, figures, references, .. } = message;
    let heads = [
        pb::Content { kind: *kind, ..pb::Content::default() },
        pb::Content { answer: *answer, ..pb::Content::default() },
    ];
    let heads = heads.into_iter().filter_map(|head| Content::try_from(head).err());
    let figures = figures.iter().enumerate().take(MAX_LIST).filter_map(|(i, figure)| {
        model::Figure::try_from(figure.clone())
            .err()
            .map(|error| error.within(&format!("figures[{i}]")))
    });
    let references = references.iter().enumerate().take(MAX_LIST).filter_map(|(i, reference)| {
        model::Reference::try_from(reference.clone())
            .err()
            .map(|error| error.within(&format!("references[{i}]")))
    });
    heads.chain(figures).chain(references).collect()
}

/// Holds the content against the framework and the cycle, and its narratives against what Markdown may hold.
fn findings(
    content: &Content,
    organisation: &str,
    cached: &CachedCycle,
    fonts: &Fonts,
) -> Vec<Finding> {
    let mut findings = model::check::content(content, &cached.framework);
    findings.extend(model::check::partners(content, organisation, &cached.cycle));
    findings.extend(model::check::years(&content.figures, &cached.cycle, &cached.framework));
    let mut shows_something = false;
    for (i, narrative) in content.narratives.iter().enumerate() {
        let (severity, faults) = match richtext::parse(&narrative.markdown) {
            Err(faults) => {
                shows_something = true;
                (Severity::Blocker, faults)
            }
            Ok(document) => {
                shows_something |= !document.passages.is_empty();
                findings.extend(printable::narrative(i, &narrative.markdown, &document, fonts));
                let mut faults = richtext::lost(&narrative.markdown);
                faults.extend(richtext::misread(&narrative.markdown));
                (Severity::Warning, faults)
            }
        };
        findings.extend(faults.into_iter().map(|fault| {
            let InvalidField { field, reason, description } =
                fault.within(&format!("content.narratives[{i}].markdown"));
            Finding { severity, reason: reason.to_string(), field, message: description }
        }));
    }
    findings.extend(printable::texts(content, fonts));
    if !shows_something {
        findings.extend(nothing_shown(content));
    }
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// Returns a blocker where texts that show nothing, such as a line between blocks, are to report something.
fn nothing_shown(content: &Content) -> Option<Finding> {
    let is_reported = match content.kind {
        ContributionKind::GeneralRemark => true,
        ContributionKind::Answer => content.answer.is_some_and(AnswerStatus::reports),
        ContributionKind::Unanswered | ContributionKind::Erased => false,
    };
    let mut texts = content.narratives.iter();
    let is_written = texts.any(|narrative| !model::is_blank(&narrative.markdown));
    (is_reported && is_written).then(|| Finding {
        severity: Severity::Blocker,
        reason: "TEXT_MISSING".to_owned(),
        field: "content.narratives".to_owned(),
        message: "an answer that reports something has a text that shows something".to_owned(),
    })
}

fn blocker(finding: &Finding) -> FieldViolation {
    violation(&format!("save.{}", finding.field), &finding.reason, &finding.message)
}

fn within(fault: InvalidField, parent: &str) -> FieldViolation {
    let InvalidField { field, reason, description } = fault.within(parent);
    FieldViolation { field, reason: reason.to_string(), description }
}

fn violation(field: &str, reason: &str, description: &str) -> FieldViolation {
    FieldViolation {
        field: field.to_owned(),
        reason: reason.to_owned(),
        description: description.to_owned(),
    }
}

/// The result of a refused save; the first fault gives it its reason.
fn refusal(
    kind: Kind,
    faults: Vec<FieldViolation>,
    findings: Vec<pb::Finding>,
) -> Box<pb::SaveResult> {
    let first = faults.first().cloned().unwrap_or_default();
    let more = match faults.len() {
        0 | 1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    let message = format!("`{}`: {}{more}", first.field, first.description);
    let error = pb::ItemError {
        code: kind.code() as i32,
        reason: first.reason,
        message,
        field_violations: faults,
    };
    Box::new(pb::SaveResult {
        outcome: pb::SaveOutcome::Rejected.into(),
        contribution: None,
        error: Some(error),
        findings,
        conflict: None,
        approvals_ended: Vec::new(),
    })
}
