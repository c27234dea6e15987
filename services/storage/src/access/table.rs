//! The one table of who may do what. A call without a row does not compile.

use model::Role::{self, Administrator, Auditor, Contributor, Coordinator, Publisher, Reviewer};
use wire::{
    Method,
    Service::{self, Ingest, Portal, Rendering, Search, Storage},
};

/// Who may make a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Open to everyone; callers without one of `roles` see published data only.
    pub(crate) is_open: bool,
    /// Roles that may call it; a grant for an organisation limits them to that organisation's data.
    pub(crate) roles: &'static [Role],
    /// Services that may call it in their own name.
    pub(crate) services: &'static [Service],
    /// If set, callers may reach it only through this service.
    pub(crate) by: Option<Service>,
    /// Whether its answer leaves an entry in the audit log.
    pub(crate) audit: Audit,
}

/// Whether an answer to an outsider leaves an entry in the audit log, with which action. Services on their own account leave none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audit {
    /// No: it shows nothing that is not public, or the change that it makes has an entry of its own.
    No,
    /// Always.
    Always(&'static str),
    /// Unless all that it shows is public.
    UnlessPublic(&'static str),
}

impl Rule {
    const fn new(is_open: bool, roles: &'static [Role], services: &'static [Service]) -> Self {
        Self { is_open, roles, services, by: None, audit: Audit::No }
    }

    const fn open_to_all() -> Self {
        Self::new(true, &[], &[])
    }

    const fn only(roles: &'static [Role]) -> Self {
        Self::new(false, roles, &[])
    }

    /// Anybody sees what is published; these roles more.
    const fn open_and(roles: &'static [Role]) -> Self {
        Self::new(true, roles, &[])
    }

    const fn services(services: &'static [Service]) -> Self {
        Self::new(false, &[], services)
    }

    const fn through(self, service: Service) -> Self {
        Self { by: Some(service), ..self }
    }

    const fn and_by(self, services: &'static [Service]) -> Self {
        Self { services, ..self }
    }

    const fn audited(self, action: &'static str) -> Self {
        Self { audit: Audit::Always(action), ..self }
    }

    const fn audited_unless_public(self, action: &'static str) -> Self {
        Self { audit: Audit::UnlessPublic(action), ..self }
    }
}

/// Whoever works on contributions, or looks after those who do.
const SEE_DRAFTS: &[Role] = &[Contributor, Reviewer, Coordinator, Publisher, Auditor];
/// Whoever works on the report as a whole.
const WHOLE_REPORT: &[Role] = &[Coordinator, Publisher, Auditor, Administrator];

/// The row of a call.
#[expect(
    clippy::too_many_lines,
    clippy::match_same_arms,
    reason = "one row for each call, under what it is about"
)]
pub(crate) const fn rule(method: Method) -> Rule {
    use Method as M;
    match method {
        // Access: the answer is about the caller alone.
        M::GetCaller => Rule::open_to_all(),
        // Services that ask storage to authorise a call that they received.
        M::CheckAccess => Rule::open_to_all().and_by(&[Ingest, Search, Rendering]),
        M::RevokeTokens => Rule::only(&[Administrator]),

        // The audit log.
        M::ListAuditEntries => Rule::only(&[Auditor]).audited("audit.list"),
        // Storage's own account is that of backups.
        M::ExportAudit => Rule::only(&[Auditor]).and_by(&[Storage]).audited("audit.export"),
        M::RecordRead => Rule::services(&[Search]),

        // Frameworks and cycles are public.
        M::GetFramework | M::GetCycle => Rule::open_to_all().and_by(&[Ingest, Search]),
        M::ListCycles => Rule::open_to_all().and_by(&[Search]),
        M::ListFrameworks | M::ListOrganisations => Rule::open_to_all(),
        // It shows of contributions what is published, whoever asks.
        M::ListIndicatorSeries => Rule::open_to_all(),
        M::RegisterFramework | M::OpenCycle => Rule::only(&[Coordinator, Administrator]),

        // What a change does shows who has drafts.
        M::ChangeCycle | M::CloseCycle | M::ReopenCycle => {
            Rule::only(&[Coordinator]).audited("cycle.effects")
        }
        // Reasons are for those who work on the report.
        M::ListCycleChanges => Rule::only(SEE_DRAFTS).audited("cycle.changes"),
        // They say what is in texts.
        M::ListCycleFindings => Rule::only(SEE_DRAFTS).audited("cycle.findings"),

        // Contributions.
        M::SubmitContribution | M::SaveDraft | M::SubmitContributions => Rule::only(&[Contributor]),
        // What is saved has been checked.
        M::SaveContributions => Rule::only(&[Contributor]).through(Ingest),
        M::ListRevisions => Rule::only(SEE_DRAFTS).audited("revision.list"),
        M::CompareRevisions => Rule::only(SEE_DRAFTS).audited("revision.compare"),
        M::GetContribution => Rule::only(SEE_DRAFTS).and_by(&[Search]).audited("contribution.read"),
        M::ListContributions => {
            Rule::only(SEE_DRAFTS).and_by(&[Search]).audited("contribution.list")
        }

        // Review.
        M::ApproveContribution | M::ApproveContributions | M::ReturnContribution => {
            Rule::only(&[Reviewer, Coordinator])
        }
        M::WithdrawContribution => Rule::only(&[Contributor, Coordinator]),
        M::ListDecisions => Rule::only(SEE_DRAFTS).audited("decision.list"),
        M::CompareWithApproved => Rule::only(SEE_DRAFTS).audited("decision.compare"),
        M::ListRemarks => Rule::only(SEE_DRAFTS).audited("remark.list"),
        M::AddRemark | M::AnswerRemark | M::ResolveRemark => {
            Rule::only(&[Contributor, Reviewer, Coordinator])
        }
        M::ListOverrides => {
            Rule::only(&[Reviewer, Coordinator, Publisher, Auditor]).audited("override.list")
        }
        M::ConfirmOverride => Rule::only(&[Reviewer, Coordinator, Publisher]),

        // Obligations.
        M::AssignObligations
        | M::RemoveObligation
        | M::RollForward
        | M::SetDeadline
        | M::AcceptGap => Rule::only(&[Coordinator]),
        // Where an obligation stands depends on drafts.
        M::ListObligations => Rule::only(SEE_DRAFTS).audited("obligation.list"),
        M::GetObligationMatrix => Rule::only(SEE_DRAFTS).audited("obligation.matrix"),

        // Editions.
        M::PublishEdition | M::RetryEdition | M::WithdrawEdition => Rule::only(&[Publisher]),
        M::RepairEdition => Rule::only(&[Publisher, Administrator]),
        M::ReadEdition => Rule::open_and(WHOLE_REPORT)
            .and_by(&[Search, Rendering])
            .audited_unless_public("edition.read"),
        M::GetEdition => {
            Rule::open_and(WHOLE_REPORT).and_by(&[Search]).audited_unless_public("edition.read")
        }
        M::ListEditions => {
            Rule::open_and(WHOLE_REPORT).and_by(&[Search]).audited_unless_public("edition.list")
        }
        // A hash does not say whether its edition is public.
        M::DownloadArtefact => Rule::open_and(WHOLE_REPORT).audited("artefact.read"),
        M::LeaseJob | M::FailJob | M::UploadArtefact => Rule::services(&[Rendering]),
        M::CheckTemplate | M::RenderEdition => Rule::only(&[Coordinator, Publisher]),

        // Search.
        M::Search => Rule::open_and(SEE_DRAFTS).and_by(&[Portal]),
        // It shows what is published, whoever asks.
        M::Suggest => Rule::open_to_all().and_by(&[Portal]),
        M::Reindex => Rule::only(&[Administrator]),
        M::GetSearchStatus => Rule::only(WHOLE_REPORT).and_by(&[Portal, Search]),

        // People.
        M::SavePerson
        | M::AddMembership
        | M::EndMembership
        | M::ErasePerson
        | M::EraseContribution => Rule::only(&[Administrator]),
        M::GetPerson => Rule::only(&[Coordinator, Auditor, Administrator]).audited("person.read"),
        M::ListPeople => Rule::only(&[Coordinator, Auditor, Administrator]).audited("person.list"),

        // Reminders.
        // The text of a reminder is between its recipient and the coordinator.
        M::ListReminders => {
            Rule::only(&[Coordinator, Auditor, Administrator]).audited("reminder.list")
        }

        // The installation.
        M::ListChanges => Rule::only(&[Auditor]).and_by(&[Search]),
        M::ListDeadLetters | M::GetDeadLetter | M::ReplayDeadLetter => Rule::only(&[Administrator]),
        M::GetStorageStatus => Rule::only(WHOLE_REPORT).and_by(&[Storage, Search]),
    }
}

#[cfg(test)]
mod tests;
