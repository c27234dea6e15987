//! The end of a command without success: an exit code and a message for the user.

use std::fmt::Write as _;

use tonic::{Code, Status};

/// Something failed or was rejected.
pub(crate) const FAILED: u8 = 1;
/// The server cannot be reached.
pub(crate) const UNREACHABLE: u8 = 3;
/// It is not ready, or did not become so in time.
pub(crate) const NOT_READY: u8 = 4;
/// The audit log is not sound.
pub(crate) const UNSOUND: u8 = 5;

/// The end of a command that did not succeed.
#[derive(Debug)]
pub(crate) struct Stop {
    /// Exit code.
    pub(crate) code: u8,
    /// Stable name in upper snake case; empty where there is none.
    pub(crate) reason: String,
    /// What went wrong and what to do.
    pub(crate) message: String,
    /// What is wrong with which field: path, reason, description.
    pub(crate) fields: Vec<(String, String, String)>,
}

impl Stop {
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
        for (field, reason, description) in &self.fields {
            let colon = if field.is_empty() { "" } else { ": " };
            // A text takes all that is written to it.
            let _ = write!(text, "\n  {field}{colon}{description} ({reason})");
        }
        text
    }
}

impl From<Status> for Stop {
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

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::failed(format!("{error:#}"))
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::failed(error.to_string())
    }
}
