//! How complete a cycle is when an edition of it is published.

use std::collections::BTreeMap;

use model::{Completeness, Cycle, CycleName, Framework, GapPolicy, Obligation};

use uuid::Uuid;

use crate::{
    Error,
    store::{Result, Tx},
    verbs::obligations::states::{obligation_states, obligation_states_without},
};

/// Maximum number of gaps that a refusal names.
const MAX_NAMED_GAPS: usize = 20;

/// The completeness that an edition pins; none where nothing is assigned. Refused where the cycle allows no unexplained gap
/// and has one. What answers nothing because it is left out is accepted by the reason for that.
pub(crate) async fn completeness(
    tx: &mut Tx,
    cycle: &Cycle,
    framework: &Framework,
    left_out: &BTreeMap<Uuid, String>,
) -> Result<Option<Completeness>> {
    let found = if left_out.is_empty() {
        obligation_states(tx, cycle, framework, None).await?
    } else {
        let is_left_out = |id| left_out.contains_key(&id);
        let (all, found) = obligation_states_without(tx, cycle, framework, is_left_out).await?;
        accepted(all, found, left_out)
    };
    if cycle.gaps == GapPolicy::Refuse {
        refuse_gaps(&cycle.name, &found)?;
    }
    if found.is_empty() {
        return Ok(None);
    }
    let found: Vec<Obligation> = found.into_iter().map(Obligation::for_readers).collect();
    let matrix = model::matrix(&cycle.name, &found);
    let gaps = found.into_iter().filter(Obligation::is_gap);
    let (open_gaps, accepted_gaps) = gaps.partition(Obligation::is_unexplained);
    Ok(Some(Completeness { matrix, accepted_gaps, open_gaps }))
}

/// A gap that is one because its answer is left out is accepted by the reason for that.
fn accepted(
    all: Vec<Obligation>,
    found: Vec<Obligation>,
    left_out: &BTreeMap<Uuid, String>,
) -> Vec<Obligation> {
    let explained = |(before, found): (Obligation, Obligation)| {
        let reason = before.contribution.and_then(|id| left_out.get(&id));
        match reason.filter(|_| found.is_unexplained()) {
            Some(reason) => Obligation { accepted_reason: reason.clone(), ..found },
            None => found,
        }
    };
    all.into_iter().zip(found).map(explained).collect()
}

fn refuse_gaps(cycle: &CycleName, found: &[Obligation]) -> Result<()> {
    let gaps: Vec<String> =
        found.iter().filter(|o| o.is_unexplained()).map(|o| o.asked.to_string()).collect();
    if gaps.is_empty() {
        return Ok(());
    }
    let mut named = gaps[..gaps.len().min(MAX_NAMED_GAPS)].join(", ");
    if gaps.len() > MAX_NAMED_GAPS {
        named = format!("{named} and {} more", gaps.len() - MAX_NAMED_GAPS);
    }
    let message = format!(
        "cycle `{cycle}` allows no unexplained gap and has {}: {named}; have them answered, or accept each with a reason",
        gaps.len()
    );
    Err(Error::Precondition { reason: "UNEXPLAINED_GAPS", message })
}
