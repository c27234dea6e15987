//! Reading the catalogue of what is published, and what is answered for a withdrawn edition.

use catalogue::Unreadable;
pub(crate) use catalogue::{
    Artefact, Catalogue, Cycle, Edition, IndicatorLink, LinkKind, MAX_BYTES, Organisation, PATH,
    Version, Withdrawn,
};
use messages::Language;

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

/// The edition with this number; fails with why there is none.
pub(crate) fn edition<'a>(cycle: &'a Cycle, number: &str) -> Result<&'a Edition, Error> {
    cycle.edition(number).ok_or_else(|| match cycle.withdrawn(number) {
        Some(withdrawn) => gone(withdrawn, cycle),
        None => Error::NoEdition { cycle: cycle.name.clone() },
    })
}

/// The edition as data, in this language where there is a choice.
pub(crate) fn data_file(edition: &Edition, language: Language) -> Result<&Artefact, Error> {
    let mut files = edition.artefacts.iter().filter(|file| file.format == "json");
    let first = files.clone().next();
    let file = files.find(|file| file.language == language.tag()).or(first);
    file.ok_or_else(|| Error::Missing(format!("data of {}", edition.name)))
}
