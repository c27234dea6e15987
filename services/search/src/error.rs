//! Errors of search, with the kind, the reason and the fields that a caller gets.

use std::io::ErrorKind;

use model::InvalidField;
use rpc::{Failure, Kind};
use tantivy::{TantivyError, directory::error::OpenWriteError};
use tonic::Code;

/// A failure of a verb of search.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is wrong.
    #[error("{0}")]
    Invalid(#[from] InvalidField),
    /// The caller may not search drafts and submissions.
    #[error(
        "drafts and submissions are searched by people with a role only: send a token that gives one"
    )]
    NotPublished,
    /// The index failed.
    #[error("the index failed")]
    Index(#[from] tantivy::TantivyError),
    /// A file of the index failed.
    #[error("a file of the index failed")]
    File(#[from] std::io::Error),
    /// An index is damaged, or of another format.
    #[error("the index is damaged: {0}")]
    Damaged(String),
    /// The file of terms that stand for one another is wrong.
    #[error("{0}")]
    Synonyms(String),
    /// Another process writes the index.
    #[error("the index is in use by another process; give each replica a folder of its own")]
    InUse,
    /// There is no index to answer from yet.
    #[error("the index is being built; try again in a moment")]
    Building,
    /// This replica has applied fewer events than the one that answered the page before.
    #[error(
        "this index is behind the one that answered the page before; try again, or begin without a page token"
    )]
    Behind,
    /// This replica has applied more events than the one that answered the page before, and no longer has that state.
    #[error(
        "the results changed since the page before, and that state is gone; begin again without a page token"
    )]
    PageExpired,
    /// More drafts and submissions existed at a moment than are indexed for one question.
    #[error(
        "too many drafts and submissions existed at that moment to be searched at once; name a cycle"
    )]
    TooManyPastTexts,
    /// A document of the index cannot be read.
    #[error("a document of the index cannot be read")]
    BadDocument(#[from] serde_json::Error),
    /// Storage did not answer.
    #[error("storage did not answer")]
    Storage(#[source] Box<tonic::Status>),
    /// The answer of storage does not read.
    #[error("the answer of storage is not valid: {0}")]
    Unreadable(InvalidField),
    /// A thread of the pool panicked.
    #[error("a thread panicked")]
    Panicked(#[from] tokio::task::JoinError),
}

impl Error {
    /// The category.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Invalid(_) | Self::TooManyPastTexts | Self::PageExpired => Kind::Invalid,
            Self::NotPublished => Kind::Denied,
            Self::Building | Self::Behind => Kind::Unavailable,
            _ if self.is_disk_full() => Kind::Exhausted,
            Self::Storage(status) if rpc::is_unavailable(status) => Kind::Unavailable,
            Self::Index(_)
            | Self::File(_)
            | Self::Damaged(_)
            | Self::Synonyms(_)
            | Self::InUse
            | Self::BadDocument(_)
            | Self::Storage(_)
            | Self::Unreadable(_)
            | Self::Panicked(_) => Kind::Internal,
        }
    }

    /// Whether the disk of the index has no room.
    fn is_disk_full(&self) -> bool {
        let kind = match self {
            Self::File(error) => Some(error.kind()),
            Self::Index(TantivyError::IoError(error)) => Some(error.kind()),
            Self::Index(TantivyError::OpenWriteError(OpenWriteError::IoError {
                io_error, ..
            })) => Some(io_error.kind()),
            _ => None,
        };
        matches!(kind, Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
    }

    /// Whether trying again later can help.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Invalid(_)
            | Self::Unreadable(_)
            | Self::NotPublished
            | Self::TooManyPastTexts
            | Self::PageExpired => false,
            Self::Storage(status) => !is_final(status),
            Self::Index(_)
            | Self::File(_)
            | Self::Damaged(_)
            | Self::Synonyms(_)
            | Self::InUse
            | Self::Building
            | Self::Behind
            | Self::BadDocument(_)
            | Self::Panicked(_) => true,
        }
    }

    /// Returns the status that the caller gets.
    pub(crate) fn failure(&self) -> Failure {
        let (reason, fields) = match self {
            Self::Invalid(field) => (&*field.reason, vec![field.clone()]),
            Self::TooManyPastTexts => {
                let description =
                    "too many drafts and submissions existed at that moment; name a cycle";
                (
                    "TOO_MANY_PAST_TEXTS",
                    vec![InvalidField::new("filters", "TOO_MANY_PAST_TEXTS", description)],
                )
            }
            Self::PageExpired => {
                let field = InvalidField::new("page_token", "PAGE_EXPIRED", self.to_string());
                ("PAGE_EXPIRED", vec![field])
            }
            Self::Storage(_) => ("STORAGE_AWAY", Vec::new()),
            Self::NotPublished => ("ROLE_MISSING", Vec::new()),
            Self::Building => ("INDEX_BEING_BUILT", Vec::new()),
            Self::Behind => ("INDEX_BEHIND", Vec::new()),
            _ if self.is_disk_full() => ("DISK_FULL", Vec::new()),
            Self::Index(_)
            | Self::File(_)
            | Self::Damaged(_)
            | Self::Synonyms(_)
            | Self::InUse
            | Self::BadDocument(_)
            | Self::Unreadable(_)
            | Self::Panicked(_) => ("INTERNAL", Vec::new()),
        };
        Failure {
            kind: self.kind(),
            reason: reason.to_owned(),
            message: self.to_string(),
            fields: rpc::violations(&fields),
        }
    }
}

/// Whether storage would give the same answer again. An internal failure is none of these: giving up on it would leave a
/// document out of the index for good.
fn is_final(status: &tonic::Status) -> bool {
    matches!(
        status.code(),
        Code::InvalidArgument
            | Code::NotFound
            | Code::PermissionDenied
            | Code::Unauthenticated
            | Code::FailedPrecondition
            | Code::OutOfRange
            | Code::Unimplemented
    )
}

impl From<tonic::Status> for Error {
    fn from(status: tonic::Status) -> Self {
        Self::Storage(Box::new(status))
    }
}

impl From<storage_client::Error> for Error {
    fn from(error: storage_client::Error) -> Self {
        match error {
            storage_client::Error::Status(status) => Self::Storage(status),
            storage_client::Error::Unreadable(fault) => Self::Unreadable(fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_that_stays_the_same_is_given_up() {
        for (code, expected) in [
            (Code::Unavailable, true),
            (Code::DeadlineExceeded, true),
            (Code::Internal, true),
            (Code::ResourceExhausted, true),
            (Code::NotFound, false),
            (Code::InvalidArgument, false),
        ] {
            let error = Error::from(tonic::Status::new(code, ""));
            assert_eq!(error.is_retryable(), expected, "{code:?}");
        }
    }
}
