//! Contributions and their content.

use strum::EnumCount as _;
use uuid::Uuid;

use crate::{Cycle, CycleName, ExternalId, Framework, Hash, Instant, ObligationState, Slug};

/// What a contribution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContributionKind {
    /// An answer to goals and indicators.
    #[default]
    Answer,
    /// A remark on the organisation's whole report.
    GeneralRemark,
    /// A recorded open cell: owed and not answered.
    Unanswered,
    /// A tombstone: the text was erased, and the note says why.
    Erased,
}

/// The answer apart from its text. Each of them is an answer, never a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumCount)]
pub enum AnswerStatus {
    /// Answered in full.
    Reported,
    /// Answered in part.
    Partial,
    /// There was nothing to report.
    NothingToReport,
    /// What was asked for cannot be given.
    NotAvailable,
    /// The question does not apply to the organisation.
    NotApplicable,
    /// The organisation has no specific policy in this field.
    NoSpecificPolicy,
}

impl AnswerStatus {
    /// Every status with its name in files, queries and JSON.
    pub const NAMES: [(Self, &'static str); Self::COUNT] = [
        (Self::Reported, Self::Reported.name()),
        (Self::Partial, Self::Partial.name()),
        (Self::NothingToReport, Self::NothingToReport.name()),
        (Self::NotAvailable, Self::NotAvailable.name()),
        (Self::NotApplicable, Self::NotApplicable.name()),
        (Self::NoSpecificPolicy, Self::NoSpecificPolicy.name()),
    ];

    /// Its name in files, queries and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Partial => "partial",
            Self::NothingToReport => "nothing_to_report",
            Self::NotAvailable => "not_available",
            Self::NotApplicable => "not_applicable",
            Self::NoSpecificPolicy => "no_specific_policy",
        }
    }

    /// The status with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(status, _)| *status)
    }
}

impl Content {
    /// The narrative in the language that it was written in; empty where there is none.
    pub fn original(&self) -> &str {
        self.narratives.first().map_or("", |narrative| &narrative.markdown)
    }

    /// Why nothing is reported, where nothing is: its text, or else its note.
    pub fn reason(&self) -> &str {
        let text = self.original().trim();
        if text.is_empty() { self.note.trim() } else { text }
    }

    /// Whether a framework has every goal and indicator that it names.
    pub fn is_within(&self, framework: &Framework) -> bool {
        self.goals.iter().all(|code| framework.goal(code).is_some())
            && self.indicators.iter().all(|code| framework.indicator(code).is_some())
    }
}

impl AnswerStatus {
    /// Whether it reports something, in full or in part.
    pub fn reports(self) -> bool {
        match self {
            Self::Reported | Self::Partial => true,
            Self::NothingToReport
            | Self::NotAvailable
            | Self::NotApplicable
            | Self::NoSpecificPolicy => false,
        }
    }

    /// The state of an obligation that it answers, where that is a state of its own; other answers stand as they were
    /// submitted and approved.
    pub fn nil_state(self) -> Option<ObligationState> {
        match self {
            Self::NothingToReport => Some(ObligationState::NothingToReport),
            Self::NotApplicable => Some(ObligationState::NotApplicable),
            Self::Reported | Self::Partial | Self::NotAvailable | Self::NoSpecificPolicy => None,
        }
    }
}

/// The content of a contribution. Codes and numbers are kept as written, since a draft may hold anything;
/// [`crate::check::content`] says what is wrong with them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    /// Answer, remark or open cell.
    pub kind: ContributionKind,
    /// Codes of the goals answered.
    pub goals: Vec<String>,
    /// Codes of the indicators answered.
    pub indicators: Vec<String>,
    /// The answer apart from its text.
    pub answer: Option<AnswerStatus>,
    /// The narrative, one text per language; the first is the original.
    pub narratives: Vec<Narrative>,
    /// Figures in the order given.
    pub figures: Vec<Figure>,
    /// References in the order given.
    pub references: Vec<Reference>,
    /// Heading under which it is placed within its goal.
    pub section: String,
    /// Pages of the source document.
    pub source_pages: Vec<u32>,
    /// Note to the record; not narrative.
    pub note: String,
    /// Codes of the organisations that report it together with its own.
    pub partners: Vec<String>,
}

/// A narrative text in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrative {
    /// BCP 47 tag.
    pub language: String,
    /// CommonMark without raw HTML, as written.
    pub markdown: String,
}

/// What a figure measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FigureKind {
    /// An amount of money.
    Amount,
    /// A number of things.
    #[default]
    Count,
    /// A share in percent.
    Percentage,
    /// A ratio of two numbers.
    Ratio,
}

/// How exact a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// As counted.
    #[default]
    Exact,
    /// About this much.
    About,
    /// This much or less.
    AtMost,
    /// This much or more.
    AtLeast,
}

/// A number with a meaning.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figure {
    /// What it measures.
    pub kind: FigureKind,
    /// Plain decimal; the first part of a ratio.
    pub value: String,
    /// The second part of a ratio; empty otherwise.
    pub per: String,
    /// ISO 4217 currency of an amount, or the unit of a count.
    pub unit: String,
    /// How exact it is.
    pub precision: Precision,
    /// First day it holds for, ISO 8601; empty: the cycle's.
    pub from: String,
    /// Last day it holds for, ISO 8601; empty: the cycle's.
    pub until: String,
    /// What it counts, in words.
    pub counts: String,
    /// Code of the indicator it answers; empty where none.
    pub indicator: String,
    /// Earlier values of the same series, oldest first.
    pub comparisons: Vec<Comparison>,
    /// Target.
    pub target: Option<Comparison>,
    /// Why the series breaks here; empty where it does not.
    pub break_note: String,
    /// Caveat to be printed with it.
    pub caveat: String,
    /// Key of the fact, the same wherever that fact is stated again.
    pub fact: String,
    /// Words that introduce it in tables.
    pub label: String,
}

/// A value in another year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Plain decimal.
    pub value: String,
    /// Calendar year.
    pub year: i32,
}

/// What a reference points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceKind {
    /// Another contribution.
    Contribution,
    /// A paper of parliament.
    ParliamentaryPaper,
    /// An article of law or of a treaty.
    Law,
    /// A document by title.
    Document,
    /// A page on the web.
    Web,
}

/// A reference as written and what it points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What it points to.
    pub kind: ReferenceKind,
    /// As written in the text.
    pub as_written: String,
    /// Identifier of the target; empty where it dangles.
    pub target: String,
    /// Address; empty where there is none.
    pub url: String,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Refused on submission.
    Blocker,
    /// Taken, and worth a look.
    Warning,
    /// Good to know.
    Info,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// Stable name in upper snake case.
    pub reason: String,
    /// Path of the field, such as `content.indicators[0]`.
    pub field: String,
    /// In words.
    pub message: String,
}

/// The smallest addressable piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Id that no edit elsewhere changes.
    pub id: String,
    /// Language of the narrative it belongs to.
    pub language: String,
    /// Its text without markup.
    pub text: String,
}

/// State of a contribution's revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumCount)]
pub enum ContributionState {
    /// Saved, not handed in.
    Draft,
    /// Handed in.
    Submitted,
    /// Returned by a reviewer, and not changed since.
    Returned,
    /// Approved by a reviewer, and not changed since.
    Approved,
    /// Withdrawn: a tombstone.
    Withdrawn,
}

impl ContributionState {
    /// Every state with its name in commands and JSON.
    pub const NAMES: [(Self, &'static str); Self::COUNT] = [
        (Self::Draft, Self::Draft.name()),
        (Self::Submitted, Self::Submitted.name()),
        (Self::Returned, Self::Returned.name()),
        (Self::Approved, Self::Approved.name()),
        (Self::Withdrawn, Self::Withdrawn.name()),
    ];

    /// Its name in commands and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }
}

/// A contribution at one of its revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// Id given by storage.
    pub id: Uuid,
    /// The cycle.
    pub cycle: CycleName,
    /// The organisation; of a joint contribution the one that leads.
    pub organisation: Slug,
    /// The sender's own id.
    pub external_id: Option<ExternalId>,
    /// State at this revision.
    pub state: ContributionState,
    /// What it says.
    pub content: Content,
    /// Hash of the content.
    pub content_hash: Hash,
    /// Number of the revision, counted from 1.
    pub version: u64,
    /// Passages of all narratives in reading order.
    pub passages: Vec<Passage>,
    /// What the checks found.
    pub findings: Vec<Finding>,
    /// When it was first saved.
    pub create_time: Instant,
    /// When this revision was saved.
    pub update_time: Instant,
    /// Whether a program saved this revision while somebody was writing.
    pub autosave: bool,
    /// Whether its text was taken over from the cycle before and has not been edited since, whatever became of its figures.
    pub rolled_forward: bool,
    /// Opaque id of whoever saved this revision.
    pub author: String,
    /// The last revision that was approved; 0 where none was.
    pub approved_version: u64,
    /// When the state last changed.
    pub state_time: Instant,
}

impl Contribution {
    /// Empties it for good: only the reason is left of what it said. The hash goes on naming what was there, since
    /// manifests of editions were made of it.
    #[must_use]
    pub fn erased(self, reason: &str) -> Self {
        let content = Content {
            kind: ContributionKind::Erased,
            note: reason.to_owned(),
            ..Content::default()
        };
        Self { content, passages: Vec::new(), findings: Vec::new(), ..self }
    }

    /// Whether several organisations report it together.
    pub fn is_joint(&self) -> bool {
        !self.content.partners.is_empty()
    }

    /// The organisations that report it, each once and the one that leads first. What is no code, which a draft may hold, is
    /// left out.
    pub fn organisations(&self) -> Vec<Slug> {
        let mut found = vec![self.organisation.clone()];
        for partner in self.content.partners.iter().filter_map(|code| code.parse::<Slug>().ok()) {
            if !found.contains(&partner) {
                found.push(partner);
            }
        }
        found
    }

    /// The organisations that report it in the cycle, whose approval it takes: the one that leads, and those of its partners that
    /// report there.
    pub fn reporters(&self, cycle: &Cycle) -> Vec<Slug> {
        let mut found = self.organisations();
        found.retain(|code| *code == self.organisation || cycle.organisations.contains(code));
        found
    }

    /// Whether it is a text of an earlier cycle that nobody touched: rolling forward makes the first revision.
    pub fn is_untouched(&self) -> bool {
        self.rolled_forward && self.version == 1
    }

    /// Whether its text is one of an earlier cycle, and still is with another content: the words of the original are the same,
    /// whatever became of figures, translations and the rest. What has no text is judged as a whole.
    pub fn is_unedited_by(&self, content: &Content, content_hash: Hash) -> bool {
        let (before, now) = (self.content.original(), content.original());
        let is_same_text =
            !crate::is_blank(before) && before.split_whitespace().eq(now.split_whitespace());
        self.rolled_forward && (is_same_text || self.content_hash == content_hash)
    }

    /// Whether only a tombstone is left.
    pub fn is_erased(&self) -> bool {
        self.content.kind == ContributionKind::Erased
    }

    /// Tag that guards the next write: it changes with every revision.
    pub fn etag(&self) -> String {
        format!("{}-{}", self.version, &self.content_hash.to_string()[..16])
    }

    /// Its public address within the cycle: the external id, else the start of the content hash.
    pub fn public_id(&self) -> String {
        self.external_id
            .as_ref()
            .map_or_else(|| self.content_hash.to_string()[..16].to_owned(), ToString::to_string)
    }

    /// Its name within the cycle, as messages and commands have it: organisation and public id, such as `bz/bz-3-3`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.organisation, self.public_id())
    }
}
