//! Messages that the template of a report puts in the place of built-in ones.
//!
//! Invariant: what has no effect is refused. A message of the template's own begins with `template-`.

use fluent_bundle::FluentResource;

use crate::{Language, inspect, sources};

/// What ids begin with that only the template uses.
const OWN: &str = "template-";

/// Why messages cannot stand in the place of others.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct InvalidOverrides {
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1, in characters.
    pub column: u32,
    /// What is wrong.
    pub message: String,
}

/// Parses overrides: each is of a built-in message and takes no arguments but its own, or belongs to the template.
pub(crate) fn check(text: &str) -> Result<FluentResource, InvalidOverrides> {
    let resource = FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| {
        let first = errors.first();
        let (at, message) = first.map_or((0, "cannot be read".to_owned()), |error| {
            (error.pos.start, error.kind.to_string())
        });
        fault(text, at, message)
    })?;
    for (id, given) in inspect::arguments(&resource) {
        if id.starts_with(OWN) {
            if let Some(argument) = given.first() {
                return Err(at_id(
                    text,
                    id,
                    format!("nothing gives `{id}` a value of `${argument}`"),
                ));
            }
            continue;
        }
        let Some(known) = built_in_arguments(id) else {
            let message =
                format!("there is no message `{id}`; a template's own begin with `{OWN}`");
            return Err(at_id(text, id, message));
        };
        if let Some(argument) = given.iter().find(|argument| !known.iter().any(|k| k == *argument))
        {
            return Err(at_id(text, id, format!("nothing gives `{id}` a value of `${argument}`")));
        }
    }
    Ok(resource)
}

fn built_in_arguments(id: &str) -> Option<Vec<String>> {
    sources(Language::Dutch).into_iter().find_map(|(_, text)| {
        let resource = FluentResource::try_new(text.to_owned()).ok()?;
        let arguments = inspect::arguments(&resource);
        Some(arguments.get(id)?.iter().map(|&name| name.to_owned()).collect())
    })
}

/// A fault at the line that begins with `id`.
fn at_id(text: &str, id: &str, message: String) -> InvalidOverrides {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.strip_prefix(id).is_some_and(|rest| rest.trim_start().starts_with('=')) {
            break;
        }
        start += line.len();
    }
    fault(text, start, message)
}

fn fault(text: &str, at: usize, message: String) -> InvalidOverrides {
    let before = text.get(..at).unwrap_or(text);
    let (lines, last) = before.rsplit_once('\n').unwrap_or(("", before));
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let line = if before.contains('\n') { lines.matches('\n').count() + 2 } else { 1 };
    InvalidOverrides { line: count(line), column: count(last.chars().count() + 1), message }
}
