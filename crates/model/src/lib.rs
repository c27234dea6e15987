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
mod framework;
mod ids;
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
    cycle::{Cycle, CycleState, GapPolicy, Period, ReviewPolicy},
    edition::{
        Artefact, ChangeNote, Completeness, Edition, EditionChange, EditionChangeKind,
        EditionState, Format, Job, JobState, Manifest, Pin, Withdrawal,
    },
    framework::{
        Abbreviation, Framework, Goal, GoalKind, Indicator, IndicatorLink, LinkKind, Measure,
        Organisation, OrganisationName, Pillar, PlanPeriod,
    },
    ids::{CycleName, EditionName, ExternalId, Hash, InvalidField, JobName, RequestId, Slug},
    obligation::{
        Asked, Assigned, Assignments, MatrixCell, Obligation, ObligationChange, ObligationMatrix,
        ObligationState, Record, Revision, assignments, matrix, obligations, place,
    },
    person::{Membership, Person},
    review::{
        Confirmation, Decided, Decision, DecisionKind, Override, Remark, RemarkAnswer,
        ReturnReason, Target,
    },
    text::{LocalizedText, is_blank},
};
