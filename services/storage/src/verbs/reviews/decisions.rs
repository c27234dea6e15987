//! Decisions about contributions: approved, returned, withdrawn.
//!
//! Invariant: a decision is about the revision that was read, and only [`model::review::step`] says whether it may be made.

use model::{
    Contribution, ContributionState, Decision, DecisionKind, InvalidField, Override, ReturnReason,
    ReviewPolicy, Target, canonical,
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
        contributions::shown,
        cycles::cycle_not_found,
        reviews::{
            four_eyes::{circumstances, override_of, record_override, wrote},
            state::{changed_content, refused},
        },
        text_limits::{MAX_REASON, MAX_TEXT, check_length, check_text},
    },
};

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

/// A decision to be made.
struct Verdict<'a> {
    kind: DecisionKind,
    reason: Option<ReturnReason>,
    text: &'a str,
    targets: Vec<Target>,
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
        check_length("override_reason", override_reason, MAX_REASON)?;
        let verdict = Verdict {
            kind: DecisionKind::Approve,
            reason: None,
            text: "",
            targets: Vec::new(),
            override_reason,
        };
        self.decide(id, etag, verdict).await
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
        let kind = DecisionKind::Return;
        let verdict = Verdict { kind, reason: Some(reason), text, targets, override_reason: "" };
        self.decide(id, etag, verdict).await
    }

    /// Withdraws a contribution for good.
    pub(crate) async fn withdraw(
        &self,
        id: Uuid,
        etag: &str,
        reason: &str,
    ) -> Result<(Contribution, Decision)> {
        check_text("reason", reason, MAX_REASON)?;
        let verdict = Verdict {
            kind: DecisionKind::Withdraw,
            reason: None,
            text: reason,
            targets: Vec::new(),
            override_reason: "",
        };
        self.decide(id, etag, verdict).await
    }

    async fn decide(
        &self,
        id: Uuid,
        etag: &str,
        verdict: Verdict<'_>,
    ) -> Result<(Contribution, Decision)> {
        if etag.is_empty() {
            let message = "give the etag of the revision that was read";
            return Err(Error::invalid("etag", "NOT_GIVEN", message));
        }
        let found = self.contribution(id, 0).await?;
        let own = contributions_of(&found.cycle, &found.organisation);
        let mut tx = self.store.write([own, overrides_of(&found.cycle)]).await?;
        let head = shown(&mut tx, id).await?;
        if head.etag() != etag {
            return Err(Error::StaleEtag {
                field: "etag",
                given: etag.chars().take(80).collect(),
                current: head.etag(),
                conflict: None,
            });
        }
        let action = action(verdict.kind);
        let step = may(&mut tx, &head, action, verdict.override_reason).await?;
        check_targets(&head, &verdict.targets)?;
        let decision = record(&mut tx, &head, &verdict).await?;
        if step.is_override {
            let (object, reason) = (id.to_string(), verdict.override_reason);
            let made = override_of(&tx, &head.cycle, Override::APPROVE, object, reason);
            // Time and person link the override to its approval.
            let made = Override { time: decision.time, ..made };
            record_override(&mut tx, &made).await?;
        }
        let contribution = shown(&mut tx, id).await?;
        self.commit(tx).await?;
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
        approvals.retain(|decision| decision.kind == DecisionKind::Approve);
        let own = approvals.iter().rposition(|approval| caller.did(&approval.actor));
        approvals.truncate(own.map_or(approvals.len(), |place| place + 1));
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

fn action(kind: DecisionKind) -> Action {
    match kind {
        DecisionKind::Approve => Action::Approve,
        DecisionKind::Return => Action::Return,
        DecisionKind::Withdraw => Action::Withdraw,
    }
}

/// Whether the caller may take a step with a contribution.
async fn may(
    tx: &mut Tx,
    head: &Contribution,
    action: Action,
    override_reason: &str,
) -> Result<Step> {
    let cycle = tx.cycle(&head.cycle).await?.ok_or_else(|| cycle_not_found(&head.cycle))?;
    let is_asked = cycle.review == ReviewPolicy::FourEyes && action == Action::Approve;
    let is_author = is_asked && wrote(tx, head.id).await?;
    let circumstances = circumstances(&cycle, is_author, override_reason);
    review::step(head.state, action, circumstances)
        .map_err(|refusal| refused(head, action, refusal))
}

fn check_targets(head: &Contribution, targets: &[Target]) -> Result<()> {
    let missing = |(place, target): (usize, &Target)| {
        let description = richtext::targets::missing(head, target)?;
        Some(InvalidField::new(format!("targets[{place}]"), "UNKNOWN_TARGET", description))
    };
    let faults: Vec<InvalidField> = targets.iter().enumerate().filter_map(missing).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// Adds the decision with its audit entry and event.
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
    };
    if canonical::content_hash(&head.content) != head.content_hash {
        return Err(changed_content(head));
    }
    let approved = match verdict.kind {
        DecisionKind::Approve => head.version,
        DecisionKind::Return | DecisionKind::Withdraw => head.approved_version,
    };
    tx.insert_decision(&decision, approved).await?;
    let (contribution, version) = (head.id.to_string(), head.version);
    let (cycle, organisation) = (head.cycle.to_string(), head.organisation.to_string());
    let (action, body) = match verdict.kind {
        DecisionKind::Approve => {
            let body = events::ContributionApproved { contribution, version, cycle, organisation };
            ("contribution.approve", EventBody::ContributionApproved(body))
        }
        DecisionKind::Return => {
            let body = events::ContributionReturned { contribution, version, cycle, organisation };
            ("contribution.return", EventBody::ContributionReturned(body))
        }
        DecisionKind::Withdraw => {
            let body = events::ContributionWithdrawn { contribution, version, cycle, organisation };
            ("contribution.withdraw", EventBody::ContributionWithdrawn(body))
        }
    };
    let subject = head.id.to_string();
    tx.audit(action, &subject, &pb::Decision::from(decision.clone()).encode_to_vec())?;
    tx.record_event(&subject, &body);
    Ok(decision)
}
