//! What storage does, one module per kind of thing. Each verb is one transaction.

mod access;
mod audit;
mod changes;
mod cycles;
mod dead_letters;
mod editions;
mod frameworks;
mod history;
mod jobs;
mod obligations;
mod overrides;
mod publishable;
mod remarks;
mod review;
mod roll_forward;
mod saves;

pub(crate) use crate::verbs::{
    audit::ExportPart,
    changes::{Status, status_of},
    editions::{EditionContent, PublishOrder},
    history::{Entry, Name},
    jobs::Upload,
    review::SinceApproval,
    saves::{CheckedSave, Outcome, Rejection, SaveResult, Together},
};
