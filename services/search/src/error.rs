//! What can go wrong in search.

use model::InvalidField;
use rpc::{Failure, Kind};

/// A failure of a verb of search.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is wrong.
    #[error("{0}")]
    Invalid(#[from] InvalidField),
    /// The index failed.
    #[error("the index failed")]
    Index(#[from] tantivy::TantivyError),
    /// A file of the index failed.
    #[error("a file of the index failed")]
    File(#[from] std::io::Error),
    /// A document does not read back.
    #[error("a document does not read back")]
    BadDocument(#[from] serde_json::Error),
    /// Storage did not answer.
    #[error("storage did not answer")]
    Storage(#[source] Box<tonic::Status>),
    /// Storage answered what cannot be.
    #[error("storage answered what cannot be: {0}")]
    BadAnswer(InvalidField),
    /// A thread of ours panicked.
    #[error("a thread panicked")]
    Panicked(#[from] tokio::task::JoinError),
}

impl Error {
    /// The category.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Invalid(_) => Kind::Invalid,
            Self::Storage(status) if rpc::is_unavailable(status) => Kind::Unavailable,
            _ => Kind::Internal,
        }
    }

    /// Whether trying again later can help.
    pub fn is_retryable(&self) -> bool {
        !matches!(self, Self::Invalid(_) | Self::BadAnswer(_))
            && !matches!(self, Self::Storage(status) if !rpc::is_unavailable(status))
    }

    /// What the caller is told.
    pub(crate) fn failure(&self) -> Failure {
        let (reason, fields) = match self {
            Self::Invalid(field) => (&*field.reason, vec![field.clone()]),
            Self::Storage(_) => ("STORAGE_AWAY", Vec::new()),
            _ => ("INTERNAL", Vec::new()),
        };
        Failure {
            kind: self.kind(),
            reason: reason.to_owned(),
            message: self.to_string(),
            fields: rpc::told(&fields),
        }
    }
}

impl From<tonic::Status> for Error {
    fn from(status: tonic::Status) -> Self {
        Self::Storage(Box::new(status))
    }
}
