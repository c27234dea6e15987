//! The one table of who may do what. A call without a row does not compile.

use model::Role::{self, Administrator, Auditor, Contributor, Coordinator, Publisher, Reviewer};
use wire::Method;

/// Who may make a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Whether anybody may. Whoever has none of the roles is shown what is published and nothing else.
    pub(crate) is_open: bool,
    /// Roles that may; a grant for an organisation lets them touch what is of it alone.
    pub(crate) roles: &'static [Role],
    /// Roles of the installation that may on their own account.
    pub(crate) services: &'static [&'static str],
    /// The role of the installation by which alone others make it.
    pub(crate) by: Option<&'static str>,
}

impl Rule {
    const fn open_to_all() -> Self {
        Self { is_open: true, roles: &[], services: &[], by: None }
    }

    const fn only(roles: &'static [Role]) -> Self {
        Self { is_open: false, roles, services: &[], by: None }
    }

    /// Anybody sees what is published; these roles more.
    const fn open_and(roles: &'static [Role]) -> Self {
        Self { is_open: true, roles, services: &[], by: None }
    }

    const fn services(services: &'static [&'static str]) -> Self {
        Self { is_open: false, roles: &[], services, by: None }
    }

    const fn through(self, service: &'static str) -> Self {
        Self { by: Some(service), ..self }
    }

    const fn and_by(self, services: &'static [&'static str]) -> Self {
        Self { services, ..self }
    }
}

/// Whoever works on contributions, or looks after those who do.
const READERS: &[Role] = &[Contributor, Reviewer, Coordinator, Publisher, Auditor];
/// Whoever works on the report as a whole.
const OFFICE: &[Role] = &[Coordinator, Publisher, Auditor, Administrator];

/// The row of a call.
#[expect(
    clippy::too_many_lines,
    clippy::match_same_arms,
    reason = "one row for each call, under what it is about"
)]
pub(crate) const fn rule(method: Method) -> Rule {
    use Method as M;
    match method {
        // Access: what it says is about the caller alone.
        M::AccessGetCaller => Rule::open_to_all(),
        // Those that have storage decide on calls of others.
        M::AccessCheckAccess => Rule::open_to_all().and_by(&["ingest", "search", "rendering"]),
        M::AccessRevokeTokens => Rule::only(&[Administrator]),

        // The audit log.
        M::AuditListAuditEntries => Rule::only(&[Auditor]),
        // Storage's own account is that of backups.
        M::AuditExportAudit => Rule::only(&[Auditor]).and_by(&["storage"]),
        M::AuditRecordRead => Rule::services(&["search"]),

        // Frameworks and cycles are public.
        M::StorageGetFramework | M::StorageGetCycle => {
            Rule::open_to_all().and_by(&["ingest", "search"])
        }
        M::StorageListCycles => Rule::open_to_all().and_by(&["search"]),
        M::StorageListFrameworks | M::StorageListOrganisations => Rule::open_to_all(),
        M::StorageRegisterFramework | M::StorageOpenCycle => {
            Rule::only(&[Coordinator, Administrator])
        }

        // Contributions.
        M::IngestSubmitContribution | M::IngestSaveDraft | M::IngestSubmitContributions => {
            Rule::only(&[Contributor])
        }
        // What is saved has been checked.
        M::StorageSaveContributions => Rule::only(&[Contributor]).through("ingest"),
        M::IngestGetContribution
        | M::IngestListContributions
        | M::HistoryListRevisions
        | M::HistoryCompareRevisions => Rule::only(READERS),
        M::StorageGetContribution | M::StorageListContributions => {
            Rule::only(READERS).and_by(&["search"])
        }

        // Review.
        M::ReviewApproveContribution | M::ReviewReturnContribution => {
            Rule::only(&[Reviewer, Coordinator])
        }
        M::ReviewWithdrawContribution => Rule::only(&[Contributor, Coordinator]),
        M::ReviewListDecisions | M::ReviewCompareWithApproved | M::ReviewListRemarks => {
            Rule::only(READERS)
        }
        M::ReviewAddRemark | M::ReviewAnswerRemark | M::ReviewResolveRemark => {
            Rule::only(&[Contributor, Reviewer, Coordinator])
        }
        M::ReviewListOverrides => Rule::only(&[Reviewer, Coordinator, Publisher, Auditor]),
        M::ReviewConfirmOverride => Rule::only(&[Reviewer, Coordinator, Publisher]),

        // Obligations.
        M::ObligationAssignObligations
        | M::ObligationRemoveObligation
        | M::ObligationRollForward
        | M::ObligationSetDeadline
        | M::ObligationAcceptGap => Rule::only(&[Coordinator]),
        M::ObligationListObligations | M::ObligationGetObligationMatrix => Rule::only(READERS),

        // Editions.
        M::StoragePublishEdition | M::StorageRetryEdition | M::StorageWithdrawEdition => {
            Rule::only(&[Publisher])
        }
        M::StorageReadEdition => Rule::open_and(OFFICE).and_by(&["search", "rendering"]),
        M::StorageGetEdition | M::StorageListEditions => Rule::open_and(OFFICE).and_by(&["search"]),
        M::StorageDownloadArtefact => Rule::open_and(OFFICE),
        M::StorageLeaseJob | M::StorageFailJob | M::StorageUploadArtefact => {
            Rule::services(&["rendering"])
        }
        M::RenderingCheckTemplate | M::RenderingRenderEdition => {
            Rule::only(&[Coordinator, Publisher])
        }

        // Search.
        M::SearchSearch => Rule::open_and(READERS).and_by(&["portal"]),
        M::SearchReindex => Rule::only(&[Administrator]),
        M::SearchGetSearchStatus => Rule::only(OFFICE).and_by(&["portal"]),

        // People.
        M::PersonSavePerson
        | M::PersonAddMembership
        | M::PersonEndMembership
        | M::PersonErasePerson
        | M::PersonEraseContribution => Rule::only(&[Administrator]),
        M::PersonGetPerson | M::PersonListPeople => {
            Rule::only(&[Coordinator, Auditor, Administrator])
        }

        // Reminders.
        M::ReminderListReminders => Rule::only(&[Coordinator, Auditor, Administrator]),

        // The installation.
        M::StorageListChanges => Rule::only(&[Auditor]).and_by(&["search"]),
        M::StorageListDeadLetters | M::StorageGetDeadLetter | M::StorageReplayDeadLetter => {
            Rule::only(&[Administrator])
        }
        M::StorageGetStorageStatus => Rule::only(OFFICE).and_by(&["storage", "search"]),
    }
}

#[cfg(test)]
mod tests;
