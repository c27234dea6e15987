//! Errors of ingest, with the kind and the reason that a caller gets.

use rpc::{Failure, Kind};
use tonic::{Code, Status};
use wire::v1::{FieldViolation, SaveResult};

/// A failure of a verb of ingest.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The save was refused, by a check or by storage; the result says why.
    #[error("the save was refused")]
    Rejected(Box<SaveResult>),
    /// Storage answered with an error of its own, meant for the caller.
    #[error("storage refused the call")]
    Refused(#[source] Status),
    /// Storage is not there.
    #[error("storage is not there: try again later")]
    StorageAway(#[source] Status),
    /// Storage did not answer in time.
    #[error(
        "storage did not answer in time; ask what became of the save before sending it again without a request id"
    )]
    StorageSlow(#[source] Status),
    /// Storage sent what cannot be read.
    #[error("storage sent what cannot be read: {0}")]
    Unreadable(String),
    /// The dry run has too many items.
    #[error(
        "a dry run takes at most {items} items of {bytes} bytes together: check the items in several runs"
    )]
    DryRunTooLarge {
        /// Maximum number of items.
        items: usize,
        /// Maximum number of bytes.
        bytes: usize,
    },
    /// Others are making dry runs.
    #[error("as many dry runs as are allowed are running: try again later")]
    TooManyDryRuns,
    /// A check panicked or was cancelled.
    #[error("a check did not end")]
    Check(#[from] tokio::task::JoinError),
}

impl Error {
    /// The category.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Rejected(result) => result
                .error
                .as_ref()
                .map_or(Kind::Invalid, |error| Code::from_i32(error.code).into()),
            Self::DryRunTooLarge { .. } => Kind::Exhausted,
            Self::StorageAway(_) | Self::TooManyDryRuns => Kind::Unavailable,
            Self::StorageSlow(_) => Kind::Deadline,
            Self::Refused(_) | Self::Unreadable(_) | Self::Check(_) => Kind::Internal,
        }
    }

    /// Stable name in upper snake case.
    pub fn reason(&self) -> &str {
        match self {
            Self::Rejected(result) => {
                result.error.as_ref().map_or("REJECTED", |error| error.reason.as_str())
            }
            Self::StorageAway(_) => "STORAGE_AWAY",
            Self::StorageSlow(_) => "STORAGE_SLOW",
            Self::DryRunTooLarge { .. } => "DRY_RUN_TOO_LARGE",
            Self::TooManyDryRuns => "TOO_MANY_DRY_RUNS",
            Self::Refused(_) | Self::Unreadable(_) | Self::Check(_) => "INTERNAL",
        }
    }

    /// Returns what the caller gets. For a refused save, the same error as in a stream.
    pub(crate) fn failure(&self) -> Failure {
        let refusal = match self {
            Self::Rejected(result) => result.error.as_ref(),
            _ => None,
        };
        let parts = |violation: &FieldViolation| {
            let FieldViolation { field, reason, description } = violation.clone();
            (field, reason, description)
        };
        Failure {
            kind: self.kind(),
            reason: self.reason().into(),
            message: refusal.map_or_else(|| self.to_string(), |error| error.message.clone()),
            fields: refusal
                .map(|error| error.field_violations.iter().map(parts).collect())
                .unwrap_or_default(),
        }
    }
}

impl From<storage_client::Error> for Error {
    fn from(error: storage_client::Error) -> Self {
        match error {
            storage_client::Error::Status(status) => Self::from(*status),
            storage_client::Error::Unreadable(fault) => Self::Unreadable(fault.to_string()),
        }
    }
}

/// Separates storage's own statuses from transport failures.
impl From<Status> for Error {
    fn from(status: Status) -> Self {
        let is_of_transport = std::error::Error::source(&status).is_some();
        match status.code() {
            Code::Cancelled | Code::DeadlineExceeded => Self::StorageSlow(status),
            Code::Unavailable => Self::StorageAway(status),
            _ if is_of_transport => Self::StorageAway(status),
            _ => Self::Refused(status),
        }
    }
}
