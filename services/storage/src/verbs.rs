//! What storage does, one module per kind of thing. Each verb is one transaction.

mod access;
mod audit;
mod changes;
mod contributions;
mod cycles;
mod dead_letters;
mod editions;
mod erasure;
mod frameworks;
mod history;
mod jobs;
mod obligations;
mod overrides;
mod owed;
mod people;
mod publishable;
mod remarks;
mod reminders;
mod review;
mod roll_forward;
mod saves;
mod withdrawal;

pub(crate) use crate::verbs::{
    audit::ExportPart,
    changes::{Status, status_of},
    editions::{EditionContent, PublishOrder},
    history::{Entry, Name},
    jobs::Upload,
    obligations::{known, standing},
    owed::{Owed, OwedFilter},
    people::PersonOrder,
    review::SinceApproval,
    saves::{CheckedSave, Outcome, Rejection, SaveResult, Together},
};
