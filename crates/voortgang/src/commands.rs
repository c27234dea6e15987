//! The client commands, one module each.

pub(crate) mod access;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod check_config;
pub(crate) mod contribution;
pub(crate) mod cycle;
pub(crate) mod dead_letters;
pub(crate) mod decision;
pub(crate) mod edition;
pub(crate) mod framework;
pub(crate) mod names;
pub(crate) mod obligations;
pub(crate) mod people;
pub(crate) mod publish;
pub(crate) mod reindex;
pub(crate) mod remark;
pub(crate) mod reminders;
pub(crate) mod repair;
pub(crate) mod restore;
pub(crate) mod review;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod status;
pub(crate) mod submit;
pub(crate) mod suggest;
pub(crate) mod synonyms;
pub(crate) mod token;
pub(crate) mod withdraw;

use std::path::Path;

use crate::{
    error::{Error, FAILED},
    files::Fault,
    output::{counted, note},
    results::{Failure, FailureShown, FaultShown, FieldShown},
};

/// Reads a moment: RFC 3339, or a date, which stands for the end of that day in UTC.
pub(crate) fn moment(text: &str) -> Result<Option<prost_types::Timestamp>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let at = text.parse().map_err(|error: model::InvalidField| Error::failed(error.description))?;
    Ok(Some(wire::timestamp(at)))
}

/// Reads a file; the error says why it cannot be read.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(file)
        .map_err(|error| Error::failed(format!("`{}` cannot be read: {error}", file.display())))
}

/// Prints the faults of a file: as notes, and as JSON where asked.
pub(crate) fn refuse_file(file: &Path, faults: &[Fault], output: crate::output::Output) -> Error {
    for fault in faults {
        note(format_args!("{}:{fault}", file.display()));
    }
    let message = format!(
        "`{}` has {}; nothing was changed",
        file.display(),
        counted(faults.len() as u64, "fault")
    );
    if !output.is_json {
        return Error::failed(message);
    }
    let error = FailureShown {
        reason: "INVALID_FILE".to_owned(),
        message,
        fields: Vec::new(),
        faults: faults.iter().map(shown).collect(),
    };
    let _ = output.result(&Failure { error }, String::new);
    Error::silent(FAILED)
}

/// A fault as it is printed.
pub(crate) fn shown(fault: &Fault) -> FaultShown {
    let Fault { line, column, path, reason, message } = fault;
    FaultShown {
        line: *line,
        column: *column,
        path: path.clone(),
        reason: reason.clone(),
        message: message.clone(),
    }
}

/// The JSON form of a failure.
pub(crate) fn failure(error: &Error) -> Failure {
    let field = |(field, reason, description): &(String, String, String)| FieldShown {
        field: field.clone(),
        reason: reason.clone(),
        description: description.clone(),
    };
    let fields = error.fields.iter().map(field).collect();
    Failure {
        error: FailureShown {
            reason: if error.reason.is_empty() { "FAILED" } else { &error.reason }.to_owned(),
            message: error.message.clone(),
            fields,
            faults: Vec::new(),
        },
    }
}

/// A moment in RFC 3339; empty where there is none.
pub(crate) fn time(time: Option<&wire::Timestamp>) -> String {
    time.map(|time| wire::instant(time).to_string()).unwrap_or_default()
}

/// The word of an enum's value, such as `open` of `CYCLE_STATE_OPEN` with the prefix `CYCLE_STATE_`.
pub(crate) fn word(value: &str, prefix: &str) -> String {
    value.trim_start_matches(prefix).to_ascii_lowercase()
}

/// The text, unless it is empty.
pub(crate) fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// A line for each, or what is printed where there is none.
pub(crate) fn lines<T>(all: &[T], line: impl Fn(&T) -> String, none: &str) -> String {
    if all.is_empty() {
        return none.to_owned();
    }
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}
