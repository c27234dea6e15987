//! Which contributions of a cycle an edition may pin, and the overrides that it rests on.
//!
//! Invariant: only unchanged content is pinned, and under four eyes only approved content, unless an override says otherwise.

use model::{
    Contribution, ContributionState, Cycle, DecisionKind, Framework, Override, ReviewPolicy,
    canonical,
    review::{self, Action, Refusal},
};

use crate::{
    Error,
    store::{Result, Tx},
    verbs::reviews::{approvals, changed_content, circumstances, override_of, wrote},
};

/// Maximum number of contributions, and of parts of each, that a refusal names.
const MAX_NAMED: usize = 10;

/// What an edition may pin.
pub(super) struct Publishable {
    /// At the revision handed in last; what was returned or withdrawn is left out.
    pub(super) contributions: Vec<Contribution>,
    /// Whether four eyes are overridden for it.
    pub(super) is_override: bool,
}

/// Decides for each submitted contribution whether an edition may pin it.
pub(super) async fn publishable(
    tx: &mut Tx,
    cycle: &Cycle,
    framework: &Framework,
    mut handed_in: Vec<Contribution>,
    override_reason: &str,
) -> Result<Publishable> {
    handed_in.retain(|contribution| !contribution.is_erased());
    handed_in.sort_by_cached_key(Contribution::name);
    let is_asked = cycle.review == ReviewPolicy::FourEyes;
    let (mut contributions, mut is_override) = (Vec::new(), false);
    let (mut unapproved, mut written) = (Vec::new(), Vec::new());
    for contribution in handed_in {
        let is_author = is_asked && wrote(tx, contribution.id).await?;
        let given = circumstances(cycle, is_author, override_reason);
        match review::step(contribution.state, Action::Publish, given) {
            Ok(step) => {
                check_content(tx, &contribution).await?;
                is_override |= step.is_override;
                contributions.push(contribution);
            }
            Err(Refusal::State) => {}
            Err(Refusal::NotApproved) => unapproved.push(contribution),
            Err(Refusal::FourEyes) => written.push(contribution),
        }
    }
    check_framework(framework, [&contributions, &unapproved, &written])?;
    if !unapproved.is_empty() {
        return Err(not_approved(tx, cycle, &unapproved).await?);
    }
    if !written.is_empty() {
        let named: Vec<String> = written.iter().map(Contribution::name).collect();
        let message = format!(
            "you wrote part of {}: somebody else has to publish it, or give a reason to override four eyes",
            listed(&named)
        );
        return Err(Error::Precondition { reason: "FOUR_EYES", message });
    }
    Ok(Publishable { contributions, is_override })
}

/// Refuses texts that name what the framework does not have: they would stand nowhere. The cycle went on with a later version
/// since they were handed in.
fn check_framework(framework: &Framework, texts: [&Vec<Contribution>; 3]) -> Result<()> {
    let is_outside = |text: &&Contribution| !text.content.is_within(framework);
    let named: Vec<String> =
        texts.into_iter().flatten().filter(is_outside).map(Contribution::name).collect();
    if named.is_empty() {
        return Ok(());
    }
    let message = format!(
        "version {} of framework `{}` lacks a goal or an indicator that these name: {}; have them handed in anew, or leave them out with a reason",
        framework.version,
        framework.code,
        listed(&named)
    );
    Err(Error::Precondition { reason: "OUTSIDE_FRAMEWORK", message })
}

/// Refuses content that differs from what was saved or, where it is approved, from what was approved.
async fn check_content(tx: &mut Tx, contribution: &Contribution) -> Result<()> {
    let found = canonical::content_hash(&contribution.content);
    let is_approved = contribution.state == ContributionState::Approved;
    let approved = if is_approved {
        let approval = tx.latest_decision(contribution.id, Some(DecisionKind::Approve)).await?;
        approval.map(|approval| approval.content_hash)
    } else {
        Some(found)
    };
    if found == contribution.content_hash && approved == Some(found) {
        return Ok(());
    }
    Err(changed_content(contribution))
}

async fn not_approved(tx: &mut Tx, cycle: &Cycle, found: &[Contribution]) -> Result<Error> {
    let mut named = Vec::with_capacity(found.len());
    for (place, contribution) in found.iter().enumerate() {
        let changed = if place < MAX_NAMED { changed_parts(tx, contribution).await? } else { None };
        let state = changed.map_or_else(
            || contribution.state.name().to_owned(),
            |parts| format!("changed after its approval: {parts}"),
        );
        named.push(format!("{} ({state})", contribution.name()));
    }
    let message = format!(
        "cycle `{}` publishes approved contributions only, and these are not: {}; have them approved or returned, or give a reason to override four eyes",
        cycle.name,
        listed(&named)
    );
    Ok(Error::Precondition { reason: "NOT_APPROVED", message })
}

/// Lists what was changed in a contribution after its approval; none where it was never approved.
async fn changed_parts(tx: &mut Tx, contribution: &Contribution) -> Result<Option<String>> {
    let Some(approved) = tx.contribution(contribution.id, contribution.approved_version).await?
    else {
        return Ok(None);
    };
    if contribution.approved_version == 0 {
        return Ok(None);
    }
    let differences = richtext::compare(&approved, contribution);
    let part = |difference: &richtext::Difference| match difference.passage.as_str() {
        "" => difference.field.clone(),
        passage => format!("{} passage {passage}", difference.field),
    };
    Ok(Some(listed(&differences.iter().map(part).collect::<Vec<_>>())))
}

/// Joins the first few names and counts the rest.
fn listed(named: &[String]) -> String {
    let first = named[..named.len().min(MAX_NAMED)].join(", ");
    if named.len() > MAX_NAMED {
        format!("{first} and {} more", named.len() - MAX_NAMED)
    } else {
        first
    }
}

/// The override by which edition `number` is published.
pub(super) fn new_override(tx: &Tx, cycle: &Cycle, number: u32, reason: &str) -> Override {
    let object = cycle.name.edition(number).to_string();
    override_of(tx, &cycle.name, Override::PUBLISH, object, reason)
}

/// The overrides by which pinned contributions were approved: for each those made with the approvals in force.
pub(super) async fn overrides_behind(
    tx: &mut Tx,
    cycle: &Cycle,
    pinned: &[Contribution],
) -> Result<Vec<Override>> {
    let mut behind = Vec::new();
    for made in tx.overrides(&cycle.name).await? {
        let is_approval = made.action == Override::APPROVE;
        let of = pinned.iter().find(|one| is_approval && one.id.to_string() == made.object);
        let Some(contribution) = of.filter(|one| one.state == ContributionState::Approved) else {
            continue;
        };
        let approvals = approvals(tx, contribution).await?;
        // Both were written in one transaction, by the same person.
        if approvals.iter().any(|one| (one.time, &one.actor) == (made.time, &made.actor)) {
            behind.push(made);
        }
    }
    Ok(behind)
}
