//! Reading the catalogue of what is published, and what is answered for a withdrawn edition.

use catalogue::Unreadable;
pub(crate) use catalogue::{Artefact, Catalogue, Cycle, Edition, MAX_BYTES, PATH, Withdrawn};

use crate::{Error, error::Gone};

/// Reads the catalogue.
pub(crate) fn read(bytes: &[u8]) -> Result<Catalogue, Error> {
    let what = || PATH.to_owned();
    Catalogue::read(bytes).map_err(|fault| match fault {
        Unreadable::Json(source) => Error::Unreadable { what: what(), source },
        Unreadable::Format(format) => Error::Format { what: what(), format },
    })
}

/// The error that is answered in the place of an edition that was withdrawn.
pub(crate) fn gone(withdrawn: &Withdrawn, cycle: &Cycle) -> Error {
    Error::Gone(Box::new(Gone {
        edition: withdrawn.name.clone(),
        cycle: cycle.name.clone(),
        number: withdrawn.number,
        reason: withdrawn.reason.clone(),
        withdrawn_on: withdrawn.withdrawn_on.clone(),
        current: cycle.current().map(|current| (current.name.clone(), current.number)),
    }))
}
