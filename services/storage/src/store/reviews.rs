//! Rows of decisions, overrides and remarks.

mod decisions;
mod overrides;
mod remarks;

use model::{Confirmation, Instant};
use sqlx::{Row as _, any::AnyRow};

use crate::store::Result;

pub(super) use crate::store::reviews::decisions::{DECIDED, state_column, with_decision};

/// Maximum number of decisions, overrides or remarks that are read.
const MAX_READ: i64 = 10_000;

/// Whoever confirmed has an id, so that an empty one is none.
fn confirmation(row: &AnyRow) -> Result<Option<Confirmation>> {
    let actor: String = row.try_get("actor")?;
    let time = Instant(row.try_get("time")?);
    Ok((!actor.is_empty()).then_some(Confirmation { actor, time }))
}
