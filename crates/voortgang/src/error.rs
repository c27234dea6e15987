//! The end of a command without success: an exit code and a message for the user.

use std::fmt::Write as _;

use tonic::{Code, Status};

/// Something failed or was rejected.
pub(crate) const FAILED: u8 = 1;
/// `status`: something is wrong, and work goes on.
pub(crate) const DEGRADED: u8 = 1;
/// `status`: a service does not answer.
pub(crate) const DOWN: u8 = 2;
/// The server cannot be reached.
pub(crate) const UNREACHABLE: u8 = 3;
/// It did not become ready in time.
pub(crate) const NOT_READY: u8 = 4;
/// The audit log is not sound.
pub(crate) const UNSOUND: u8 = 5;

/// The end of a command that did not succeed.
#[derive(Debug)]
pub(crate) struct Error {
    /// Exit code.
    pub(crate) code: u8,
    /// Stable name in upper snake case; empty where there is none.
    pub(crate) reason: String,
    /// What went wrong and what to do.
    pub(crate) message: String,
    /// What is wrong with which field: path, reason, description.
    pub(crate) fields: Vec<(String, String, String)>,
}

impl Error {
    /// A failure in words.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self { code: FAILED, reason: String::new(), message: message.into(), fields: Vec::new() }
    }

    /// A failure that the results on stdout report in full.
    pub(crate) fn silent(code: u8) -> Self {
        Self { code, ..Self::failed("") }
    }

    /// The text for stderr.
    pub(crate) fn text(&self) -> String {
        let reason =
            if self.reason.is_empty() { String::new() } else { format!(" ({})", self.reason) };
        let mut text = format!("error: {}{reason}", self.message);
        // The message often says what is wrong with the first one, or all.
        let is_new = |(field, _, description): &&(String, String, String)| {
            !(self.message.contains(field.as_str()) && self.message.contains(description.as_str()))
        };
        for (field, reason, description) in self.fields.iter().filter(is_new) {
            let colon = if field.is_empty() { "" } else { ": " };
            // A text takes all that is written to it.
            let _ = write!(text, "\n  {field}{colon}{description} ({reason})");
        }
        text
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        let is_away = status.code() == Code::Unavailable;
        let hint = match status.code() {
            Code::Unavailable => {
                "; is a server running? start one with `voortgang up`, or name it with --server"
            }
            // The connection was closed before an answer came; no server of ours answers so.
            Code::Cancelled | Code::Unknown => {
                "; the connection was ended: does the server trust the certificate of VOORTGANG_CERTIFICATE?"
            }
            _ => "",
        };
        Self {
            code: if is_away { UNREACHABLE } else { FAILED },
            reason: rpc::reason(&status)
                .unwrap_or_else(|| format!("{:?}", status.code()).to_uppercase()),
            message: format!("{}{hint}", status.message()),
            fields: rpc::field_violations(&status),
        }
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::failed(format!("{error:#}"))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::failed(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_message_says_of_a_field_is_not_said_again() {
        let field =
            |name: &str, what: &str| (name.to_owned(), "TOO_LONG".to_owned(), what.to_owned());
        let fields = vec![field("date", "is no date"), field("reason", "is long")];
        let error = Error {
            reason: "INVALID_DATE".to_owned(),
            fields,
            ..Error::failed("`date`: is no date, and 1 more")
        };
        assert_eq!(
            error.text(),
            "error: `date`: is no date, and 1 more (INVALID_DATE)\n  reason: is long (TOO_LONG)"
        );
    }
}
