//! Lists of obligations: where each stands, why a deadline was moved, and what was taken back.

use std::collections::BTreeMap;

use model::{
    Asked, Assigned, Cycle, CycleName, Framework, Instant, Obligation, ObligationMatrix,
    ObligationState,
};

use crate::{
    Storage,
    caller::caller_or_itself,
    store::{Result, Tx},
    verbs::{
        cycles::known_as_of,
        obligations::states::{
            ALWAYS, assignments, is_shown, obligation_states, states_of_assigned,
        },
    },
};

/// Which obligations are asked for. What is empty or absent leaves nothing out.
#[derive(Debug)]
pub(crate) struct OwedFilter<'a> {
    /// Only of this organisation.
    pub(crate) organisation: &'a str,
    /// Only in this state.
    pub(crate) state: Option<ObligationState>,
    /// As of this moment; absent: now.
    pub(crate) as_of: Option<Instant>,
    /// Whether what was taken back is listed too.
    pub(crate) show_removed: bool,
}

/// An obligation as it is listed.
#[derive(Debug, Clone)]
pub(crate) struct Owed {
    /// Where it stands, or would stand.
    pub(crate) obligation: Obligation,
    /// Why its organisation has a deadline of its own; empty where it has none.
    pub(crate) deadline_reason: String,
    /// Why it was taken back; absent where it was not.
    pub(crate) removed_reason: Option<String>,
}

impl Storage {
    /// Lists obligations after the page's key, each with its key.
    pub(crate) async fn obligations(
        &self,
        cycle: &CycleName,
        filter: &OwedFilter<'_>,
        page: &rpc::Page,
    ) -> Result<Vec<(String, Owed)>> {
        let mut tx = self.store.read().await?;
        let moment = filter.as_of.unwrap_or(ALWAYS);
        let (cycle, framework) = known_as_of(&mut tx, cycle, moment).await?;
        let caller = caller_or_itself();
        let is_asked = |Owed { obligation, .. }: &Owed| {
            let organisation = &obligation.asked.organisation;
            is_shown(&caller, obligation, &framework)
                && (filter.organisation.is_empty() || organisation.as_str() == filter.organisation)
                && filter.state.is_none_or(|state| state == obligation.state)
        };
        let key = |Owed { obligation, .. }: &Owed| {
            let (organisation, goal, part) = model::place(&cycle, &framework, &obligation.asked);
            // What was taken back may have no place any more, and is told apart by its codes.
            format!("{organisation:08}.{goal:08}.{part:08}.{}", obligation.asked)
        };
        let found = owed(&mut tx, &cycle, &framework, filter).await?;
        let mut found: Vec<_> =
            found.into_iter().filter(is_asked).map(|owed| (key(&owed), owed)).collect();
        found.retain(|(key, _)| page.after.as_str() < key.as_str());
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        found.truncate(page.size as usize);
        Ok(found)
    }

    /// Counts obligations by organisation and goal.
    pub(crate) async fn obligation_matrix(
        &self,
        cycle: &CycleName,
        as_of: Option<Instant>,
    ) -> Result<ObligationMatrix> {
        let mut tx = self.store.read().await?;
        let moment = as_of.unwrap_or(ALWAYS);
        let (cycle, framework) = known_as_of(&mut tx, cycle, moment).await?;
        let caller = caller_or_itself();
        let mut found = obligation_states(&mut tx, &cycle, &framework, as_of).await?;
        found.retain(|obligation| is_shown(&caller, obligation, &framework));
        Ok(model::matrix(&cycle.name, &found))
    }
}

async fn owed(
    tx: &mut Tx,
    cycle: &Cycle,
    framework: &Framework,
    filter: &OwedFilter<'_>,
) -> Result<Vec<Owed>> {
    let until = filter.as_of.unwrap_or(ALWAYS);
    let assignments = assignments(tx, &cycle.name, filter.as_of).await?;
    let mut found =
        states_of_assigned(tx, cycle, framework, filter.as_of, &assignments.assigned).await?;
    let mut reasons = BTreeMap::new();
    if filter.show_removed {
        let mut removed: BTreeMap<Asked, Assigned> = BTreeMap::new();
        for (asked, (known, reason)) in assignments.taken_back {
            reasons.insert(asked.clone(), reason);
            removed.insert(asked, known);
        }
        found.extend(states_of_assigned(tx, cycle, framework, filter.as_of, &removed).await?);
    }
    let deadlines = tx.explained_deadlines(&cycle.name, until).await?;
    let owed = found.into_iter().map(|obligation| Owed {
        deadline_reason: deadlines
            .get(&obligation.asked.organisation)
            .map_or(String::new(), |(_, reason)| reason.clone()),
        removed_reason: reasons.remove(&obligation.asked),
        obligation,
    });
    Ok(owed.collect())
}
