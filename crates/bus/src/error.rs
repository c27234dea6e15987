//! Errors of the bus: which can be retried, and which are final.

/// A failure of the bus.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The embedded bus's file failed.
    #[error("the bus's file failed")]
    File(#[from] sqlx::Error),
    /// The file does not fit this program.
    #[error("{0}")]
    Unfit(String),
    /// An event does not read back.
    #[error("a message does not read back: {0}")]
    BadMessage(String),
    /// There is no such queue.
    #[error("there is no queue `{0}`")]
    NoQueue(String),
    /// The broker is away.
    #[error("the broker is not there: {0}")]
    Away(String),
    /// The broker takes no more.
    #[error("{0}")]
    Full(String),
}

/// Category of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// May go better later.
    Unavailable,
    /// What was named is not there.
    NotFound,
    /// Goes no better by itself.
    Internal,
}

impl Error {
    /// The category.
    pub fn kind(&self) -> Kind {
        match self {
            Self::File(_) | Self::Away(_) | Self::Full(_) => Kind::Unavailable,
            Self::NoQueue(_) => Kind::NotFound,
            Self::Unfit(_) | Self::BadMessage(_) => Kind::Internal,
        }
    }
}
