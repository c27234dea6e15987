//! Contributions.

use model::{
    AnswerStatus, Comparison, Content, Contribution, ContributionKind, ContributionState, Figure,
    FigureKind, Finding, InvalidField, Narrative, Passage, Precision, Reference, ReferenceKind,
    Severity,
};

use crate::{
    convert::{enumeration, instant, list, number, parse, required, timestamp},
    v1 as pb,
};

enumeration!(pb::ContributionKind, ContributionKind, "the kind", Unspecified, { Answer, GeneralRemark, Unanswered, Erased });
enumeration!(pb::AnswerStatus, AnswerStatus, "the answer status", Unspecified, {
    Reported, Partial, NothingToReport, NotAvailable, NotApplicable, NoSpecificPolicy,
});
enumeration!(pb::ContributionState, ContributionState, "the state", Unspecified, { Draft, Submitted, Returned, Approved, Withdrawn });
enumeration!(pb::FigureKind, FigureKind, "the kind of figure", Unspecified, { Amount, Count, Percentage, Ratio });
enumeration!(pb::Precision, Precision, "the precision", Unspecified, { Exact, About, AtMost, AtLeast });
enumeration!(pb::ReferenceKind, ReferenceKind, "the kind of reference", Unspecified, {
    Contribution, ParliamentaryPaper, Law, Document, Web,
});
enumeration!(pb::Severity, Severity, "the severity", Unspecified, { Blocker, Warning, Info });

impl From<Content> for pb::Content {
    fn from(content: Content) -> Self {
        let Content {
            kind,
            goals,
            indicators,
            answer,
            narratives,
            figures,
            references,
            section,
            source_pages,
            note,
            partners,
        } = content;
        Self {
            kind: pb::ContributionKind::from(kind).into(),
            goals,
            indicators,
            answer: answer.map_or(pb::AnswerStatus::Unspecified, Into::into).into(),
            narratives: narratives.into_iter().map(Into::into).collect(),
            figures: figures.into_iter().map(Into::into).collect(),
            references: references.into_iter().map(Into::into).collect(),
            section,
            source_pages,
            note,
            partners,
        }
    }
}

impl TryFrom<pb::Content> for Content {
    type Error = InvalidField;

    fn try_from(message: pb::Content) -> Result<Self, InvalidField> {
        let pb::Content {
            kind,
            goals,
            indicators,
            answer,
            narratives,
            figures,
            references,
            section,
            source_pages,
            note,
            partners,
        } = message;
        Ok(Self {
            kind: if kind == 0 {
                ContributionKind::Answer
            } else {
                number::<pb::ContributionKind, _>(kind, "kind")?
            },
            goals,
            indicators,
            answer: if answer == 0 {
                None
            } else {
                Some(number::<pb::AnswerStatus, _>(answer, "answer")?)
            },
            narratives: list(narratives, "narratives")?,
            figures: list(figures, "figures")?,
            references: list(references, "references")?,
            section,
            source_pages,
            note,
            partners,
        })
    }
}

impl From<Narrative> for pb::Narrative {
    fn from(Narrative { language, markdown }: Narrative) -> Self {
        Self { language, markdown }
    }
}

impl TryFrom<pb::Narrative> for Narrative {
    type Error = InvalidField;

    fn try_from(pb::Narrative { language, markdown }: pb::Narrative) -> Result<Self, InvalidField> {
        Ok(Self { language, markdown })
    }
}

impl From<Figure> for pb::Figure {
    fn from(figure: Figure) -> Self {
        let Figure {
            kind,
            value,
            per,
            unit,
            precision,
            from,
            until,
            counts,
            indicator,
            comparisons,
            target,
            break_note,
            caveat,
            fact,
            label,
        } = figure;
        Self {
            kind: pb::FigureKind::from(kind).into(),
            value,
            per,
            unit,
            precision: pb::Precision::from(precision).into(),
            from,
            until,
            counts,
            indicator,
            comparisons: comparisons.into_iter().map(Into::into).collect(),
            target: target.map(Into::into),
            break_note,
            caveat,
            fact,
            label,
        }
    }
}

impl TryFrom<pb::Figure> for Figure {
    type Error = InvalidField;

    fn try_from(message: pb::Figure) -> Result<Self, InvalidField> {
        let pb::Figure {
            kind,
            value,
            per,
            unit,
            precision,
            from,
            until,
            counts,
            indicator,
            comparisons,
            target,
            break_note,
            caveat,
            fact,
            label,
        } = message;
        Ok(Self {
            kind: number::<pb::FigureKind, _>(kind, "kind")?,
            value,
            per,
            unit,
            precision: if precision == 0 {
                Precision::Exact
            } else {
                number::<pb::Precision, _>(precision, "precision")?
            },
            from,
            until,
            counts,
            indicator,
            comparisons: comparisons.into_iter().map(Into::into).collect(),
            target: target.map(Into::into),
            break_note,
            caveat,
            fact,
            label,
        })
    }
}

impl From<Comparison> for pb::Comparison {
    fn from(Comparison { value, year }: Comparison) -> Self {
        Self { value, year }
    }
}

impl From<pb::Comparison> for Comparison {
    fn from(pb::Comparison { value, year }: pb::Comparison) -> Self {
        Self { value, year }
    }
}

impl From<Reference> for pb::Reference {
    fn from(Reference { kind, as_written, target, url }: Reference) -> Self {
        Self { kind: pb::ReferenceKind::from(kind).into(), as_written, target, url }
    }
}

impl TryFrom<pb::Reference> for Reference {
    type Error = InvalidField;

    fn try_from(
        pb::Reference { kind, as_written, target, url }: pb::Reference,
    ) -> Result<Self, InvalidField> {
        Ok(Self { kind: number::<pb::ReferenceKind, _>(kind, "kind")?, as_written, target, url })
    }
}

impl From<Finding> for pb::Finding {
    fn from(Finding { severity, reason, field, message }: Finding) -> Self {
        Self { severity: pb::Severity::from(severity).into(), reason, field, message }
    }
}

impl TryFrom<pb::Finding> for Finding {
    type Error = InvalidField;

    fn try_from(
        pb::Finding { severity, reason, field, message }: pb::Finding,
    ) -> Result<Self, InvalidField> {
        Ok(Self {
            severity: number::<pb::Severity, _>(severity, "severity")?,
            reason,
            field,
            message,
        })
    }
}

impl From<Passage> for pb::Passage {
    fn from(Passage { id, language, text }: Passage) -> Self {
        Self { id, language, text }
    }
}

impl TryFrom<pb::Passage> for Passage {
    type Error = InvalidField;

    fn try_from(pb::Passage { id, language, text }: pb::Passage) -> Result<Self, InvalidField> {
        Ok(Self { id, language, text })
    }
}

impl From<Contribution> for pb::Contribution {
    fn from(contribution: Contribution) -> Self {
        let etag = contribution.etag();
        let Contribution {
            id,
            cycle,
            organisation,
            external_id,
            state,
            content,
            content_hash,
            version,
            passages,
            findings,
            create_time,
            update_time,
            autosave,
            rolled_forward,
            author,
            approved_version,
            state_time,
        } = contribution;
        Self {
            id: id.to_string(),
            cycle: cycle.to_string(),
            organisation: organisation.to_string(),
            external_id: external_id.map_or(String::new(), |id| id.to_string()),
            state: pb::ContributionState::from(state).into(),
            content: Some(content.into()),
            content_hash: content_hash.to_string(),
            version,
            etag,
            passages: passages.into_iter().map(Into::into).collect(),
            findings: findings.into_iter().map(Into::into).collect(),
            create_time: Some(timestamp(create_time)),
            update_time: Some(timestamp(update_time)),
            autosave,
            rolled_forward,
            author,
            approved_version,
            state_time: Some(timestamp(state_time)),
        }
    }
}

impl TryFrom<pb::Contribution> for Contribution {
    type Error = InvalidField;

    fn try_from(message: pb::Contribution) -> Result<Self, InvalidField> {
        let pb::Contribution {
            id,
            cycle,
            organisation,
            external_id,
            state,
            content,
            content_hash,
            version,
            etag: _,
            passages,
            findings,
            create_time,
            update_time,
            autosave,
            rolled_forward,
            author,
            approved_version,
            state_time,
        } = message;
        Ok(Self {
            id: id.parse().map_err(|_| InvalidField::new("id", "INVALID_ID", "is no UUID"))?,
            cycle: parse(&cycle, "cycle")?,
            organisation: parse(&organisation, "organisation")?,
            external_id: if external_id.is_empty() {
                None
            } else {
                Some(parse(&external_id, "external_id")?)
            },
            state: number::<pb::ContributionState, _>(state, "state")?,
            content: required(content, "content")?,
            content_hash: parse(&content_hash, "content_hash")?,
            version,
            passages: list(passages, "passages")?,
            findings: list(findings, "findings")?,
            create_time: create_time.as_ref().map(instant).unwrap_or_default(),
            update_time: update_time.as_ref().map(instant).unwrap_or_default(),
            autosave,
            rolled_forward,
            author,
            approved_version,
            state_time: state_time.as_ref().map(instant).unwrap_or_default(),
        })
    }
}
