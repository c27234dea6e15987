//! Results of `contribution`.

use schemars::JsonSchema;
use serde::Serialize;

/// A contribution in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ContributionEntry {
    /// Code of the organisation.
    pub(crate) organisation: String,
    /// The sender's own id; empty where none was given.
    pub(crate) external_id: String,
    /// `draft`, `submitted`, `returned`, `approved` or `withdrawn`.
    pub(crate) state: String,
    /// Number of the revision.
    pub(crate) version: u64,
    /// Codes of the goals.
    pub(crate) goals: Vec<String>,
    /// Codes of the indicators.
    pub(crate) indicators: Vec<String>,
    /// Whether its text is that of the last cycle, and nobody has edited it since.
    pub(crate) rolled_forward: bool,
    /// When the revision was saved, RFC 3339.
    pub(crate) update_time: String,
}

/// Result of `contribution list`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ContributionList {
    /// By organisation, then by external id.
    pub(crate) contributions: Vec<ContributionEntry>,
}

/// Result of `contribution show`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ContributionShown {
    /// The contribution.
    #[serde(flatten)]
    pub(crate) entry: ContributionEntry,
    /// Id given by storage.
    pub(crate) id: String,
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// Tag to send with the next write.
    pub(crate) etag: String,
    /// SHA-256 of the content.
    pub(crate) content_hash: String,
    /// Opaque id of who saved the revision.
    pub(crate) author: String,
    /// The answer apart from its text.
    pub(crate) answer: String,
    /// Why its text was erased; absent unless it was.
    pub(crate) erased_reason: Option<String>,
    /// The revision that was approved last; 0 where none was.
    pub(crate) approved_version: u64,
    /// The narrative by language, the original first.
    pub(crate) narratives: Vec<NarrativeShown>,
    /// Passages of all narratives in reading order.
    pub(crate) passages: Vec<PassageEntry>,
    /// How many figures it has.
    pub(crate) figures: usize,
    /// How many references it has.
    pub(crate) references: usize,
}

/// A narrative in one language.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NarrativeShown {
    /// BCP 47 tag.
    pub(crate) language: String,
    /// Markdown, as written.
    pub(crate) markdown: String,
}

/// The smallest addressable piece of text.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PassageEntry {
    /// Its id.
    pub(crate) id: String,
    /// Language of its narrative.
    pub(crate) language: String,
    /// Its text without markup.
    pub(crate) text: String,
}

/// Result of `contribution history`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ContributionHistory {
    /// Id given by storage.
    pub(crate) id: String,
    /// Revisions, oldest first.
    pub(crate) revisions: Vec<RevisionShown>,
}

/// A revision in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RevisionShown {
    /// Its number.
    pub(crate) version: u64,
    /// `draft` or `submitted`.
    pub(crate) state: String,
    /// When it was saved, RFC 3339.
    pub(crate) time: String,
    /// Opaque id of who saved it.
    pub(crate) author: String,
    /// SHA-256 of its content.
    pub(crate) content_hash: String,
    /// Whether a program saved it while somebody was writing.
    pub(crate) autosave: bool,
    /// Earlier automatic saves of the same run that are left out.
    pub(crate) left_out: u32,
}

/// Result of `contribution compare`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RevisionsCompared {
    /// Revision before.
    pub(crate) from: u64,
    /// Revision after.
    pub(crate) to: u64,
    /// Parts that differ.
    pub(crate) differences: Vec<DifferenceShown>,
}

/// One part that differs.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DifferenceShown {
    /// Path of the field.
    pub(crate) field: String,
    /// Id of the passage; empty where the part is none.
    pub(crate) passage: String,
    /// `added`, `removed` or `changed`.
    pub(crate) kind: String,
    /// As it was.
    pub(crate) before: String,
    /// As it is.
    pub(crate) after: String,
    /// By word, where a text changed: `[-removed-]` and `{+added+}`.
    pub(crate) words: String,
}
