//! What is rendered: one edition with all that it pins.
//!
//! Invariant: a report holds no random id and no clock reading that could reach a file.

use jiff::civil::Date;
use model::{
    ChangeNote, Completeness, Contribution, Cycle, EditionName, Exclusion, Framework, Hash,
    Override, ReviewPolicy, Slug,
};

/// An edition with everything that it pins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Name of the edition.
    pub edition: EditionName,
    /// Date printed in it.
    pub date: Date,
    /// Hash of the canonical manifest.
    pub manifest_hash: Hash,
    /// The framework at the version of the cycle.
    pub framework: Framework,
    /// The cycle.
    pub cycle: Cycle,
    /// Organisations in printed order.
    pub organisations: Vec<Reporter>,
    /// Organisations that the changes name and that do not report any more.
    pub former_organisations: Vec<Reporter>,
    /// Pinned contributions in printed order.
    pub contributions: Vec<Contribution>,
    /// Completeness; absent where nothing was assigned.
    pub completeness: Option<Completeness>,
    /// Policy of review that held.
    pub review: ReviewPolicy,
    /// Overrides of four eyes that it rests on.
    pub overrides: Vec<Override>,
    /// Contributions that the publisher left out.
    pub exclusions: Vec<Exclusion>,
    /// What differs from the edition before; absent for the first.
    pub change_note: Option<ChangeNote>,
}

/// An organisation under the name that is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reporter {
    /// Code of the organisation.
    pub code: Slug,
    /// Name as printed.
    pub name: String,
}
