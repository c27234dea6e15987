//! Domain types and rules of national action plan reporting.
//!
//! Owns the vocabulary: every other crate speaks in these words.
//! Invariant: pure. Nothing here reads a clock, a file or the network, and nothing here can be serialised;
//! wire, SQL and file formats have types of their own.

mod access;
pub mod canonical;
pub mod check;
mod clock;
mod contribution;
mod cycle;
mod edition;
pub mod fields;
mod framework;
mod ids;
mod merkle;
mod notice;
mod obligation;
mod person;
pub mod reminder;
pub mod review;
mod text;

pub use crate::{
    access::{Grant, Role},
    clock::{Clock, IdSource, Instant, date},
    contribution::{
        AnswerStatus, Comparison, Content, Contribution, ContributionKind, ContributionState,
        Figure, FigureKind, Finding, Narrative, Passage, Precision, Reference, ReferenceKind,
        Severity,
    },
    cycle::{
        Cycle, CycleChange, CycleState, GapPolicy, MadeCycleChange, NewDate, Period, ReviewPolicy,
    },
    edition::{
        Artefact, ChangeNote, Completeness, Edition, EditionChange, EditionChangeKind,
        EditionState, Exclusion, Format, Job, JobState, Manifest, Pin, Withdrawal,
    },
    framework::{
        Abbreviation, Framework, Goal, GoalKind, Indicator, IndicatorLink, LinkKind, Measure,
        Organisation, OrganisationName, Pillar, PlanPeriod, Relative, goal_code, relatives,
        successors,
    },
    ids::{
        CycleName, EditionName, ExternalId, Hash, InvalidField, JobName, RequestId, Slug,
        is_language_tag,
    },
    merkle::{content_root, merkle_leaf, merkle_root},
    notice::{NoticeChoice, NoticeKind},
    obligation::{
        Asked, Assigned, Assignments, MatrixCell, Obligation, ObligationChange, ObligationMatrix,
        ObligationState, Record, Revision, assignments, matrix, obligations, place,
    },
    person::{Membership, Person},
    review::{
        ApprovalState, Confirmation, Decided, Decision, DecisionKind, Override, Remark,
        RemarkAnswer, Reporter, ReturnReason, Target,
    },
    text::{LocalizedText, is_blank, shown_language},
};
