//! The JSON form of every command's result, and its schemas.
//!
//! A command that makes one call prints the message of the answer; what is put together from several sources, or comes from
//! a file, has a type here. The schemas in `deploy/schemas/cli` are derived from both.

mod audit;
mod backup;
mod message;
mod obligations;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use wire::v1 as pb;

pub(crate) use crate::results::{
    audit::{AuditExported, AuditFinding, AuditKey, AuditVerified},
    backup::{BackupList, BackupMade, BackupShown, BackupsVerified, Restored},
    message::Message,
    obligations::{CellShown, MatrixShown},
};

/// Result of `token`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TokenShown {
    /// The token.
    pub(crate) token: String,
    /// Its subject, under which the audit log has what its holder does.
    pub(crate) subject: String,
}

/// Result of `synonyms list` and `synonyms add`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SynonymsListed {
    /// The concepts.
    pub(crate) concepts: Vec<ConceptShown>,
}

/// Terms that stand for one another.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ConceptShown {
    /// What says so: `thesaurus`, `country` or `installation`.
    pub(crate) source: String,
    /// Terms, each of which stands for the others.
    pub(crate) terms: Vec<String>,
    /// Terms that these find, and that do not find them.
    pub(crate) narrower: Vec<String>,
    /// Why they belong together.
    pub(crate) reason: String,
}

/// Result of `synonyms check`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SynonymsChecked {
    /// How many concepts the file has.
    pub(crate) concepts: u64,
    /// What may be wrong with them.
    pub(crate) findings: Vec<String>,
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
    /// Items of organisations that the sender does not write for, where others are the sender's own.
    pub(crate) left_alone: u64,
    /// One entry per item that was sent.
    pub(crate) items: Vec<SubmittedItem>,
    /// What is wrong with the file's items that were not sent.
    pub(crate) faults: Vec<FaultShown>,
}

/// Result of `review approve --organisation`.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct ManyApproved {
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// Whether nothing was kept.
    pub(crate) dry_run: bool,
    /// How many were approved.
    pub(crate) approved: u64,
    /// How many were refused.
    pub(crate) refused: u64,
    /// Joint contributions that this organisation approved and that wait for others; they are left alone.
    pub(crate) given: Vec<String>,
    /// One entry for each that was submitted and waits for this organisation.
    pub(crate) items: Vec<ApprovalShown>,
}

/// What became of one approval.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ApprovalShown {
    /// The sender's own id, or the id where there is none.
    pub(crate) external_id: String,
    /// Its id.
    pub(crate) id: String,
    /// Etag of the revision that it is about.
    pub(crate) etag: String,
    /// Codes of the goals that it answers.
    pub(crate) goals: Vec<String>,
    /// Opaque id of who saved the revision.
    pub(crate) author: String,
    /// Whether its text was taken over from an earlier cycle and nobody edited it.
    pub(crate) rolled_forward: bool,
    /// Codes of the organisations whose approval a joint contribution waits for after this one.
    pub(crate) waits_for: Vec<String>,
    /// What the checks found when it was saved.
    pub(crate) findings: Vec<Message<pb::Finding>>,
    /// Stable name of why it was refused; absent where it was not.
    pub(crate) reason: Option<String>,
    /// Why, in words.
    pub(crate) message: Option<String>,
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
    /// `accepted`, `unchanged`, `rejected` or `left_alone`.
    pub(crate) outcome: String,
    /// Revision that holds it now.
    pub(crate) version: Option<u64>,
    /// Tag for the next write.
    pub(crate) etag: Option<String>,
    /// Codes of the organisations whose approval ends, since the text is another one.
    pub(crate) approvals_ended: Vec<String>,
    /// What was found, blockers first.
    pub(crate) findings: Vec<FindingShown>,
    /// What somebody else saved meanwhile, where that is why it was rejected; of an item that was accepted, the revision of
    /// somebody else that it took the place of under `--overwrite`.
    pub(crate) conflict: Option<Message<pb::SaveConflict>>,
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

/// Result of `contribution show`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ContributionShown {
    /// The contribution.
    #[serde(flatten)]
    pub(crate) contribution: Message<pb::Contribution>,
    /// The organisations of a joint contribution, each with where its approval stands; none where one reports it alone.
    pub(crate) reporters: Vec<Message<pb::Reporter>>,
}

/// Result of `publish`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Published {
    /// The edition.
    pub(crate) edition: Message<pb::Edition>,
    /// Whether it was pinned now.
    pub(crate) created: bool,
    /// Its files in the formats asked for, once it is published.
    pub(crate) files: Vec<FileShown>,
}

/// A published file.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FileShown {
    /// File name.
    pub(crate) file_name: String,
    /// SHA-256 of the bytes.
    pub(crate) sha256: String,
    /// Size in bytes.
    pub(crate) size: u64,
    /// Where it was written.
    pub(crate) path: Option<String>,
}

/// Result of `status`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StatusShown {
    /// `ready`, `degraded` where something is wrong and work goes on, or `down`.
    pub(crate) status: Severity,
    /// Whether every service is ready, whatever else is wrong.
    pub(crate) ready: bool,
    /// Services and whether each is ready.
    pub(crate) services: BTreeMap<String, bool>,
    /// How far storage is; absent where it does not answer.
    pub(crate) storage: Option<Message<pb::GetStorageStatusResponse>>,
    /// How far search is; absent where it does not answer.
    pub(crate) search: Option<Message<pb::GetSearchStatusResponse>>,
    /// Each replica of storage and search.
    pub(crate) replicas: Vec<ReplicaShown>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// All works.
    Ready,
    /// Something is wrong, and work goes on.
    Degraded,
    /// A service does not answer.
    Down,
}

/// A replica of a service.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReplicaShown {
    /// Its service.
    pub(crate) service: &'static str,
    /// Its name, or its number where it has none or does not answer.
    pub(crate) replica: String,
    /// Up to which change it is; absent where it does not answer.
    pub(crate) position: Option<u64>,
    /// What is wrong with it, and since when.
    pub(crate) problems: Vec<String>,
}

/// Result of `reindex`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Reindexed {
    /// Each replica that built its indexes anew.
    pub(crate) replicas: Vec<Message<pb::ReindexResponse>>,
    /// Why others did not.
    pub(crate) failed: Vec<String>,
}

/// A problem in words.
pub(crate) fn problem_text(pb::Problem { what, message, since }: &pb::Problem) -> String {
    let since = since.as_ref().map(|since| format!(" (since {})", wire::instant(since)));
    format!("{what}: {message}{}", since.unwrap_or_default())
}

/// Result of `demo --once`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Demonstrated {
    /// Address for gRPC.
    pub(crate) grpc: String,
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
    let mut schemas = BTreeMap::from([
        ("audit-export", schema_for!(AuditExported)),
        ("audit-key", schema_for!(AuditKey)),
        ("audit-list", schema_for!(Message<pb::ListAuditEntriesResponse>)),
        ("audit-verify", schema_for!(AuditVerified)),
        ("contribution-compare", schema_for!(Message<pb::CompareRevisionsResponse>)),
        ("contribution-erase", schema_for!(Message<pb::EraseContributionResponse>)),
        ("contribution-history", schema_for!(Message<pb::ListRevisionsResponse>)),
        ("contribution-list", schema_for!(Message<pb::ListContributionsResponse>)),
        ("contribution-show", schema_for!(ContributionShown)),
        ("dead-letters-list", schema_for!(Message<pb::ListDeadLettersResponse>)),
        ("dead-letters-replay", schema_for!(Message<pb::DeadLetter>)),
        ("dead-letters-show", schema_for!(Message<pb::DeadLetter>)),
        ("demo", schema_for!(Demonstrated)),
        ("edition-list", schema_for!(Message<pb::ListEditionsResponse>)),
        ("edition-show", schema_for!(Message<pb::Edition>)),
        ("failure", schema_for!(Failure)),
        ("framework-add", schema_for!(Message<pb::RegisterFrameworkResponse>)),
        ("framework-list", schema_for!(Message<pb::ListFrameworksResponse>)),
        ("framework-series", schema_for!(Message<pb::ListIndicatorSeriesResponse>)),
        ("framework-show", schema_for!(Message<pb::Framework>)),
        ("obligations-accept", schema_for!(Message<pb::Obligation>)),
        ("obligations-assign", schema_for!(Message<pb::AssignObligationsResponse>)),
        ("obligations-deadline", schema_for!(Message<pb::SetDeadlineResponse>)),
        ("obligations-list", schema_for!(Message<pb::ListObligationsResponse>)),
        ("obligations-matrix", schema_for!(MatrixShown)),
        ("obligations-remove", schema_for!(Message<pb::RemoveObligationResponse>)),
        ("obligations-roll-forward", schema_for!(Message<pb::RollForwardResponse>)),
        ("people-add", schema_for!(Message<pb::Person>)),
        ("people-change", schema_for!(Message<pb::Person>)),
        ("people-end", schema_for!(Message<pb::Person>)),
        ("people-erase", schema_for!(Message<pb::Person>)),
        ("people-list", schema_for!(Message<pb::ListPeopleResponse>)),
        ("people-member", schema_for!(Message<pb::Person>)),
        ("people-show", schema_for!(Message<pb::Person>)),
        ("publish", schema_for!(Published)),
        ("reindex", schema_for!(Reindexed)),
        ("repair", schema_for!(Message<pb::RepairEditionResponse>)),
        ("reminders-list", schema_for!(Message<pb::ListRemindersResponse>)),
        ("reminders-show", schema_for!(Message<pb::Reminder>)),
        ("revoke", schema_for!(Message<pb::RevokeTokensResponse>)),
        ("search", schema_for!(Message<pb::SearchResponse>)),
        ("status", schema_for!(StatusShown)),
        ("submit", schema_for!(Submitted)),
        ("suggest", schema_for!(Message<pb::SuggestResponse>)),
        ("synonyms-add", schema_for!(SynonymsListed)),
        ("synonyms-check", schema_for!(SynonymsChecked)),
        ("synonyms-list", schema_for!(SynonymsListed)),
        ("token", schema_for!(TokenShown)),
        ("whoami", schema_for!(Message<pb::GetCallerResponse>)),
        ("withdraw", schema_for!(Message<pb::Edition>)),
    ]);
    schemas.extend(cycle_schemas());
    schemas.extend(review_schemas());
    schemas.extend(backup::schemas());
    schemas
}

fn cycle_schemas() -> [(&'static str, schemars::Schema); 8] {
    use schemars::schema_for;
    [
        ("cycle-change", schema_for!(Message<pb::ChangeCycleResponse>)),
        ("cycle-changes", schema_for!(Message<pb::ListCycleChangesResponse>)),
        ("cycle-close", schema_for!(Message<pb::CloseCycleResponse>)),
        ("cycle-findings", schema_for!(Message<pb::ListCycleFindingsResponse>)),
        ("cycle-list", schema_for!(Message<pb::ListCyclesResponse>)),
        ("cycle-open", schema_for!(Message<pb::OpenCycleResponse>)),
        ("cycle-reopen", schema_for!(Message<pb::ReopenCycleResponse>)),
        ("cycle-show", schema_for!(Message<pb::Cycle>)),
    ]
}

fn review_schemas() -> [(&'static str, schemars::Schema); 12] {
    use schemars::schema_for;
    [
        ("remark-add", schema_for!(Message<pb::Remark>)),
        ("remark-answer", schema_for!(Message<pb::Remark>)),
        ("remark-list", schema_for!(Message<pb::ListRemarksResponse>)),
        ("remark-resolve", schema_for!(Message<pb::Remark>)),
        ("review-approve-many", schema_for!(ManyApproved)),
        ("review-approve", schema_for!(Message<pb::ApproveContributionResponse>)),
        ("review-compare", schema_for!(Message<pb::CompareWithApprovedResponse>)),
        ("review-confirm", schema_for!(Message<pb::Override>)),
        ("review-decisions", schema_for!(Message<pb::ListDecisionsResponse>)),
        ("review-overrides", schema_for!(Message<pb::ListOverridesResponse>)),
        ("review-return", schema_for!(Message<pb::ReturnContributionResponse>)),
        ("review-withdraw", schema_for!(Message<pb::WithdrawContributionResponse>)),
    ]
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
