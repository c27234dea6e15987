//! Which keys each part of a file may and must have, and the words that stand for a choice.
//!
//! Invariant: the readers take no other keys or words, and the JSON Schemas name the same ones.

use model::{AnswerStatus, FigureKind, GoalKind, LinkKind, Measure, Precision, ReferenceKind};

/// The keys of a part.
#[derive(Debug)]
pub(crate) struct Shape {
    /// What the part is, as in the JSON Schema's `$defs`.
    pub(crate) name: &'static str,
    /// Keys that must be there.
    pub(crate) required: &'static [&'static str],
    /// Keys that may be there.
    pub(crate) optional: &'static [&'static str],
}

const fn shape(
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> Shape {
    Shape { name, required, optional }
}

pub(crate) const FRAMEWORK: Shape = shape(
    "framework",
    &["code", "title", "language", "period", "organisations", "pillars", "goals"],
    &["abbreviations", "links"],
);
pub(crate) const PLAN_PERIOD: Shape = shape("plan_period", &["from", "until"], &["extended_until"]);
pub(crate) const ORGANISATION: Shape =
    shape("organisation", &["code"], &["name", "names", "kind", "oin", "tooi"]);
pub(crate) const ORGANISATION_NAME: Shape =
    shape("organisation_name", &["name"], &["from", "until"]);
pub(crate) const PILLAR: Shape = shape("pillar", &["code", "name"], &[]);
pub(crate) const GOAL: Shape =
    shape("goal", &["code", "pillar", "statement"], &["id", "kind", "parent", "indicators"]);
pub(crate) const INDICATOR: Shape = shape(
    "indicator",
    &["code", "measure", "statement"],
    &["id", "items", "sub_prompts", "optional", "target"],
);
pub(crate) const ABBREVIATION: Shape = shape("abbreviation", &["short", "long"], &[]);
pub(crate) const LINK: Shape = shape("link", &["kind", "from"], &["to"]);

pub(crate) const SUBMISSION: Shape = shape(
    "submission",
    &["framework", "period", "language"],
    &["cycle", "source", "contributions", "unanswered", "remarks"],
);
pub(crate) const PERIOD: Shape = shape("period", &["from", "until"], &[]);
pub(crate) const CONTRIBUTION: Shape = shape(
    "contribution",
    &["id", "organisation"],
    &[
        "partners",
        "goals",
        "indicators",
        "answer",
        "section",
        "pages",
        "text",
        "note",
        "figures",
        "references",
        "draft",
    ],
);
pub(crate) const UNANSWERED: Shape =
    shape("unanswered", &["organisation", "goals"], &["id", "indicators", "note", "draft"]);
pub(crate) const REMARK: Shape = shape(
    "remark",
    &["id", "organisation", "text"],
    &["partners", "answer", "section", "pages", "note", "references", "draft"],
);
pub(crate) const FIGURE: Shape = shape(
    "figure",
    &["kind", "value"],
    &[
        "per",
        "unit",
        "precision",
        "from",
        "until",
        "label",
        "counts",
        "indicator",
        "comparisons",
        "target",
        "break_note",
        "caveat",
        "fact",
    ],
);
pub(crate) const COMPARISON: Shape = shape("comparison", &["value", "year"], &[]);
pub(crate) const REFERENCE: Shape = shape("reference", &["kind", "as_written"], &["target", "url"]);

pub(crate) const OBLIGATIONS: Shape = shape("obligations", &["obligations"], &["framework"]);
pub(crate) const OBLIGATION: Shape =
    shape("obligation", &["organisation", "goal"], &["indicators", "optional"]);

/// Words and what they stand for.
pub(crate) type Words<T> = [(T, &'static str)];

pub(crate) const GOAL_KINDS: &Words<GoalKind> =
    &[(GoalKind::StrategicGoal, "strategic_goal"), (GoalKind::Subgoal, "subgoal")];
pub(crate) const MEASURES: &Words<Measure> = &[
    (Measure::Count, "count"),
    (Measure::Percentage, "percentage"),
    (Measure::CountAndPercentage, "count_and_percentage"),
    (Measure::Amount, "amount"),
    (Measure::Examples, "examples"),
    (Measure::Statement, "statement"),
    (Measure::Ratio, "ratio"),
];
pub(crate) const LINK_KINDS: &Words<LinkKind> = &[
    (LinkKind::Same, "same"),
    (LinkKind::Split, "split"),
    (LinkKind::Merged, "merged"),
    (LinkKind::Broadened, "broadened"),
    (LinkKind::Ended, "ended"),
];
pub(crate) const ANSWERS: &Words<AnswerStatus> = &AnswerStatus::NAMES;
pub(crate) const FIGURE_KINDS: &Words<FigureKind> = &[
    (FigureKind::Amount, "amount"),
    (FigureKind::Count, "count"),
    (FigureKind::Percentage, "percentage"),
    (FigureKind::Ratio, "ratio"),
];
pub(crate) const PRECISIONS: &Words<Precision> = &[
    (Precision::Exact, "exact"),
    (Precision::About, "about"),
    (Precision::AtMost, "at_most"),
    (Precision::AtLeast, "at_least"),
];
pub(crate) const REFERENCE_KINDS: &Words<ReferenceKind> = &[
    (ReferenceKind::Contribution, "contribution"),
    (ReferenceKind::ParliamentaryPaper, "parliamentary_paper"),
    (ReferenceKind::Law, "law"),
    (ReferenceKind::Document, "document"),
    (ReferenceKind::Web, "web"),
];
