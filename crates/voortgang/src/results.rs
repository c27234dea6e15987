//! The JSON form of every command's result. The schemas in `deploy/schemas/cli` are derived from these types.

mod access;
mod audit;
mod contribution;
mod obligations;
mod people;
mod reminders;
mod review;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use crate::results::{
    access::{CallerShown, GrantShown, Revoked, TokenShown},
    audit::{AuditEntryShown, AuditExported, AuditFinding, AuditKey, AuditList, AuditVerified},
    contribution::{
        ContributionEntry, ContributionHistory, ContributionList, ContributionShown,
        DifferenceShown, NarrativeShown, PassageEntry, RevisionShown, RevisionsCompared,
    },
    obligations::{
        CellShown, DeadlineSet, MatrixShown, ObligationList, ObligationRemoved, ObligationShown,
        ObligationsAssigned, RolledForward,
    },
    people::{ContributionErased, EditionWithdrawn, MembershipShown, PeopleList, PersonShown},
    reminders::{ReminderList, ReminderShown},
    review::{
        ApprovalCompared, Decided, DecisionList, DecisionShown, OverrideList, OverrideShown,
        RemarkAnswerShown, RemarkList, RemarkShown,
    },
};

/// Result of `framework add`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FrameworkAdded {
    /// Code of the framework.
    pub(crate) framework: String,
    /// The version that holds the content.
    pub(crate) version: u32,
    /// Whether it is new.
    pub(crate) created: bool,
    /// SHA-256 of the content.
    pub(crate) content_hash: String,
}

/// A framework in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FrameworkEntry {
    /// Code.
    pub(crate) code: String,
    /// Latest version.
    pub(crate) version: u32,
    /// Title by language.
    pub(crate) title: BTreeMap<String, String>,
    /// How many goals it has.
    pub(crate) goals: usize,
    /// How many indicators it has.
    pub(crate) indicators: usize,
}

/// Result of `framework list`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FrameworkList {
    /// Frameworks by code.
    pub(crate) frameworks: Vec<FrameworkEntry>,
}

/// Result of `framework show`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FrameworkShown {
    /// The framework.
    #[serde(flatten)]
    pub(crate) entry: FrameworkEntry,
    /// SHA-256 of the content.
    pub(crate) content_hash: String,
    /// Organisations that it introduces, by code.
    pub(crate) organisations: Vec<String>,
    /// Its goals.
    pub(crate) goal_list: Vec<GoalShown>,
}

/// A goal of a framework.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GoalShown {
    /// Printed code.
    pub(crate) code: String,
    /// Code of the parent goal.
    pub(crate) parent: Option<String>,
    /// Code of the pillar.
    pub(crate) pillar: String,
    /// The goal in words, by language.
    pub(crate) statement: BTreeMap<String, String>,
    /// Codes of its indicators.
    pub(crate) indicators: Vec<String>,
}

/// A cycle.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CycleShown {
    /// Name, such as `nap1325-iv/2021`.
    pub(crate) name: String,
    /// Code of the framework.
    pub(crate) framework: String,
    /// Version of the framework.
    pub(crate) framework_version: u32,
    /// First day.
    pub(crate) from: String,
    /// Last day.
    pub(crate) until: String,
    /// Codes of the organisations.
    pub(crate) organisations: Vec<String>,
    /// First day for contributions.
    pub(crate) opening: Option<String>,
    /// Last day for contributions.
    pub(crate) deadline: Option<String>,
    /// `open` or `closed`.
    pub(crate) state: String,
    /// What becomes of required obligations that nobody answered: `print` or `refuse`.
    pub(crate) gaps: String,
    /// Whether contributions are approved before they are published: `none` or `four-eyes`.
    pub(crate) review: String,
}

/// Result of `cycle open`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CycleOpened {
    /// The cycle.
    #[serde(flatten)]
    pub(crate) cycle: CycleShown,
    /// Whether it was opened now.
    pub(crate) created: bool,
}

/// Result of `cycle list`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CycleList {
    /// Cycles by name.
    pub(crate) cycles: Vec<CycleShown>,
}

/// Result of `submit`.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Submitted {
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// Whether nothing was kept.
    pub(crate) dry_run: bool,
    /// Contributions taken as new or changed.
    pub(crate) accepted: u64,
    /// Contributions that were there already.
    pub(crate) unchanged: u64,
    /// Contributions refused, those with a fault in the file included.
    pub(crate) rejected: u64,
    /// Open cells recorded.
    pub(crate) open_cells: u64,
    /// Remarks on a whole report recorded.
    pub(crate) remarks: u64,
    /// One entry per item that was sent.
    pub(crate) items: Vec<SubmittedItem>,
    /// What is wrong with the file's items that were not sent.
    pub(crate) faults: Vec<FaultShown>,
}

/// One item of a submission.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SubmittedItem {
    /// Its path in the file.
    pub(crate) path: String,
    /// Its line in the file.
    pub(crate) line: u32,
    /// The sender's own id.
    pub(crate) external_id: Option<String>,
    /// `accepted`, `unchanged` or `rejected`.
    pub(crate) outcome: String,
    /// Revision that holds it now.
    pub(crate) version: Option<u64>,
    /// Tag for the next write.
    pub(crate) etag: Option<String>,
    /// What was found, blockers first.
    pub(crate) findings: Vec<FindingShown>,
}

/// A finding or the reason of a refusal.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FindingShown {
    /// `blocker`, `warning` or `info`.
    pub(crate) severity: String,
    /// Path of the field.
    pub(crate) field: String,
    /// Stable name.
    pub(crate) reason: String,
    /// In words.
    pub(crate) message: String,
    /// Line in the file.
    pub(crate) line: u32,
}

/// A fault of a file.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FaultShown {
    /// Line, counted from 1.
    pub(crate) line: u32,
    /// Column, counted from 1.
    pub(crate) column: u32,
    /// Path of the field.
    pub(crate) path: String,
    /// Stable name.
    pub(crate) reason: String,
    /// In words.
    pub(crate) message: String,
}

/// A failure, printed by every command with `--json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Failure {
    /// What went wrong.
    pub(crate) error: FailureShown,
}

/// What went wrong.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FailureShown {
    /// Stable name; empty where there is none.
    pub(crate) reason: String,
    /// In words, with what to do.
    pub(crate) message: String,
    /// What is wrong with which field.
    pub(crate) fields: Vec<FieldShown>,
    /// What is wrong with the file.
    pub(crate) faults: Vec<FaultShown>,
}

/// What is wrong with a field.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FieldShown {
    /// Path of the field.
    pub(crate) field: String,
    /// Stable name.
    pub(crate) reason: String,
    /// In words.
    pub(crate) description: String,
}

/// Result of `publish`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Published {
    /// Name of the edition.
    pub(crate) edition: String,
    /// `rendering`, `published`, `failed` or `withdrawn`.
    pub(crate) state: String,
    /// Date printed in it.
    pub(crate) date: String,
    /// Whether it was pinned now.
    pub(crate) created: bool,
    /// SHA-256 of the manifest.
    pub(crate) manifest_hash: String,
    /// How many contributions it pins.
    pub(crate) contributions: u32,
    /// Its files.
    pub(crate) files: Vec<FileShown>,
    /// Why files could not be made.
    pub(crate) errors: Vec<String>,
}

/// A published file.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FileShown {
    /// `pdf`, `html` or `json`.
    pub(crate) format: String,
    /// Language of the fixed texts.
    pub(crate) language: String,
    /// File name.
    pub(crate) name: String,
    /// SHA-256 of the bytes.
    pub(crate) sha256: String,
    /// Size in bytes.
    pub(crate) size: u64,
    /// Where it was written.
    pub(crate) path: Option<String>,
}

/// Result of `search`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Found {
    /// How many contributions answer the query.
    pub(crate) total: u64,
    /// Highest position of storage with all lower ones applied.
    pub(crate) watermark: u64,
    /// Whether these hits have some of the words only.
    pub(crate) relaxed: bool,
    /// Contributions.
    pub(crate) hits: Vec<HitShown>,
    /// Counts by dimension.
    pub(crate) facets: BTreeMap<String, Vec<CountShown>>,
    /// Token of the next page.
    pub(crate) next_page: Option<String>,
}

/// A contribution that answers the query.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct HitShown {
    /// The sender's own id.
    pub(crate) external_id: Option<String>,
    /// Code of the organisation.
    pub(crate) organisation: String,
    /// Codes of the goals.
    pub(crate) goals: Vec<String>,
    /// Codes of the indicators.
    pub(crate) indicators: Vec<String>,
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// Name of the edition.
    pub(crate) edition: Option<String>,
    /// The answer apart from its text.
    pub(crate) answer: Option<String>,
    /// Comparable within one answer only.
    pub(crate) score: f32,
    /// Address.
    pub(crate) url: Option<String>,
    /// Best places, best first.
    pub(crate) passages: Vec<PassageShown>,
}

/// A place in a contribution.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PassageShown {
    /// Id of the passage.
    pub(crate) id: String,
    /// Its text around the matches, which stand between `**`.
    pub(crate) snippet: String,
    /// Address.
    pub(crate) url: Option<String>,
}

/// A value and how many hits have it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CountShown {
    /// The value.
    pub(crate) value: String,
    /// Name to show.
    pub(crate) label: Option<String>,
    /// How many.
    pub(crate) count: u64,
}

/// Result of `status`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StatusShown {
    /// Whether every role is ready.
    pub(crate) ready: bool,
    /// Roles and whether each is ready.
    pub(crate) roles: BTreeMap<String, bool>,
    /// Highest position of storage.
    pub(crate) last_position: Option<u64>,
    /// Highest position that the bus confirmed.
    pub(crate) relayed_position: Option<u64>,
    /// Highest position that search applied, with all lower ones.
    pub(crate) watermark: Option<u64>,
    /// Contributions.
    pub(crate) contributions: Option<u64>,
    /// Parked messages.
    pub(crate) dead_letters: Option<u64>,
}

/// A parked message.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DeadLetterShown {
    /// Its id.
    pub(crate) id: u64,
    /// Queue whose consumer gave up.
    pub(crate) queue: String,
    /// Topic.
    pub(crate) topic: String,
    /// Id of the event.
    pub(crate) event_id: String,
    /// What it is about.
    pub(crate) subject: String,
    /// Why the consumer gave up.
    pub(crate) reason: String,
    /// How often it was tried.
    pub(crate) attempts: u32,
    /// When it was parked, seconds since the epoch.
    pub(crate) parked: i64,
    /// When it was replayed, seconds since the epoch.
    pub(crate) replayed: Option<i64>,
    /// Payload in hexadecimal; shown alone only.
    pub(crate) payload: Option<String>,
    /// CloudEvents attributes; shown alone only.
    pub(crate) attributes: BTreeMap<String, String>,
}

/// Result of `dead-letters list`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DeadLetterList {
    /// Parked messages, newest first.
    pub(crate) dead_letters: Vec<DeadLetterShown>,
}

/// Result of `reindex`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Reindexed {
    /// Highest position of storage that the new indexes have.
    pub(crate) watermark: u64,
    /// Documents in the public index.
    pub(crate) published: u64,
    /// Documents in the working index.
    pub(crate) working: u64,
}

/// Result of `demo --once`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Demonstrated {
    /// Address of the pages.
    pub(crate) portal: String,
    /// Folder with the published files.
    pub(crate) files: String,
    /// Editions that were published.
    pub(crate) editions: Vec<Published>,
}

/// Every schema by name.
pub(crate) fn schemas() -> BTreeMap<&'static str, schemars::Schema> {
    use schemars::schema_for;
    BTreeMap::from([
        ("audit-export", schema_for!(AuditExported)),
        ("audit-key", schema_for!(AuditKey)),
        ("token", schema_for!(TokenShown)),
        ("whoami", schema_for!(CallerShown)),
        ("revoke", schema_for!(Revoked)),
        ("audit-list", schema_for!(AuditList)),
        ("audit-verify", schema_for!(AuditVerified)),
        ("contribution-compare", schema_for!(RevisionsCompared)),
        ("contribution-erase", schema_for!(ContributionErased)),
        ("contribution-history", schema_for!(ContributionHistory)),
        ("contribution-list", schema_for!(ContributionList)),
        ("contribution-show", schema_for!(ContributionShown)),
        ("cycle-list", schema_for!(CycleList)),
        ("cycle-open", schema_for!(CycleOpened)),
        ("cycle-show", schema_for!(CycleShown)),
        ("dead-letters-list", schema_for!(DeadLetterList)),
        ("dead-letters-show", schema_for!(DeadLetterShown)),
        ("demo", schema_for!(Demonstrated)),
        ("failure", schema_for!(Failure)),
        ("framework-add", schema_for!(FrameworkAdded)),
        ("framework-list", schema_for!(FrameworkList)),
        ("framework-show", schema_for!(FrameworkShown)),
        ("obligations-accept", schema_for!(ObligationShown)),
        ("obligations-assign", schema_for!(ObligationsAssigned)),
        ("obligations-deadline", schema_for!(DeadlineSet)),
        ("obligations-list", schema_for!(ObligationList)),
        ("obligations-matrix", schema_for!(MatrixShown)),
        ("obligations-remove", schema_for!(ObligationRemoved)),
        ("obligations-roll-forward", schema_for!(RolledForward)),
        ("people-add", schema_for!(PersonShown)),
        ("people-change", schema_for!(PersonShown)),
        ("people-end", schema_for!(PersonShown)),
        ("people-erase", schema_for!(PersonShown)),
        ("people-list", schema_for!(PeopleList)),
        ("people-member", schema_for!(PersonShown)),
        ("people-show", schema_for!(PersonShown)),
        ("publish", schema_for!(Published)),
        ("reindex", schema_for!(Reindexed)),
        ("reminders-list", schema_for!(ReminderList)),
        ("reminders-show", schema_for!(ReminderShown)),
        ("remark-add", schema_for!(RemarkShown)),
        ("remark-answer", schema_for!(RemarkShown)),
        ("remark-list", schema_for!(RemarkList)),
        ("remark-resolve", schema_for!(RemarkShown)),
        ("review-approve", schema_for!(Decided)),
        ("review-compare", schema_for!(ApprovalCompared)),
        ("review-confirm", schema_for!(OverrideShown)),
        ("review-decisions", schema_for!(DecisionList)),
        ("review-overrides", schema_for!(OverrideList)),
        ("review-return", schema_for!(Decided)),
        ("review-withdraw", schema_for!(Decided)),
        ("search", schema_for!(Found)),
        ("status", schema_for!(StatusShown)),
        ("submit", schema_for!(Submitted)),
        ("withdraw", schema_for!(EditionWithdrawn)),
    ])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// After a change run `VOORTGANG_GENERATE=1 cargo test -p voortgang schemas` to write them anew.
    #[test]
    fn the_published_schemas_are_those_of_the_types() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/schemas/cli");
        for (name, schema) in super::schemas() {
            let file = folder.join(format!("{name}.schema.json"));
            let derived = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
            if runtime::variable("VOORTGANG_GENERATE").is_some() {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&file, &derived).unwrap();
            }
            let published = std::fs::read_to_string(&file).unwrap_or_default();
            assert_eq!(published, derived, "{}", file.display());
        }
    }
}
