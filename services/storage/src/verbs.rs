//! What storage does, one module per kind of thing. Each verb is one transaction.

mod access;
mod audit;
mod changes;
mod contributions;
mod cycles;
mod editions;
mod erasure;
mod frameworks;
mod jobs;
mod obligations;
mod operations;
mod organisations;
mod people;
mod reminders;
mod reviews;
mod roll_forward;
mod saves;
mod text_limits;

pub(crate) use crate::verbs::{
    audit::ExportPart,
    contributions::{Entry, Name},
    cycles::{framework_of, known},
    editions::{EditionContent, PublishOrder},
    jobs::Upload,
    obligations::{Owed, OwedFilter, standing},
    operations::{Status, status_of},
    people::PersonOrder,
    reviews::SinceApproval,
    saves::{CheckedSave, GroupCommit, Outcome, Rejection, SaveResult},
};
