//! What can go wrong, and whose fault it is.

use std::{io, time::Duration};

use model::InvalidField;
use rpc::Kind;

use crate::{TemplateFault, template::InvalidTemplate};

/// Why something was not rendered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request is wrong.
    #[error("invalid request: {0}")]
    Invalid(#[from] InvalidField),
    /// The template folder cannot be used.
    #[error("invalid template")]
    Template(#[from] InvalidTemplate),
    /// The template is at fault.
    #[error("the template is at fault: {}", listed(.0))]
    TemplateFaults(Vec<TemplateFault>),
    /// What is pinned cannot be rendered.
    #[error("{0}")]
    Content(String),
    /// These contributions cannot be rendered, each for its reason.
    #[error("{}; change what is wrong, or publish without it (`--leave-out`)", each(.0))]
    Contributions(Vec<(String, Box<Error>)>),
    /// It took too long.
    #[error("rendering took more than {} s and was stopped", .0.as_secs())]
    TimeLimit(Duration),
    /// It asked for too much memory.
    #[error("rendering asked for more than the {} MiB of memory that it may use", .0 / (1024 * 1024))]
    MemoryLimit(u64),
    /// The process that renders ended.
    #[error("the rendering process ended unexpectedly: {0}")]
    WorkerDied(String),
    /// The program that renders has a fault, which the same edition would meet again.
    #[error("the rendering process has a fault: {0}")]
    WorkerFault(String),
    /// The process that renders cannot be started.
    #[error("the rendering process cannot be started")]
    WorkerStart(#[source] io::Error),
    /// Storage refused or is away.
    #[error("storage answered `{}`: {}", .0.code(), .0.message())]
    Storage(#[source] Box<tonic::Status>),
    /// Storage answered what cannot be understood.
    #[error("storage answered what cannot be read: {0}")]
    Unreadable(String),
}

impl Error {
    /// Whether another worker has taken the job over.
    pub(crate) fn is_lease_lost(&self) -> bool {
        matches!(self, Self::Storage(status) if rpc::reason(status).as_deref() == Some("LEASE_LOST"))
    }

    /// The category of the failure.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Invalid(_) => Kind::Invalid,
            Self::Template(_)
            | Self::TemplateFaults(_)
            | Self::Content(_)
            | Self::Contributions(_) => Kind::Precondition,
            Self::TimeLimit(_) => Kind::Deadline,
            Self::MemoryLimit(_) => Kind::Exhausted,
            Self::Storage(status) if status.code() == tonic::Code::NotFound => Kind::NotFound,
            Self::Storage(status) if rpc::is_unavailable(status) => Kind::Unavailable,
            Self::WorkerDied(_)
            | Self::WorkerFault(_)
            | Self::WorkerStart(_)
            | Self::Storage(_)
            | Self::Unreadable(_) => Kind::Internal,
        }
    }

    /// Stable name of the failure.
    pub fn reason(&self) -> &str {
        match self {
            Self::Invalid(field) => &field.reason,
            Self::Template(_) => "INVALID_TEMPLATE_FOLDER",
            Self::TemplateFaults(_) => "TEMPLATE_FAULT",
            Self::Content(_) | Self::Contributions(_) => "CONTENT_NOT_RENDERABLE",
            Self::TimeLimit(_) => "RENDERING_TIME_LIMIT",
            Self::MemoryLimit(_) => "RENDERING_MEMORY_LIMIT",
            Self::WorkerDied(_) => "RENDERING_PROCESS_ENDED",
            Self::WorkerFault(_) => "RENDERING_PROCESS_FAULT",
            Self::WorkerStart(_) => "RENDERING_PROCESS_NOT_STARTED",
            Self::Storage(_) => "STORAGE_FAILED",
            Self::Unreadable(_) => "STORAGE_UNREADABLE",
        }
    }

    /// Whether rendering the same edition with the same template would fail again.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::TemplateFaults(_)
                | Self::Content(_)
                | Self::Contributions(_)
                | Self::TimeLimit(_)
                | Self::MemoryLimit(_)
                | Self::WorkerFault(_)
                | Self::Unreadable(_)
        )
    }
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
            storage_client::Error::Unreadable(fault) => Self::Unreadable(fault.to_string()),
        }
    }
}

fn listed(faults: &[TemplateFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn each(contributions: &[(String, Box<Error>)]) -> String {
    let line = |(name, error): &(String, Box<Error>)| format!("contribution `{name}`: {error}");
    contributions.iter().map(line).collect::<Vec<_>>().join("; ")
}
