//! What the state of a contribution allows, and refusals in words.

use model::{
    Contribution, ContributionState, DecisionKind, ReviewPolicy,
    review::{self, Action, Circumstances, Person, Refusal},
};

use crate::{
    Error,
    store::{Result, Tx},
    verbs::contributions::contribution_not_found,
};

/// Refuses a save of what takes none.
pub(crate) fn check_save(head: &Contribution, state: ContributionState) -> Result<()> {
    let action = if state == ContributionState::Draft { Action::Draft } else { Action::Submit };
    let anybody =
        Circumstances { policy: ReviewPolicy::None, person: Person::Other, has_reason: false };
    match review::step(head.state, action, anybody) {
        Ok(_) => Ok(()),
        Err(refusal) => Err(refused(head, action, refusal)),
    }
}

/// Refuses changes outside of what the last decision left open.
pub(crate) async fn check_returned(
    tx: &mut Tx,
    head: &Contribution,
    content: &model::Content,
) -> Result<()> {
    let Some(last) = tx.latest_decision(head.id, None).await? else { return Ok(()) };
    if last.kind != DecisionKind::Return || last.targets.is_empty() {
        return Ok(());
    }
    let returned = tx.contribution(head.id, last.version).await?;
    let returned = returned.ok_or_else(|| contribution_not_found(head.id.to_string()))?;
    let Some(part) = richtext::targets::outside(&returned, content, &last.targets) else {
        return Ok(());
    };
    let message = format!(
        "`{}` {}, of what was returned alone; {part} is not among that: change only that, or ask for the whole",
        name_of(head),
        standing(head.state)
    );
    Err(Error::Precondition { reason: "NOT_RETURNED", message })
}

pub(super) fn refused(head: &Contribution, action: Action, refusal: Refusal) -> Error {
    let (name, verb) = (name_of(head), action.name());
    let (reason, message) = match refusal {
        Refusal::State | Refusal::NotApproved => {
            let reason = if head.state == ContributionState::Withdrawn {
                "WITHDRAWN"
            } else {
                "STATE_DOES_NOT_ALLOW"
            };
            (reason, format!("`{name}` {}, not {verb}", standing(head.state)))
        }
        Refusal::FourEyes => {
            let message = format!(
                "`{name}` {}; you wrote it: somebody else has to {verb} it, or give a reason to override four eyes",
                standing(head.state)
            );
            ("FOUR_EYES", message)
        }
    };
    Error::Precondition { reason, message }
}

/// The state of a contribution, and what may be done with it in that.
fn standing(state: ContributionState) -> String {
    let allowed: Vec<&str> = review::allowed(state).map(Action::name).collect();
    let allowed = if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
    format!("is {}, which allows {allowed}", state.name())
}

/// Nothing changes a revision but a hand on the database.
pub(crate) fn changed_content(contribution: &Contribution) -> Error {
    let message = format!(
        "`{}` at revision {} is not the text that was saved: its content hash differs; nothing is decided or published on it",
        name_of(contribution),
        contribution.version
    );
    Error::Precondition { reason: "CONTENT_CHANGED", message }
}

/// How a contribution is told of: by its organisation's own id where there is one.
pub(crate) fn name_of(contribution: &Contribution) -> String {
    format!("{}/{}", contribution.organisation, contribution.public_id())
}
