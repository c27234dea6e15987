//! Decisions about contributions: approved, returned, withdrawn.
//!
//! Invariant: a decision is about the revision that was read, and only [`model::review::step`] says whether it may be made.

use model::{
    Contribution, ContributionState, Decision, DecisionKind, InvalidField, Override, ReturnReason,
    ReviewPolicy, Slug, Target, canonical,
    review::{self, Action, Step},
};
use prost::Message as _;
use richtext::Difference;
use uuid::Uuid;
use wire::{EventBody, events, v1 as pb};

use crate::{
    Error, Storage,
    caller::caller_or_itself,
    store::{
        Result, Tx,
        scopes::{contributions_of, overrides_of},
    },
    verbs::{
        contributions::{At, ContributionKey, acts_for, shown},
        cycles::cycle_not_found,
        reviews::{
            four_eyes::{circumstances, override_of, record_override, wrote},
            state::{changed_content, not_awaited, refused},
        },
        saves::is_refusal,
        text_checks::{MAX_TEXT, check_override_reason, check_reason, check_text},
    },
};

/// Maximum number of approvals in one call.
const MAX_APPROVALS: usize = 1_000;
/// Maximum number of targets of a return.
const MAX_TARGETS: usize = 100;

/// What changed since the last approval.
#[derive(Debug, Clone)]
pub(crate) struct SinceApproval {
    /// The last approval; none where there was none.
    pub(crate) approval: Option<Decision>,
    /// Whether the last submission is what was approved.
    pub(crate) holds: bool,
    /// The revisions compared, and what differs.
    pub(crate) comparison: Option<(u64, u64, Vec<Difference>)>,
}

/// A contribution to be approved at the revision that was read.
#[derive(Debug, Clone)]
pub(crate) struct Approval {
    pub(crate) id: Uuid,
    pub(crate) etag: String,
}

/// A decision to be made.
#[derive(Debug, Clone)]
struct Verdict<'a> {
    action: Action,
    kind: DecisionKind,
    reason: Option<ReturnReason>,
    text: &'a str,
    targets: Vec<Target>,
    /// What a contribution is approved for: until it is looked at, what was asked for, none where nothing was; then, of a joint
    /// one, those that the caller acts for.
    organisations: Vec<Slug>,
    /// Why four eyes are overridden; empty where they are not.
    override_reason: &'a str,
}

impl Storage {
    /// Approves a submitted contribution at the revision whose etag is given.
    pub(crate) async fn approve(
        &self,
        id: Uuid,
        etag: &str,
        override_reason: &str,
    ) -> Result<(Contribution, Decision)> {
        self.decide(id, etag, self.approval(None, override_reason)?, false).await
    }

    /// Approves each of these on its own, for one organisation where one is given; whatever is wrong with the database ends the
    /// call.
    pub(crate) async fn approve_many(
        &self,
        approvals: &[Approval],
        organisation: Option<Slug>,
        override_reason: &str,
        validate_only: bool,
    ) -> Result<Vec<Result<Decision>>> {
        let (count, verdict) = (approvals.len(), self.approval(organisation, override_reason)?);
        if count > MAX_APPROVALS {
            let message =
                format!("{count} approvals in one call, at most {MAX_APPROVALS} are taken");
            return Err(Error::TooLarge(message));
        }
        let mut results = Vec::with_capacity(count);
        for Approval { id, etag } in approvals {
            match self.decide(*id, etag, verdict.clone(), validate_only).await {
                Err(error) if !is_refusal(&error) => return Err(error),
                result => results.push(result.map(|(_, decision)| decision)),
            }
        }
        Ok(results)
    }

    /// The verdict of an approval. An override is printed with its reason.
    fn approval<'a>(
        &self,
        organisation: Option<Slug>,
        override_reason: &'a str,
    ) -> Result<Verdict<'a>> {
        check_override_reason(override_reason)?;
        self.printing.check_text("override_reason", override_reason)?;
        Ok(Verdict {
            action: Action::Approve,
            kind: DecisionKind::Approve,
            reason: None,
            text: "",
            targets: Vec::new(),
            organisations: organisation.into_iter().collect(),
            override_reason,
        })
    }

    /// Returns a contribution to its organisation; only the targets become editable.
    pub(crate) async fn return_contribution(
        &self,
        id: Uuid,
        etag: &str,
        reason: ReturnReason,
        text: &str,
        targets: Vec<Target>,
    ) -> Result<(Contribution, Decision)> {
        check_text("text", text, MAX_TEXT)?;
        if targets.len() > MAX_TARGETS {
            let message =
                format!("has {} targets, at most {MAX_TARGETS} are allowed", targets.len());
            return Err(Error::invalid("targets", "TOO_MANY", message));
        }
        let verdict = Verdict {
            action: Action::Return,
            kind: DecisionKind::Return,
            reason: Some(reason),
            text,
            targets,
            organisations: Vec::new(),
            override_reason: "",
        };
        self.decide(id, etag, verdict, false).await
    }

    /// Withdraws a contribution for good. With `validate_only` everything is done but the commit.
    pub(crate) async fn withdraw(
        &self,
        id: Uuid,
        etag: &str,
        reason: &str,
        validate_only: bool,
    ) -> Result<(Contribution, Decision)> {
        check_reason(reason)?;
        let verdict = Verdict {
            action: Action::Withdraw,
            kind: DecisionKind::Withdraw,
            reason: None,
            text: reason,
            targets: Vec::new(),
            organisations: Vec::new(),
            override_reason: "",
        };
        self.decide(id, etag, verdict, validate_only).await
    }

    /// Makes a decision. With `validate_only` everything is done but the commit.
    async fn decide(
        &self,
        id: Uuid,
        etag: &str,
        verdict: Verdict<'_>,
        validate_only: bool,
    ) -> Result<(Contribution, Decision)> {
        if etag.is_empty() {
            let message = "give the etag of the revision that was read";
            return Err(Error::invalid("etag", "NOT_GIVEN", message));
        }
        let found = self.contribution(&ContributionKey::Id(id), At::Latest).await?;
        let contributions = contributions_of(&found.cycle, &found.organisation);
        let mut tx = self.store.write([contributions, overrides_of(&found.cycle)]).await?;
        let head = shown(&mut tx, id).await?;
        if head.etag() != etag {
            return Err(Error::StaleEtag {
                field: "etag",
                given: etag.chars().take(80).collect(),
                current: head.etag(),
                conflict: None,
            });
        }
        let step = may(&mut tx, &head, verdict.action, verdict.override_reason).await?;
        check_targets(&head, &verdict.targets)?;
        let verdict = joint(&mut tx, &head, verdict).await?;
        let decision = record(&mut tx, &head, &verdict).await?;
        if step.is_override {
            let (object, reason) = (id.to_string(), verdict.override_reason);
            let made = override_of(&tx, &head.cycle, Override::APPROVE, object, reason);
            // Time and person link the override to its approval.
            let made = Override { time: decision.time, ..made };
            record_override(&mut tx, &made).await?;
        }
        let contribution = shown(&mut tx, id).await?;
        if !validate_only {
            self.commit(tx).await?;
        }
        Ok((contribution, decision))
    }

    /// Lists the decisions about a contribution, oldest first.
    pub(crate) async fn decisions(&self, id: Uuid) -> Result<Vec<Decision>> {
        let mut tx = self.store.read().await?;
        shown(&mut tx, id).await?;
        tx.decisions(id).await
    }

    /// Returns what changed since the last approval: the caller's own, where there is one.
    pub(crate) async fn compare_with_approved(&self, id: Uuid) -> Result<SinceApproval> {
        let mut tx = self.store.read().await?;
        let head = shown(&mut tx, id).await?;
        let caller = caller_or_itself();
        let mut approvals = tx.decisions(id).await?;
        let is_own_consent = |decision: &Decision| {
            decision.kind == DecisionKind::Consent && caller.did(&decision.actor)
        };
        approvals
            .retain(|decision| decision.kind == DecisionKind::Approve || is_own_consent(decision));
        let latest = approvals.iter().rposition(|approval| caller.did(&approval.actor));
        approvals.truncate(latest.map_or(approvals.len(), |place| place + 1));
        let Some(approval) = approvals.pop() else {
            return Ok(SinceApproval { approval: None, holds: false, comparison: None });
        };
        let handed_in = tx.handed_in_of(id).await?;
        let holds = handed_in.is_some_and(|last| last.state == ContributionState::Approved);
        drop(tx);
        let comparison = self.compare(id, approval.version, head.version).await?;
        Ok(SinceApproval { approval: Some(approval), holds, comparison: Some(comparison) })
    }
}

/// Whether the caller may take a step with a contribution.
async fn may(
    tx: &mut Tx,
    head: &Contribution,
    action: Action,
    override_reason: &str,
) -> Result<Step> {
    if action == Action::Withdraw && !acts_for(tx, head, &head.organisation).await? {
        let message = format!("`{}` leads this text, and withdraws it", head.organisation);
        return Err(Error::Denied { reason: "OTHER_ORGANISATION", message });
    }
    let cycle = tx.cycle(&head.cycle).await?.ok_or_else(|| cycle_not_found(&head.cycle))?;
    let is_asked = cycle.review == ReviewPolicy::FourEyes && action == Action::Approve;
    let is_author = is_asked && wrote(tx, head.id).await?;
    let circumstances = circumstances(&cycle, is_author, override_reason);
    review::step(head.state, action, circumstances)
        .map_err(|refusal| refused(head, action, refusal))
}

/// An approval of a joint contribution is given for those of its organisations that the caller acts for, of those that were
/// asked for where any were. It is a consent as long as others have still to give theirs.
async fn joint<'a>(tx: &mut Tx, head: &Contribution, verdict: Verdict<'a>) -> Result<Verdict<'a>> {
    if verdict.action != Action::Approve {
        return Ok(verdict);
    }
    let all = head.organisations();
    if let Some(other) = verdict.organisations.iter().find(|code| !all.contains(code)) {
        let message = format!("`{}` does not report `{}`", other, head.name());
        return Err(Error::Precondition { reason: "NOT_REPORTED_BY", message });
    }
    if !head.is_joint() {
        return Ok(Verdict { organisations: Vec::new(), ..verdict });
    }
    let cycle = tx.cycle(&head.cycle).await?.ok_or_else(|| cycle_not_found(&head.cycle))?;
    let asked = head.reporters(&cycle);
    let consents = tx.consents(head.id, head.version, u32::MAX).await?;
    let given: Vec<Slug> = consents.into_iter().flat_map(|one| one.organisations).collect();
    let mut own = Vec::new();
    let is_meant =
        |code: &&Slug| verdict.organisations.is_empty() || verdict.organisations.contains(code);
    for organisation in asked.iter().filter(is_meant) {
        if acts_for(tx, head, organisation).await? {
            own.push(organisation.clone());
        }
    }
    let kind = review::approval_of(&asked, &given, &own);
    let kind = kind.ok_or_else(|| not_awaited(head, &asked, &given))?;
    Ok(Verdict { kind, organisations: own, ..verdict })
}

fn check_targets(head: &Contribution, targets: &[Target]) -> Result<()> {
    let missing = |(place, target): (usize, &Target)| {
        let description = richtext::targets::missing(head, target)?;
        Some(InvalidField::new(format!("targets[{place}]"), "UNKNOWN_TARGET", description))
    };
    let faults: Vec<InvalidField> = targets.iter().enumerate().filter_map(missing).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// Makes the decision.
async fn record(tx: &mut Tx, head: &Contribution, verdict: &Verdict<'_>) -> Result<Decision> {
    let last = tx.latest_decision(head.id, None).await?.map_or(0, |last| last.number);
    let decision = Decision {
        number: last + 1,
        contribution: head.id,
        version: head.version,
        content_hash: head.content_hash,
        kind: verdict.kind,
        actor: tx.actor(),
        time: tx.now(),
        reason: verdict.reason,
        text: verdict.text.trim().to_owned(),
        targets: verdict.targets.clone(),
        organisations: verdict.organisations.clone(),
    };
    if canonical::content_hash(&head.content) != head.content_hash {
        return Err(changed_content(head));
    }
    record_decision(tx, head, &decision).await?;
    Ok(decision)
}

/// Adds a decision about a contribution with its audit entry and, where it makes another state, its event.
pub(crate) async fn record_decision(
    tx: &mut Tx,
    head: &Contribution,
    decision: &Decision,
) -> Result<()> {
    let approved = match decision.kind {
        DecisionKind::Approve => head.version,
        DecisionKind::Return
        | DecisionKind::Withdraw
        | DecisionKind::Void
        | DecisionKind::Consent => head.approved_version,
    };
    tx.insert_decision(decision, approved).await?;
    let (contribution, version) = (head.id.to_string(), head.version);
    let (cycle, organisation) = (head.cycle.to_string(), head.organisation.to_string());
    let (action, body) = match decision.kind {
        DecisionKind::Approve => {
            let body = events::ContributionApproved { contribution, version, cycle, organisation };
            ("contribution.approve", Some(EventBody::ContributionApproved(body)))
        }
        DecisionKind::Return => {
            let body = events::ContributionReturned { contribution, version, cycle, organisation };
            ("contribution.return", Some(EventBody::ContributionReturned(body)))
        }
        DecisionKind::Withdraw => {
            let body = events::ContributionWithdrawn { contribution, version, cycle, organisation };
            ("contribution.withdraw", Some(EventBody::ContributionWithdrawn(body)))
        }
        DecisionKind::Void => {
            let body =
                events::ContributionUnapproved { contribution, version, cycle, organisation };
            ("contribution.unapprove", Some(EventBody::ContributionUnapproved(body)))
        }
        // The contribution stands as it stood.
        DecisionKind::Consent => ("contribution.consent", None),
    };
    let subject = head.id.to_string();
    tx.audit(action, &subject, &pb::Decision::from(decision.clone()).encode_to_vec())?;
    if let Some(body) = body {
        tx.record_event(&subject, &body);
    }
    Ok(())
}
