//! Contributions that a publisher leaves out of an edition, each with a reason that it prints.
//!
//! Invariant: who names a contribution that would not be in the edition anyway is refused, so that no reason stands for nothing.

use std::collections::BTreeMap;

use model::{Contribution, Exclusion};
use uuid::Uuid;

use crate::{Error, printing::Printing, store::Result, verbs::text_checks::check_reason};

/// Maximum number of contributions that are left out.
const MAX_EXCLUSIONS: usize = 100;

/// Refuses more than are taken, and those without a reason that can be printed.
pub(super) fn check_exclusions(exclusions: &[Exclusion], printing: &Printing) -> Result<()> {
    if exclusions.len() > MAX_EXCLUSIONS {
        let message = format!("has {}, at most {MAX_EXCLUSIONS} are taken", exclusions.len());
        return Err(Error::invalid("exclusions", "TOO_MANY", message));
    }
    for (i, Exclusion { reason, .. }) in exclusions.iter().enumerate() {
        check_reason(reason)?;
        printing.check_text(&format!("exclusions[{i}].reason"), reason)?;
    }
    Ok(())
}

/// What is left of `handed_in`, and what is left out: why, by the contribution's id.
pub(super) fn split(
    mut handed_in: Vec<Contribution>,
    exclusions: &[Exclusion],
) -> Result<(Vec<Contribution>, BTreeMap<Uuid, String>)> {
    let mut left_out = BTreeMap::new();
    for (at, Exclusion { organisation, contribution, reason }) in exclusions.iter().enumerate() {
        let is_named = |one: &Contribution| {
            !one.is_erased()
                && one.organisation == *organisation
                && one.public_id() == *contribution
        };
        let Some(place) = handed_in.iter().position(is_named) else {
            let message = format!(
                "`{organisation}/{contribution}` is not among what is handed in, or was left out by an earlier entry"
            );
            let field = format!("exclusions[{at}]");
            return Err(Error::invalid(&field, "NOTHING_TO_LEAVE_OUT", message));
        };
        left_out.insert(handed_in.swap_remove(place).id, reason.clone());
    }
    Ok((handed_in, left_out))
}
