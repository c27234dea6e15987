//! What is wrong with a file, and where.
//!
//! Invariant: the list of faults is bounded; the last one says that there are more.

use std::fmt;

use crate::files::Place;

/// Largest number of faults that are kept of one file.
const MAX_FAULTS: usize = 1_000;

/// What is wrong at one place of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Line, counted from 1.
    pub(crate) line: u32,
    /// Column in characters, counted from 1.
    pub(crate) column: u32,
    /// Path of the field, such as `goals[3].parent`; empty for the file as a whole.
    pub(crate) path: String,
    /// Stable name in upper snake case.
    pub(crate) reason: String,
    /// What is wrong and what to do.
    pub(crate) message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, path, reason, message } = self;
        let colon = if path.is_empty() { "" } else { ": " };
        write!(f, "{line}:{column}: {path}{colon}{message} ({reason})")
    }
}

/// The faults found so far.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault.
    pub(crate) fn add(
        &mut self,
        place: Place,
        path: impl Into<String>,
        reason: impl Into<String>,
        message: impl Into<String>,
    ) {
        let Place { line, column } = place;
        if self.0.len() < MAX_FAULTS {
            self.0.push(Fault {
                line,
                column,
                path: path.into(),
                reason: reason.into(),
                message: message.into(),
            });
        } else if self.0.len() == MAX_FAULTS {
            let message = format!("more faults follow; only the first {MAX_FAULTS} are shown");
            self.0.push(Fault {
                line,
                column,
                path: String::new(),
                reason: "MORE_FAULTS".to_owned(),
                message,
            });
        }
    }

    /// Adds the faults of a part.
    pub(crate) fn append(&mut self, part: Self) {
        for Fault { line, column, path, reason, message } in part.0 {
            self.add(Place { line, column }, path, reason, message);
        }
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether no further fault is kept.
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() > MAX_FAULTS
    }

    /// Whether there is a fault of this field or of one that holds it.
    pub(crate) fn covers(&self, path: &str) -> bool {
        let holds = |outer: &str| {
            path.strip_prefix(outer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.0.iter().any(|fault| !fault.path.is_empty() && holds(&fault.path))
    }

    /// Returns the faults in the order of the file.
    pub(crate) fn in_order(mut self) -> Vec<Fault> {
        self.0.sort_by_key(|fault| (fault.reason == "MORE_FAULTS", fault.line, fault.column));
        self.0
    }
}

/// Shows a text of the file in a message: escaped, and cut where it is long.
pub(crate) fn shown(text: &str) -> String {
    let cut: String = text.chars().take(60).collect();
    let dots = if cut.len() < text.len() { "…" } else { "" };
    format!("`{}{dots}`", cut.escape_debug())
}
