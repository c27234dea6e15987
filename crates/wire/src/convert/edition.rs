//! Editions, jobs and artefacts.

use model::{
    Artefact, ChangeNote, Completeness, Edition, EditionChange, EditionChangeKind, EditionName,
    EditionState, Exclusion, Format, InvalidField, Job, JobState, ObligationMatrix, Withdrawal,
};

use crate::{
    convert::{date, enumeration, instant, list, number, number_or_default, parse, timestamp},
    v1 as pb,
};

enumeration!(pb::EditionState, EditionState, "the state", Unspecified, { Rendering, Published, Failed, Withdrawn });
enumeration!(pb::EditionChangeKind, EditionChangeKind, "the kind", Unspecified, {
    Added, Changed, Withdrawn, OverrideConfirmed, Overrides, Completeness, Names, LeftOut, Cycle, Returned, NotReporting
});
enumeration!(pb::Format, Format, "the format", Unspecified, { Pdf, Html, Json, Csv, Xlsx, Markdown, Docx, Epub, Odt });
enumeration!(pb::JobState, JobState, "the state", Unspecified, { Queued, Running, Done, Failed });

impl From<Edition> for pb::Edition {
    fn from(edition: Edition) -> Self {
        let Edition {
            name,
            date,
            state,
            manifest_hash,
            contribution_count,
            jobs,
            artefacts,
            create_time,
            publish_time,
            withdrawal,
            completeness,
            gaps,
            review,
            overrides,
            exclusions,
            change_note,
            cycle_change,
            content_root,
        } = edition;
        let (changed_from, changes) =
            change_note.map(|ChangeNote { since, changes }| (since.to_string(), changes)).unzip();
        let (withdraw_reason, withdraw_time) =
            withdrawal.map(|Withdrawal { reason, time }| (reason, timestamp(time))).unzip();
        let (matrix, gaps_of_it) = completeness
            .map(|Completeness { matrix, accepted_gaps, open_gaps }| {
                (matrix, (accepted_gaps, open_gaps))
            })
            .unzip();
        let (accepted_gaps, open_gaps) = gaps_of_it.unwrap_or_default();
        Self {
            cycle: name.cycle().to_string(),
            number: name.number(),
            name: name.to_string(),
            date: date.to_string(),
            state: pb::EditionState::from(state).into(),
            manifest_hash: manifest_hash.to_string(),
            contribution_count,
            jobs: jobs.into_iter().map(Into::into).collect(),
            artefacts: artefacts.into_iter().map(Into::into).collect(),
            create_time: Some(timestamp(create_time)),
            publish_time: publish_time.map(timestamp),
            matrix: matrix.map(Into::into),
            accepted_gaps: accepted_gaps.into_iter().map(Into::into).collect(),
            gaps: pb::GapPolicy::from(gaps).into(),
            overrides: overrides.into_iter().map(Into::into).collect(),
            review: pb::ReviewPolicy::from(review).into(),
            withdraw_reason: withdraw_reason.unwrap_or_default(),
            withdraw_time,
            changed_from: changed_from.unwrap_or_default(),
            changes: changes.unwrap_or_default().into_iter().map(Into::into).collect(),
            exclusions: exclusions.into_iter().map(Into::into).collect(),
            cycle_change,
            open_gaps: open_gaps.into_iter().map(Into::into).collect(),
            content_root: content_root.map(|root| root.to_string()).unwrap_or_default(),
        }
    }
}

impl TryFrom<pb::Edition> for Edition {
    type Error = InvalidField;

    fn try_from(message: pb::Edition) -> Result<Self, InvalidField> {
        let pb::Edition {
            name,
            cycle: _,
            number: _,
            date: day,
            state,
            manifest_hash,
            contribution_count,
            jobs,
            artefacts,
            create_time,
            publish_time,
            matrix,
            accepted_gaps,
            gaps,
            overrides,
            review,
            withdraw_reason,
            withdraw_time,
            changed_from,
            changes,
            exclusions,
            cycle_change,
            open_gaps,
            content_root,
        } = message;
        let withdrawn = |time| Withdrawal { reason: withdraw_reason, time: instant(time) };
        let accepted_gaps = list(accepted_gaps, "accepted_gaps")?;
        let open_gaps = list(open_gaps, "open_gaps")?;
        let completeness = |matrix| {
            let matrix = ObligationMatrix::try_from(matrix)?;
            Ok(Completeness { matrix, accepted_gaps, open_gaps })
        };
        Ok(Self {
            name: parse::<EditionName>(&name, "name")?,
            date: date(&day, "date")?,
            state: number::<pb::EditionState, _>(state, "state")?,
            manifest_hash: parse(&manifest_hash, "manifest_hash")?,
            contribution_count,
            jobs: list(jobs, "jobs")?,
            artefacts: list(artefacts, "artefacts")?,
            create_time: create_time.as_ref().map(instant).unwrap_or_default(),
            publish_time: publish_time.as_ref().map(instant),
            withdrawal: withdraw_time.as_ref().map(withdrawn),
            completeness: matrix.map(completeness).transpose()?,
            gaps: number_or_default::<pb::GapPolicy, _>(gaps, "gaps")?,
            review: number_or_default::<pb::ReviewPolicy, _>(review, "review")?,
            overrides: list(overrides, "overrides")?,
            exclusions: list(exclusions, "exclusions")?,
            change_note: change_note(&changed_from, changes)?,
            cycle_change,
            content_root: (!content_root.is_empty())
                .then(|| parse(&content_root, "content_root"))
                .transpose()?,
        })
    }
}

fn change_note(
    changed_from: &str,
    changes: Vec<pb::EditionChange>,
) -> Result<Option<ChangeNote>, InvalidField> {
    if changed_from.is_empty() {
        return Ok(None);
    }
    let since = parse(changed_from, "changed_from")?;
    Ok(Some(ChangeNote { since, changes: list(changes, "changes")? }))
}

impl From<EditionChange> for pb::EditionChange {
    fn from(EditionChange { kind, organisation, contribution, actor }: EditionChange) -> Self {
        Self {
            kind: pb::EditionChangeKind::from(kind).into(),
            organisation: organisation.map_or(String::new(), |code| code.to_string()),
            contribution,
            actor,
        }
    }
}

impl TryFrom<pb::EditionChange> for EditionChange {
    type Error = InvalidField;

    fn try_from(message: pb::EditionChange) -> Result<Self, InvalidField> {
        let pb::EditionChange { kind, organisation, contribution, actor } = message;
        let code = (!organisation.is_empty()).then(|| parse(&organisation, "organisation"));
        Ok(Self {
            kind: number::<pb::EditionChangeKind, _>(kind, "kind")?,
            organisation: code.transpose()?,
            contribution,
            actor,
        })
    }
}

impl From<Exclusion> for pb::Exclusion {
    fn from(Exclusion { organisation, contribution, reason }: Exclusion) -> Self {
        Self { organisation: organisation.to_string(), contribution, reason }
    }
}

impl TryFrom<pb::Exclusion> for Exclusion {
    type Error = InvalidField;

    fn try_from(message: pb::Exclusion) -> Result<Self, InvalidField> {
        let pb::Exclusion { organisation, contribution, reason } = message;
        Ok(Self { organisation: parse(&organisation, "organisation")?, contribution, reason })
    }
}

impl From<Job> for pb::Job {
    fn from(Job { name, format, language, state, lease, error }: Job) -> Self {
        Self {
            edition: name.edition().to_string(),
            name: name.to_string(),
            format: pb::Format::from(format).into(),
            language,
            state: pb::JobState::from(state).into(),
            lease,
            error,
        }
    }
}

impl TryFrom<pb::Job> for Job {
    type Error = InvalidField;

    fn try_from(message: pb::Job) -> Result<Self, InvalidField> {
        let pb::Job { name, edition: _, format, language, state, lease, error } = message;
        Ok(Self {
            name: parse(&name, "name")?,
            format: number::<pb::Format, _>(format, "format")?,
            language,
            state: number::<pb::JobState, _>(state, "state")?,
            lease,
            error,
        })
    }
}

impl From<Artefact> for pb::Artefact {
    fn from(artefact: Artefact) -> Self {
        let Artefact { edition, format, language, sha256, size, file_name, rendered_with } =
            artefact;
        Self {
            edition: edition.to_string(),
            format: pb::Format::from(format).into(),
            language,
            sha256: sha256.to_string(),
            size,
            media_type: format.media_type().to_owned(),
            file_name,
            rendered_with,
        }
    }
}

impl TryFrom<pb::Artefact> for Artefact {
    type Error = InvalidField;

    fn try_from(message: pb::Artefact) -> Result<Self, InvalidField> {
        let pb::Artefact {
            edition,
            format,
            language,
            sha256,
            size,
            media_type: _,
            file_name,
            rendered_with,
        } = message;
        Ok(Self {
            edition: parse(&edition, "edition")?,
            format: number::<pb::Format, _>(format, "format")?,
            language,
            sha256: parse(&sha256, "sha256")?,
            size,
            file_name,
            rendered_with,
        })
    }
}
