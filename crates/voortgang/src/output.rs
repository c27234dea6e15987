//! Results on stdout, as text or as JSON; notes and progress on stderr.

use std::{
    fmt::Display,
    io::{IsTerminal as _, Write as _},
};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::{error::Error, results::Message};

/// How results are printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    /// As JSON for machines.
    pub(crate) is_json: bool,
}

impl Output {
    /// Prints a result: the JSON form, or lines of text.
    pub(crate) fn result(
        self,
        value: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> Result<(), Error> {
        if self.is_json {
            let json = serde_json::to_string_pretty(value)
                .map_err(|error| Error::failed(error.to_string()))?;
            line(&json);
        } else {
            line(text().trim_end());
        }
        Ok(())
    }

    /// Prints a message of the protos: its JSON form, or lines of text.
    pub(crate) fn message<M: prost::Message>(
        self,
        message: M,
        text: impl FnOnce(&M) -> String,
    ) -> Result<(), Error> {
        let message = Message(message);
        self.result(&message, || text(&message.0))
    }
}

/// Prints a line of results. A reader that went away is no failure of ours.
pub(crate) fn line(text: &str) {
    if !text.is_empty() {
        let _ = writeln!(std::io::stdout(), "{text}");
    }
}

/// A number of things, such as `1 backup` or `2 backups`.
pub(crate) fn counted(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// Prints a note.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A progress bar on stderr; none where stderr is no terminal.
pub(crate) fn progress(length: u64, what: &'static str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg} [{bar:40}] {pos}/{len}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style).with_message(what)
}

/// Whether results go to a person's terminal.
pub(crate) fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}
