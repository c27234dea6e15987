//! Review: decisions about contributions, remarks on them, and overrides of four eyes.

mod decisions;
mod four_eyes;
mod joint;
mod overrides;
mod remarks;
mod state;

pub(crate) use crate::verbs::reviews::decisions::{Approval, SinceApproval};
pub(super) use crate::verbs::reviews::{
    decisions::record_decision,
    four_eyes::{
        approvals, approved_by_author, circumstances, lacks_an_approval, override_of,
        record_override, wrote,
    },
    joint::{approvals_ended, reporters_of},
    state::{changed_content, check_returned, check_save},
};
