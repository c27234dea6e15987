//! Review: decisions about contributions, remarks on them, and overrides of four eyes.

mod checks;
mod decisions;
mod four_eyes;
mod overrides;
mod remarks;

pub(crate) use crate::verbs::reviews::decisions::SinceApproval;
pub(super) use crate::verbs::reviews::{
    checks::{changed_content, check_returned, check_save, name_of},
    four_eyes::{circumstances, override_of, record_override, wrote},
};
