//! Who reports a joint contribution, and where the approval of each stands.
//!
//! Invariant: what is shown of approvals is made of the same decisions that the rules of review go by.

use model::{Contribution, ContributionState, Decision, Reporter, Slug, review};

use crate::{
    Storage,
    store::{Result, Tx},
    verbs::{cycles::cycle_not_found, reviews::four_eyes::approvals},
};

impl Storage {
    /// The organisations of each of these that is a joint one, which the caller was shown at their latest revision.
    pub(crate) async fn reporters(
        &self,
        contributions: &[Contribution],
    ) -> Result<Vec<(String, Vec<Reporter>)>> {
        let mut tx = self.store.read().await?;
        let mut found = Vec::new();
        for contribution in contributions.iter().filter(|one| one.is_joint()) {
            let reporters = reporters_of(&mut tx, contribution).await?;
            found.push((contribution.id.to_string(), reporters));
        }
        Ok(found)
    }
}

/// The organisations of a joint contribution, each with where its approval stands; none where one reports it alone.
pub(crate) async fn reporters_of(
    tx: &mut Tx,
    contribution: &Contribution,
) -> Result<Vec<Reporter>> {
    if !contribution.is_joint() {
        return Ok(Vec::new());
    }
    let cycle = tx.cycle(&contribution.cycle).await?;
    let cycle = cycle.ok_or_else(|| cycle_not_found(&contribution.cycle))?;
    let approvals = approvals(tx, contribution).await?;
    Ok(review::reporters(contribution, &cycle, &approvals))
}

/// The organisations whose approval ends once `head` is followed by a revision in this state with another content: an approval
/// with the next text that is handed in, a consent with any revision.
pub(crate) async fn approvals_ended(
    tx: &mut Tx,
    head: &Contribution,
    state: ContributionState,
) -> Result<Vec<Slug>> {
    if head.approved_version == 0 && !head.is_joint() {
        return Ok(Vec::new());
    }
    let Some(handed_in) = tx.handed_in_of(head.id).await? else { return Ok(Vec::new()) };
    let ends = match handed_in.state {
        ContributionState::Approved => state == ContributionState::Submitted,
        ContributionState::Submitted => handed_in.version == head.version,
        ContributionState::Draft | ContributionState::Returned | ContributionState::Withdrawn => {
            false
        }
    };
    if !ends {
        return Ok(Vec::new());
    }
    let given = approvals(tx, &handed_in).await?;
    let of = |Decision { organisations, .. }: Decision| match organisations.as_slice() {
        [] => vec![handed_in.organisation.clone()],
        _ => organisations,
    };
    Ok(given.into_iter().flat_map(of).collect())
}
