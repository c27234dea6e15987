//! Requests and replies of storage that are no resource of their own.

use std::str::FromStr;

use model::{Contribution, ContributionState, Format, Instant, InvalidField};
use rpc::{Page, Problem};
use uuid::Uuid;
use wire::{
    internal,
    v1::{self as pb, read_edition_response::Part},
};

use crate::{
    Conflict, Error,
    audit::reads::Shown,
    store::{DeadLetter, EventRow},
    verbs::{
        CheckedSave, ContributionKey, EditionContent, Outcome, PublishOrder, Rejection, SaveResult,
        Status, Upload,
    },
};

/// Reads a part of a request that must be there.
pub(crate) fn field<M, T: TryFrom<M, Error = InvalidField>>(
    message: Option<M>,
    name: &str,
) -> Result<T, Error> {
    let message = message.ok_or_else(|| Error::invalid(name, "NOT_GIVEN", "is not given"))?;
    T::try_from(message).map_err(|error| error.within(name).into())
}

/// Parses a name of a request.
pub(crate) fn parse<T: FromStr<Err = InvalidField>>(text: &str, name: &str) -> Result<T, Error> {
    text.parse().map_err(|error: InvalidField| error.within(name).into())
}

/// Parses a name that may be left out.
pub(crate) fn parse_or_none<T: FromStr<Err = InvalidField>>(
    text: &str,
    name: &str,
) -> Result<Option<T>, Error> {
    if text.is_empty() { Ok(None) } else { parse(text, name).map(Some) }
}

/// Reads the moment of an as-of read. It has a revision of its own, so none is named with it.
pub(crate) fn moment(as_of: &prost_types::Timestamp, version: u64) -> Result<Instant, Error> {
    if version != 0 {
        let problem = "a moment has a revision of its own; give one of the two";
        return Err(Error::invalid("version", "MOMENT_AND_REVISION", problem));
    }
    Ok(wire::instant(as_of))
}

/// Reads what a contribution is named by.
pub(crate) fn contribution_key(
    id: &str,
    cycle: &str,
    organisation: &str,
    external_id: &str,
) -> Result<ContributionKey, Error> {
    if !id.is_empty() {
        return uuid(id, "id").map(ContributionKey::Id);
    }
    let (cycle, organisation) = (parse(cycle, "cycle")?, parse(organisation, "organisation")?);
    Ok(ContributionKey::External(cycle, organisation, parse(external_id, "external_id")?))
}

pub(crate) fn uuid(text: &str, field: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::invalid(field, "INVALID_ID", "is no UUID"))
}

pub(crate) fn state(number: i32) -> Result<Option<ContributionState>, Error> {
    let unknown =
        |_| Error::invalid("state", "UNKNOWN_VALUE", format!("value {number} is not known here"));
    match pb::ContributionState::try_from(number).map_err(unknown)? {
        pb::ContributionState::Unspecified => Ok(None),
        state => Ok(Some(ContributionState::try_from(state)?)),
    }
}

/// The token of the next page: there is one when this page is full.
pub(crate) fn next_token<T>(
    entries: &[T],
    page: &Page,
    question: &str,
    key: impl Fn(&T) -> String,
) -> String {
    let is_full = entries.len() == page.size as usize;
    entries
        .last()
        .filter(|_| is_full)
        .map_or(String::new(), |last| Page::token(&key(last), question))
}

impl TryFrom<internal::CheckedSave> for CheckedSave {
    type Error = InvalidField;

    fn try_from(
        internal::CheckedSave { save, findings }: internal::CheckedSave,
    ) -> Result<Self, InvalidField> {
        let read = |save: pb::Save| {
            let pb::Save {
                cycle,
                organisation,
                external_id,
                id,
                content,
                mode,
                etag,
                request_id,
                autosave,
                from_file,
            } = save;
            let parsed = |error: InvalidField, name: &str| error.within(name);
            Ok(Self {
                cycle: cycle.parse().map_err(|error| parsed(error, "cycle"))?,
                organisation: organisation
                    .parse()
                    .map_err(|error| parsed(error, "organisation"))?,
                external_id: some(&external_id)
                    .map(str::parse)
                    .transpose()
                    .map_err(|error| parsed(error, "external_id"))?,
                id: some(&id)
                    .map(str::parse)
                    .transpose()
                    .map_err(|_| InvalidField::new("id", "INVALID_ID", "is no UUID"))?,
                content: content
                    .unwrap_or_default()
                    .try_into()
                    .map_err(|error| parsed(error, "content"))?,
                state: match pb::SaveMode::try_from(mode) {
                    Ok(pb::SaveMode::Draft) => ContributionState::Draft,
                    Ok(pb::SaveMode::Submit) => ContributionState::Submitted,
                    _ => {
                        return Err(InvalidField::new(
                            "mode",
                            "NOT_GIVEN",
                            "say whether it is a draft or a submission",
                        ));
                    }
                },
                etag,
                request_id: some(&request_id)
                    .map(str::parse)
                    .transpose()
                    .map_err(|error| parsed(error, "request_id"))?,
                findings: wire::findings_from(findings)?,
                autosave,
                from_file,
                rolled_forward: false,
            })
        };
        let save = save.ok_or_else(|| InvalidField::new("save", "NOT_GIVEN", "is not given"))?;
        read(save).map_err(|error: InvalidField| error.within("save"))
    }
}

/// Which revisions a list shows of a cycle, or of one organisation of it.
pub(crate) fn shown<'a>(
    cycle: &str,
    organisation: &str,
    contributions: impl IntoIterator<Item = &'a Contribution>,
) -> Shown {
    let object = match organisation {
        "" => cycle.to_owned(),
        organisation => format!("{cycle}/{organisation}"),
    };
    let etag = |contribution: &Contribution| format!("{} {}", contribution.id, contribution.etag());
    let etags: Vec<String> = contributions.into_iter().map(etag).collect();
    Shown::unpublished(object, etags.join("\n"))
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn conflict(error: &Error) -> Option<pb::SaveConflict> {
    let (Error::StaleEtag { conflict: Some(conflict), .. } | Error::EarlierText { conflict, .. }) =
        error
    else {
        return None;
    };
    let Conflict { base, current } = conflict.as_ref().clone();
    Some(pb::SaveConflict { base: base.map(Into::into), current: Some(current.into()) })
}

/// The result of a save as a message. What a dry run could not know is left out.
pub(crate) fn save_result(
    result: Result<SaveResult, Rejection>,
    validate_only: bool,
) -> pb::SaveResult {
    match result {
        Ok(SaveResult { outcome, contribution, overwritten, approvals_ended }) => {
            let mut contribution = pb::Contribution::from(contribution);
            let findings = contribution.findings.clone();
            let outcome = match outcome {
                Outcome::Accepted => pb::SaveOutcome::Accepted,
                Outcome::Unchanged => pb::SaveOutcome::Unchanged,
            };
            if validate_only {
                contribution = pb::Contribution {
                    id: String::new(),
                    etag: String::new(),
                    create_time: None,
                    update_time: None,
                    ..contribution
                };
            }
            pb::SaveResult {
                outcome: outcome.into(),
                contribution: Some(contribution),
                error: None,
                findings,
                conflict: overwritten
                    .map(|one| pb::SaveConflict { base: None, current: Some((*one).into()) }),
                approvals_ended: approvals_ended.iter().map(ToString::to_string).collect(),
            }
        }
        Err(error) => pb::SaveResult {
            outcome: pb::SaveOutcome::Rejected.into(),
            contribution: None,
            error: Some(item_error(&error)),
            findings: Vec::new(),
            conflict: conflict(&error),
            approvals_ended: Vec::new(),
        },
    }
}

/// Why one of many was refused, as a single call would have answered.
pub(crate) fn item_error(error: &Error) -> pb::ItemError {
    let failure = error.failure();
    let violation =
        |(field, reason, description)| pb::FieldViolation { field, reason, description };
    pb::ItemError {
        code: failure.kind.code().into(),
        reason: failure.reason,
        message: failure.message,
        field_violations: failure.fields.into_iter().map(violation).collect(),
    }
}

impl TryFrom<pb::PublishEditionRequest> for PublishOrder {
    type Error = InvalidField;

    fn try_from(message: pb::PublishEditionRequest) -> Result<Self, InvalidField> {
        let pb::PublishEditionRequest {
            cycle,
            date,
            formats,
            languages,
            request_id,
            override_reason,
            exclusions,
        } = message;
        let format = |(i, number): (usize, i32)| {
            let unknown = |_| {
                InvalidField::new(
                    format!("formats[{i}]"),
                    "UNKNOWN_VALUE",
                    format!("value {number} is not known here"),
                )
            };
            Format::try_from(pb::Format::try_from(number).map_err(unknown)?)
                .map_err(|error| error.within(&format!("formats[{i}]")))
        };
        Ok(Self {
            cycle: cycle.parse().map_err(|error: InvalidField| error.within("cycle"))?,
            date: wire::date(&date, "date")?,
            formats: formats.into_iter().enumerate().map(format).collect::<Result<_, _>>()?,
            languages,
            request_id: some(&request_id)
                .map(str::parse)
                .transpose()
                .map_err(|error: InvalidField| error.within("request_id"))?,
            override_reason,
            exclusions: wire::list(exclusions, "exclusions")?,
        })
    }
}

/// The stream of an edition: the header, then the contributions.
pub(crate) fn edition_parts(
    content: EditionContent,
    is_for_readers: bool,
) -> impl Iterator<Item = pb::ReadEditionResponse> {
    let EditionContent {
        edition,
        framework,
        cycle,
        organisations,
        former_organisations,
        is_current,
        contributions,
    } = content;
    let header = pb::EditionHeader {
        edition: Some(edition.into()),
        framework: Some(framework.into()),
        cycle: Some(cycle.into()),
        organisations: organisations.into_iter().map(Into::into).collect(),
        current: is_current,
        former_organisations: former_organisations.into_iter().map(Into::into).collect(),
    };
    let contributions = contributions.into_iter().map(move |contribution| {
        let contribution: pb::Contribution = contribution.into();
        let shown = if is_for_readers { for_readers(contribution) } else { contribution };
        Part::Contribution(shown)
    });
    std::iter::once(Part::Header(header))
        .chain(contributions)
        .map(|part| pb::ReadEditionResponse { part: Some(part) })
}

/// What was published of a contribution: neither who wrote it nor how it is worked on, which versions and times would show.
fn for_readers(contribution: pb::Contribution) -> pb::Contribution {
    pb::Contribution {
        id: String::new(),
        etag: String::new(),
        author: String::new(),
        findings: Vec::new(),
        version: 0,
        approved_version: 0,
        create_time: None,
        update_time: None,
        state_time: None,
        autosave: false,
        rolled_forward: false,
        ..contribution
    }
}

impl TryFrom<internal::ArtefactHead> for Upload {
    type Error = InvalidField;

    fn try_from(
        internal::ArtefactHead { job, lease, sha256, size, rendered_with }: internal::ArtefactHead,
    ) -> Result<Self, InvalidField> {
        Ok(Self {
            job: job.parse().map_err(|error: InvalidField| error.within("job"))?,
            lease,
            sha256: sha256.parse().map_err(|error: InvalidField| error.within("sha256"))?,
            size,
            rendered_with,
        })
    }
}

impl From<EventRow> for internal::Change {
    fn from(
        EventRow { position, id, topic, subject, time, traceparent: _, payload }: EventRow,
    ) -> Self {
        Self {
            position,
            event_id: id,
            topic,
            subject,
            time: Some(wire::timestamp(time)),
            payload: payload.into(),
        }
    }
}

/// A dead letter; its payload and attributes only where it is shown alone.
pub(crate) fn dead_letter(parked: DeadLetter, is_shown_alone: bool) -> pb::DeadLetter {
    let DeadLetter {
        id,
        queue,
        event_id,
        topic,
        subject,
        reason,
        attempts,
        attributes,
        payload,
        park_time,
        replay_time,
    } = parked;
    pb::DeadLetter {
        id,
        queue,
        topic,
        event_id,
        subject,
        reason,
        attempts,
        park_time: Some(wire::timestamp(Instant(park_time))),
        replay_time: (replay_time != 0).then(|| wire::timestamp(Instant(replay_time))),
        payload: if is_shown_alone { payload.into() } else { bytes::Bytes::new() },
        attributes: if is_shown_alone { attributes } else { std::collections::BTreeMap::new() },
    }
}

fn problem(Problem { what, message, since }: Problem) -> pb::Problem {
    pb::Problem { what: what.to_owned(), message, since: Some(wire::timestamp(since)) }
}

impl From<Status> for pb::GetStorageStatusResponse {
    fn from(
        Status {
            last_position,
            relayed_position,
            dead_letters,
            contributions,
            database,
            problems,
            missing_fonts,
        }: Status,
    ) -> Self {
        Self {
            last_position,
            relayed_position,
            unsealed: 0,
            dead_letters,
            contributions,
            database: database.to_owned(),
            problems: problems.into_iter().map(problem).collect(),
            missing_fonts,
        }
    }
}
