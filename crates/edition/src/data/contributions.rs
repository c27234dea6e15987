//! Contributions as data.

use serde::{Deserialize, Serialize};

/// A contribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Contribution {
    pub id: String,
    pub external_id: Option<String>,
    pub address: String,
    /// Of a joint contribution the one that leads.
    pub organisation: String,
    /// The organisations that report it together with that one; not given where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partners: Vec<String>,
    pub kind: Kind,
    pub goals: Vec<String>,
    pub indicators: Vec<String>,
    #[schemars(with = "Option<String>")]
    pub answer: Option<Answer>,
    /// Why nothing is reported, where no text says so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    pub section: String,
    pub texts: Vec<Narrative>,
    pub passages: Vec<Passage>,
    pub figures: Vec<Figure>,
    pub references: Vec<Reference>,
    pub source_pages: Vec<u32>,
    pub content_hash: String,
}

/// What a contribution is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Answer,
    GeneralRemark,
    Unanswered,
    // Of a later version.
    #[serde(other)]
    #[schemars(skip)]
    Other,
}

/// The answer apart from its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Reported,
    Partial,
    NothingToReport,
    NotAvailable,
    NotApplicable,
    NoSpecificPolicy,
    /// Of a later version, under its name.
    #[serde(untagged)]
    Other(String),
}

/// A narrative, Markdown as written; the first one is the original.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Narrative {
    pub language: String,
    pub markdown: String,
}

/// The smallest addressable piece of text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Passage {
    pub id: String,
    pub language: String,
    pub text: String,
}

/// A number with a meaning; values are plain decimals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Figure {
    pub kind: FigureKind,
    pub label: String,
    pub value: String,
    pub per: String,
    pub unit: String,
    pub precision: Precision,
    pub from: String,
    pub until: String,
    pub counts: String,
    pub indicator: String,
    pub comparisons: Vec<Comparison>,
    pub target: Option<Comparison>,
    pub break_note: String,
    pub caveat: String,
    pub fact: String,
}

/// What a figure measures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureKind {
    Amount,
    Count,
    Percentage,
    Ratio,
    // Of a later version.
    #[serde(other)]
    #[schemars(skip)]
    Other,
}

/// How exact a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    Exact,
    About,
    AtMost,
    AtLeast,
    // Of a later version.
    #[serde(other)]
    #[schemars(skip)]
    Other,
}

/// A value in another year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Comparison {
    pub value: String,
    pub year: i32,
}

/// A reference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Reference {
    pub kind: ReferenceKind,
    pub as_written: String,
    pub target: String,
    pub url: String,
}

/// What a reference points to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReferenceKind {
    Contribution,
    ParliamentaryPaper,
    Law,
    Document,
    Web,
    // Of a later version.
    #[serde(other)]
    #[schemars(skip)]
    Other,
}

impl From<&model::Contribution> for Contribution {
    fn from(contribution: &model::Contribution) -> Self {
        // Random ids, versions, findings and times stay with the record.
        let model::Contribution {
            id: _,
            cycle,
            organisation,
            external_id,
            state: _,
            content,
            content_hash,
            version: _,
            passages,
            findings: _,
            create_time: _,
            update_time: _,
            autosave: _,
            rolled_forward: _,
            author: _,
            approved_version: _,
            state_time: _,
        } = contribution;
        // A note is for the record, not for readers, but where it is all that is said.
        let is_reason = content.answer.is_some_and(|answer| !answer.reports())
            && content.narratives.iter().all(|text| model::is_blank(&text.markdown));
        let model::Content {
            kind,
            goals,
            indicators,
            answer,
            narratives,
            figures,
            references,
            section,
            source_pages,
            note: _,
            partners,
        } = content;
        let public_id = contribution.public_id();
        Self {
            external_id: external_id.as_ref().map(ToString::to_string),
            address: format!("{cycle}/{organisation}/{public_id}"),
            id: public_id,
            organisation: organisation.to_string(),
            partners: partners.clone(),
            kind: (*kind).into(),
            goals: goals.clone(),
            indicators: indicators.clone(),
            answer: answer.map(Into::into),
            reason: if is_reason { content.reason().to_owned() } else { String::new() },
            section: section.clone(),
            texts: narratives.iter().map(Into::into).collect(),
            passages: passages.iter().map(Into::into).collect(),
            figures: figures.iter().map(Into::into).collect(),
            references: references.iter().map(Into::into).collect(),
            source_pages: source_pages.clone(),
            content_hash: content_hash.to_string(),
        }
    }
}

impl From<model::ContributionKind> for Kind {
    fn from(kind: model::ContributionKind) -> Self {
        match kind {
            model::ContributionKind::Answer => Self::Answer,
            model::ContributionKind::GeneralRemark => Self::GeneralRemark,
            // A tombstone is never pinned; had it been, there would be as little to print.
            model::ContributionKind::Unanswered | model::ContributionKind::Erased => {
                Self::Unanswered
            }
        }
    }
}

impl From<model::AnswerStatus> for Answer {
    fn from(answer: model::AnswerStatus) -> Self {
        match answer {
            model::AnswerStatus::Reported => Self::Reported,
            model::AnswerStatus::Partial => Self::Partial,
            model::AnswerStatus::NothingToReport => Self::NothingToReport,
            model::AnswerStatus::NotAvailable => Self::NotAvailable,
            model::AnswerStatus::NotApplicable => Self::NotApplicable,
            model::AnswerStatus::NoSpecificPolicy => Self::NoSpecificPolicy,
        }
    }
}

impl From<&model::Narrative> for Narrative {
    fn from(model::Narrative { language, markdown }: &model::Narrative) -> Self {
        Self { language: language.clone(), markdown: markdown.clone() }
    }
}

impl From<&model::Passage> for Passage {
    fn from(model::Passage { id, language, text }: &model::Passage) -> Self {
        Self { id: id.clone(), language: language.clone(), text: text.clone() }
    }
}

impl From<&model::Figure> for Figure {
    fn from(figure: &model::Figure) -> Self {
        let model::Figure {
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
            kind: (*kind).into(),
            label: label.clone(),
            value: value.clone(),
            per: per.clone(),
            unit: unit.clone(),
            precision: (*precision).into(),
            from: from.clone(),
            until: until.clone(),
            counts: counts.clone(),
            indicator: indicator.clone(),
            comparisons: comparisons.iter().map(Into::into).collect(),
            target: target.as_ref().map(Into::into),
            break_note: break_note.clone(),
            caveat: caveat.clone(),
            fact: fact.clone(),
        }
    }
}

impl From<model::FigureKind> for FigureKind {
    fn from(kind: model::FigureKind) -> Self {
        match kind {
            model::FigureKind::Amount => Self::Amount,
            model::FigureKind::Count => Self::Count,
            model::FigureKind::Percentage => Self::Percentage,
            model::FigureKind::Ratio => Self::Ratio,
        }
    }
}

impl From<model::Precision> for Precision {
    fn from(precision: model::Precision) -> Self {
        match precision {
            model::Precision::Exact => Self::Exact,
            model::Precision::About => Self::About,
            model::Precision::AtMost => Self::AtMost,
            model::Precision::AtLeast => Self::AtLeast,
        }
    }
}

impl From<&model::Comparison> for Comparison {
    fn from(model::Comparison { value, year }: &model::Comparison) -> Self {
        Self { value: value.clone(), year: *year }
    }
}

impl From<&model::Reference> for Reference {
    fn from(model::Reference { kind, as_written, target, url }: &model::Reference) -> Self {
        Self {
            kind: match kind {
                model::ReferenceKind::Contribution => ReferenceKind::Contribution,
                model::ReferenceKind::ParliamentaryPaper => ReferenceKind::ParliamentaryPaper,
                model::ReferenceKind::Law => ReferenceKind::Law,
                model::ReferenceKind::Document => ReferenceKind::Document,
                model::ReferenceKind::Web => ReferenceKind::Web,
            },
            as_written: as_written.clone(),
            target: target.clone(),
            url: url.clone(),
        }
    }
}
