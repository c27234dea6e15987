//! What the state of a contribution allows, and refusals in words.

use model::{
    Contribution, ContributionState, Cycle, DecisionKind, ReviewPolicy, Slug,
    review::{self, Action, Circumstances, Person, Refusal},
};

use crate::{
    Error,
    store::{Result, Tx},
    verbs::contributions::contribution_not_found,
};

/// Refuses a save that the state of the contribution does not allow.
pub(crate) fn check_save(head: &Contribution, state: ContributionState) -> Result<()> {
    let action = if state == ContributionState::Draft { Action::Draft } else { Action::Submit };
    let anybody =
        Circumstances { policy: ReviewPolicy::None, person: Person::Other, has_reason: false };
    match review::step(head.state, action, anybody) {
        Ok(_) => Ok(()),
        Err(refusal) => Err(refused(head, action, refusal)),
    }
}

/// Refuses changes outside the parts that the last decision returned.
pub(crate) async fn check_returned(
    tx: &mut Tx,
    head: &Contribution,
    content: &model::Content,
    cycle: &Cycle,
) -> Result<()> {
    let Some(last) = tx.latest_decision(head.id, None).await? else { return Ok(()) };
    if last.kind != DecisionKind::Return || last.targets.is_empty() {
        return Ok(());
    }
    let returned = tx.contribution(head.id, last.version).await?;
    let mut returned = returned.ok_or_else(|| contribution_not_found(head.id.to_string()))?;
    // Who does not report any more is no partner of anything that is handed in.
    let reports = |code: &String| cycle.organisations.iter().any(|known| known.as_str() == code);
    returned.content.partners.retain(|code| reports(code) || content.partners.contains(code));
    let Some(part) = richtext::targets::outside(&returned, content, &last.targets) else {
        return Ok(());
    };
    let what_to_do = if part == "content.partners" {
        let partners = returned.content.partners.join(", ");
        let partners = if partners.is_empty() { "none" } else { &partners };
        format!("hand it in with the partners that it had ({partners})")
    } else {
        "change only those".to_owned()
    };
    let message = format!(
        "`{}` {}, of the returned parts only; {part} is not one of them: {what_to_do}, or ask that the whole is returned",
        head.name(),
        state_in_words(head.state)
    );
    Err(Error::Precondition { reason: "NOT_RETURNED", message })
}

pub(super) fn refused(head: &Contribution, action: Action, refusal: Refusal) -> Error {
    let (name, verb) = (head.name(), action.name());
    let (reason, message) = match refusal {
        Refusal::State | Refusal::NotApproved => {
            let reason = if head.state == ContributionState::Withdrawn {
                "WITHDRAWN"
            } else {
                "STATE_DOES_NOT_ALLOW"
            };
            (reason, format!("`{name}` {}, not {verb}", state_in_words(head.state)))
        }
        Refusal::FourEyes => {
            let message = format!(
                "you wrote part of `{name}`: under four eyes somebody else has to {verb} it, or give a reason to override that"
            );
            ("FOUR_EYES", message)
        }
    };
    Error::Precondition { reason, message }
}

/// Refuses an approval for none of the organisations that it takes and waits for.
pub(super) fn not_awaited(head: &Contribution, asked: &[Slug], given: &[Slug]) -> Error {
    let awaited = asked.iter().filter(|code| !given.contains(code)).map(Slug::as_str);
    let message = format!(
        "`{}` is a joint contribution and waits for the approval of: {}; you gave yours or review for others",
        head.name(),
        awaited.collect::<Vec<_>>().join(", ")
    );
    Error::Precondition { reason: "NOT_AWAITED", message }
}

/// Says in words what state a contribution is in and what that allows.
fn state_in_words(state: ContributionState) -> String {
    let allowed: Vec<&str> = review::allowed(state).map(Action::name).collect();
    let allowed = if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
    format!("is {}, which allows {allowed}", state.name())
}

/// Only somebody with access to the database can change a revision.
pub(crate) fn changed_content(contribution: &Contribution) -> Error {
    let message = format!(
        "`{}` at revision {} is not the text that was saved: its content hash differs; it can be neither decided on nor published",
        contribution.name(),
        contribution.version
    );
    Error::Precondition { reason: "CONTENT_CHANGED", message }
}
