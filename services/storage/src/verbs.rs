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
mod text_checks;

pub(crate) use crate::verbs::{
    audit::ExportPart,
    changes::Changes,
    contributions::{At, ContributionKey, ListedRevision},
    cycles::{Changed, framework_of, known},
    editions::{EditionContent, PublishOrder},
    frameworks::{Answer, InCycle, Registered, Related, series_page},
    jobs::Upload,
    obligations::{Owed, OwedFilter, obligation_states},
    operations::{Status, status_of},
    people::PersonOrder,
    reviews::{Approval, SinceApproval},
    saves::{CheckedSave, GroupCommit, Outcome, Rejection, SaveResult},
};
