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
        M::GetCaller => Rule::open_to_all(),
        // Those that have storage decide on calls of others.
        M::CheckAccess => Rule::open_to_all().and_by(&["ingest", "search", "rendering"]),
        M::RevokeTokens => Rule::only(&[Administrator]),

        // The audit log.
        M::ListAuditEntries => Rule::only(&[Auditor]),
        // Storage's own account is that of backups.
        M::ExportAudit => Rule::only(&[Auditor]).and_by(&["storage"]),
        M::RecordRead => Rule::services(&["search"]),

        // Frameworks and cycles are public.
        M::GetFramework | M::GetCycle => Rule::open_to_all().and_by(&["ingest", "search"]),
        M::ListCycles => Rule::open_to_all().and_by(&["search"]),
        M::ListFrameworks | M::ListOrganisations => Rule::open_to_all(),
        M::RegisterFramework | M::OpenCycle => Rule::only(&[Coordinator, Administrator]),

        // Contributions.
        M::SubmitContribution | M::SaveDraft | M::SubmitContributions => Rule::only(&[Contributor]),
        // What is saved has been checked.
        M::SaveContributions => Rule::only(&[Contributor]).through("ingest"),
        M::ListRevisions | M::CompareRevisions => Rule::only(READERS),
        M::GetContribution | M::ListContributions => Rule::only(READERS).and_by(&["search"]),

        // Review.
        M::ApproveContribution | M::ReturnContribution => Rule::only(&[Reviewer, Coordinator]),
        M::WithdrawContribution => Rule::only(&[Contributor, Coordinator]),
        M::ListDecisions | M::CompareWithApproved | M::ListRemarks => Rule::only(READERS),
        M::AddRemark | M::AnswerRemark | M::ResolveRemark => {
            Rule::only(&[Contributor, Reviewer, Coordinator])
        }
        M::ListOverrides => Rule::only(&[Reviewer, Coordinator, Publisher, Auditor]),
        M::ConfirmOverride => Rule::only(&[Reviewer, Coordinator, Publisher]),

        // Obligations.
        M::AssignObligations
        | M::RemoveObligation
        | M::RollForward
        | M::SetDeadline
        | M::AcceptGap => Rule::only(&[Coordinator]),
        M::ListObligations | M::GetObligationMatrix => Rule::only(READERS),

        // Editions.
        M::PublishEdition | M::RetryEdition | M::WithdrawEdition => Rule::only(&[Publisher]),
        M::ReadEdition => Rule::open_and(OFFICE).and_by(&["search", "rendering"]),
        M::GetEdition | M::ListEditions => Rule::open_and(OFFICE).and_by(&["search"]),
        M::DownloadArtefact => Rule::open_and(OFFICE),
        M::LeaseJob | M::FailJob | M::UploadArtefact => Rule::services(&["rendering"]),
        M::CheckTemplate | M::RenderEdition => Rule::only(&[Coordinator, Publisher]),

        // Search.
        M::Search => Rule::open_and(READERS).and_by(&["portal"]),
        M::Reindex => Rule::only(&[Administrator]),
        M::GetSearchStatus => Rule::only(OFFICE).and_by(&["portal"]),

        // People.
        M::SavePerson
        | M::AddMembership
        | M::EndMembership
        | M::ErasePerson
        | M::EraseContribution => Rule::only(&[Administrator]),
        M::GetPerson | M::ListPeople => Rule::only(&[Coordinator, Auditor, Administrator]),

        // Reminders.
        M::ListReminders => Rule::only(&[Coordinator, Auditor, Administrator]),

        // The installation.
        M::ListChanges => Rule::only(&[Auditor]).and_by(&["search"]),
        M::ListDeadLetters | M::GetDeadLetter | M::ReplayDeadLetter => Rule::only(&[Administrator]),
        M::GetStorageStatus => Rule::only(OFFICE).and_by(&["storage", "search"]),
    }
}

#[cfg(test)]
mod tests;
