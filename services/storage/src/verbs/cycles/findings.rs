//! What a coordinator would look at twice in a cycle.
//!
//! Invariant: nobody learns from a finding of a contribution that they do not see.

use std::collections::BTreeMap;

use model::{Contribution, CycleName, check};

use crate::{
    Storage,
    caller::caller_or_itself,
    store::{Result, Tx},
    verbs::{
        contributions::is_shown,
        cycles::{cycle_not_found, framework_of, move_framework::is_out},
        reviews::reporters_of,
    },
};

impl Storage {
    /// Lists the findings in a cycle, of what was handed in and the caller sees.
    pub(crate) async fn cycle_findings(
        &self,
        name: &CycleName,
    ) -> Result<Vec<check::CycleFinding>> {
        let mut tx = self.store.read().await?;
        let cycle = tx.cycle(name).await?.ok_or_else(|| cycle_not_found(name))?;
        let framework = framework_of(&mut tx, &cycle).await?;
        let others = tx.cycles(cycle.framework.as_str(), "", u32::MAX).await?;
        let contributions = seen(&mut tx, name).await?;
        let mut joint = BTreeMap::new();
        for contribution in contributions.iter().filter(|one| one.is_joint()) {
            joint.insert(contribution.id, reporters_of(&mut tx, contribution).await?);
        }
        let mut names = tx.names_of_contributions(&cycle.framework).await?;
        names.extend(contributions.iter().map(Contribution::name));
        let is_there = |name: &str| names.contains(name) || is_out_of_sight(name);
        Ok(check::cycle(&cycle, &framework, &others, &contributions, &joint, is_there))
    }
}

/// What was handed in and the caller sees, in order.
async fn seen(tx: &mut Tx, cycle: &CycleName) -> Result<Vec<Contribution>> {
    let mut found = Vec::new();
    for contribution in tx.handed_in(cycle).await? {
        if !is_out(&contribution) && is_shown(tx, &contribution).await? {
            found.push(contribution);
        }
    }
    found.sort_by_cached_key(Contribution::name);
    Ok(found)
}

/// Whether a name is one of an organisation whose contributions the caller does not see all of.
fn is_out_of_sight(name: &str) -> bool {
    let organisation = name.split_once('/').and_then(|(code, _)| code.parse().ok());
    organisation.is_some_and(|code| !caller_or_itself().sees_all_of(&code))
}
