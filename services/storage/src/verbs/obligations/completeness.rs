//! How complete a cycle is when an edition of it is published.

use model::{Completeness, Cycle, CycleName, Framework, GapPolicy, Obligation};

use crate::{
    Error,
    store::{Result, Tx},
    verbs::obligations::states::standing,
};

/// Maximum number of gaps that a refusal names.
const MAX_NAMED_GAPS: usize = 20;

/// The completeness that an edition pins; none where nothing is assigned. Refused where the cycle allows no unexplained gap
/// and has one.
pub(crate) async fn completeness(
    tx: &mut Tx,
    cycle: &Cycle,
    framework: &Framework,
) -> Result<Option<Completeness>> {
    let found = standing(tx, cycle, framework, None).await?;
    if cycle.gaps == GapPolicy::Refuse {
        refuse_gaps(&cycle.name, &found)?;
    }
    if found.is_empty() {
        return Ok(None);
    }
    let found: Vec<Obligation> = found.into_iter().map(Obligation::for_readers).collect();
    let matrix = model::matrix(&cycle.name, &found);
    let is_accepted = |gap: &Obligation| gap.is_gap() && !gap.is_unexplained();
    Ok(Some(Completeness {
        matrix,
        accepted_gaps: found.into_iter().filter(is_accepted).collect(),
    }))
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
