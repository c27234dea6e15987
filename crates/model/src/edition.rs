//! Editions and the files rendered from them.

use jiff::civil::Date;
use strum::EnumCount as _;

use crate::{
    CycleName, EditionName, ExternalId, GapPolicy, Hash, Instant, JobName, Obligation,
    ObligationMatrix, Override, ReviewPolicy, Slug,
};

/// State of an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditionState {
    /// Pinned; its files are being rendered.
    Rendering,
    /// Public.
    Published,
    /// A file could not be rendered.
    Failed,
    /// Withdrawn: a tombstone.
    Withdrawn,
}

/// Form of a rendered file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumCount)]
pub enum Format {
    /// PDF/A-2a and PDF/UA-1 in one file.
    Pdf,
    /// One accessible HTML page.
    Html,
    /// The whole edition as data.
    Json,
    /// Its tables as CSV files in a zip, described as a Frictionless data package.
    Csv,
    /// Its tables as sheets of a workbook.
    Xlsx,
    /// One text in Markdown.
    Markdown,
    /// A WordprocessingML document.
    Docx,
    /// A book after EPUB 3.3.
    Epub,
    /// An OpenDocument text.
    Odt,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Pdf,
        Self::Html,
        Self::Json,
        Self::Csv,
        Self::Xlsx,
        Self::Markdown,
        Self::Docx,
        Self::Epub,
        Self::Odt,
    ];

    /// What is made where nobody asks for others.
    pub const DEFAULT: [Self; 3] = [Self::Pdf, Self::Html, Self::Json];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Markdown => "md",
            Self::Docx => "docx",
            Self::Epub => "epub",
            Self::Odt => "odt",
        }
    }

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv.zip",
            Self::Pdf
            | Self::Html
            | Self::Json
            | Self::Xlsx
            | Self::Markdown
            | Self::Docx
            | Self::Epub
            | Self::Odt => self.name(),
        }
    }

    /// The format with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Html => "text/html; charset=utf-8",
            Self::Json => "application/json",
            Self::Csv => "application/zip",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Epub => "application/epub+zip",
            Self::Odt => "application/vnd.oasis.opendocument.text",
        }
    }
}

/// An immutable publication of a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Name, made from cycle and number.
    pub name: EditionName,
    /// Date printed in it.
    pub date: Date,
    /// Where it stands.
    pub state: EditionState,
    /// Hash of the canonical manifest.
    pub manifest_hash: Hash,
    /// How many contributions it pins.
    pub contribution_count: u32,
    /// One job per file.
    pub jobs: Vec<Job>,
    /// Files rendered so far.
    pub artefacts: Vec<Artefact>,
    /// When it was pinned.
    pub create_time: Instant,
    /// When it became public.
    pub publish_time: Option<Instant>,
    /// Why and when it was withdrawn; absent unless it was.
    pub withdrawal: Option<Withdrawal>,
    /// Completeness and timeliness when it was pinned, in the form for readers; absent where nothing was assigned.
    pub completeness: Option<Completeness>,
    /// Policy of gaps that held.
    pub gaps: GapPolicy,
    /// Policy of review that held.
    pub review: ReviewPolicy,
    /// Overrides of four eyes that it rests on, in the form for readers.
    pub overrides: Vec<Override>,
    /// Contributions that the publisher left out, each with the reason that is printed.
    pub exclusions: Vec<Exclusion>,
    /// What differs from the edition before; absent for the first.
    pub change_note: Option<ChangeNote>,
    /// Number of the last change of its cycle when it was pinned; 0: the cycle was as it was opened.
    pub cycle_change: u32,
    /// Root of the tree over its contributions; absent in one of an earlier release.
    pub content_root: Option<Hash>,
}

/// A contribution that the publisher leaves out of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// Whose contribution it is.
    pub organisation: Slug,
    /// The contribution's public id.
    pub contribution: String,
    /// Why; public.
    pub reason: String,
}

/// What differs between an edition and the one that stood when it was pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeNote {
    /// The edition compared with.
    pub since: EditionName,
    /// The differences: contributions in printed order, those that are gone, then the rest.
    pub changes: Vec<EditionChange>,
}

impl ChangeNote {
    /// Returns the form for readers, without persons.
    #[must_use]
    pub fn for_readers(self) -> Self {
        let nameless = |change| EditionChange { actor: String::new(), ..change };
        Self { changes: self.changes.into_iter().map(nameless).collect(), ..self }
    }
}

/// How something differs between two editions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EditionChangeKind {
    /// A contribution is new.
    Added,
    /// A contribution says something else.
    Changed,
    /// A contribution is in it no longer: it was withdrawn or erased.
    Withdrawn,
    /// A contribution is in it no longer: it was returned, and is not handed in again.
    Returned,
    /// A contribution is in it no longer: its organisation does not report any more.
    NotReporting,
    /// An override of four eyes was confirmed.
    OverrideConfirmed,
    /// It rests on other overrides.
    Overrides,
    /// What is owed, answered, in time or accepted as open.
    Completeness,
    /// Names of organisations.
    Names,
    /// A contribution is left out by the publisher, or for another reason than before.
    LeftOut,
    /// Who reports, on which version of the framework, or under which policies.
    Cycle,
}

/// One difference between two editions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionChange {
    /// How it differs.
    pub kind: EditionChangeKind,
    /// Whose contribution it is; absent where it is about none.
    pub organisation: Option<Slug>,
    /// The contribution's public id; empty where it is about none.
    pub contribution: String,
    /// Opaque id of who did it; empty for readers, and where it is nobody in particular.
    pub actor: String,
}

impl Edition {
    /// Returns what readers may see of it: neither why a file failed nor who changed what. A withdrawn one shows why it was withdrawn, and none of
    /// the reasons that it printed.
    #[must_use]
    pub fn for_readers(self) -> Self {
        let jobs = self.jobs.into_iter().map(|job| Job { error: String::new(), ..job }).collect();
        if self.withdrawal.is_some() {
            return Self {
                jobs,
                completeness: None,
                overrides: Vec::new(),
                exclusions: Vec::new(),
                change_note: None,
                ..self
            };
        }
        let overrides = self.overrides.into_iter().map(Override::for_readers).collect();
        let change_note = self.change_note.map(ChangeNote::for_readers);
        Self { jobs, overrides, change_note, ..self }
    }
}

/// Why and when an edition was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Why; public.
    pub reason: String,
    /// When.
    pub time: Instant,
}

/// How complete a cycle was when its edition was pinned. A draft counts as open: an edition shows no drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completeness {
    /// Organisation by goal.
    pub matrix: ObligationMatrix,
    /// Gaps that the coordinator accepted, with the reasons.
    pub accepted_gaps: Vec<Obligation>,
    /// Gaps that nobody accepted.
    pub open_gaps: Vec<Obligation>,
}

/// State of a rendering job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Waits for a worker.
    Queued,
    /// Leased by a worker.
    Running,
    /// Its file is stored.
    Done,
    /// Failed for good.
    Failed,
}

/// The rendering of one file of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Name, made from edition, format and language.
    pub name: JobName,
    /// Form of the file.
    pub format: Format,
    /// Language of the fixed texts.
    pub language: String,
    /// Where it stands.
    pub state: JobState,
    /// Number of the lease; grows with each lease (fencing: Kleppmann, How to do distributed locking, 2016).
    pub lease: u64,
    /// Why it failed.
    pub error: String,
}

/// One rendered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// The edition.
    pub edition: EditionName,
    /// Form of the file.
    pub format: Format,
    /// Language of the fixed texts.
    pub language: String,
    /// Hash of the bytes.
    pub sha256: Hash,
    /// Size in bytes.
    pub size: u64,
    /// Name for a download.
    pub file_name: String,
    /// Renderer and template that made it.
    pub rendered_with: String,
}

/// What an edition pins: all that decides its content. Its canonical form is hashed ([`crate::canonical::manifest`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The cycle.
    pub cycle: CycleName,
    /// Number of the edition.
    pub number: u32,
    /// Date printed in it.
    pub date: Date,
    /// Version of the framework.
    pub framework_version: u32,
    /// Hash of the framework's content.
    pub framework_hash: Hash,
    /// Organisations in printed order, each with the name that is printed.
    pub organisations: Vec<(Slug, String)>,
    /// Pinned contributions in printed order.
    pub pins: Vec<Pin>,
    /// Completeness; absent where nothing was assigned.
    pub completeness: Option<Completeness>,
    /// Policy of review.
    pub review: ReviewPolicy,
    /// Overrides of four eyes that it rests on.
    pub overrides: Vec<Override>,
    /// Contributions that are left out.
    pub exclusions: Vec<Exclusion>,
}

/// A contribution pinned at a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The organisation.
    pub organisation: Slug,
    /// The sender's own id.
    pub external_id: Option<ExternalId>,
    /// Hash of the content.
    pub content_hash: Hash,
}
