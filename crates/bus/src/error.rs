//! What can go wrong on the bus.

/// A failure of the bus. All but `Unfit` are worth trying again.
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
}
