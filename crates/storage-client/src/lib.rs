//! Storage as the other services read it: cycles with their frameworks, and editions with all that they pin.
//!
//! Owns no state. Each call has a timeout and belongs to the call that is being answered. What only one service asks of storage
//! it asks through [`StorageClient::clients`] itself.

mod edition;

use std::time::Duration;

use model::{Cycle, CycleName, Framework, InvalidField};
use rpc::Channel;
use tonic::{Code, Request, Response, Status};
use wire::{Clients, v1 as pb};

pub use crate::edition::PinnedEdition;

/// Why storage did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It did not answer, or refused.
    #[error("storage answered `{}`: {}", .0.code(), .0.message())]
    Status(#[source] Box<Status>),
    /// A part of its answer is missing or cannot be read.
    #[error("storage answered what cannot be read: {0}")]
    Unreadable(#[source] InvalidField),
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        Self::Status(Box::new(status))
    }
}

/// Reads from storage.
#[derive(Debug, Clone)]
pub struct StorageClient {
    clients: Clients<Channel>,
    timeout: Duration,
    pauses: &'static [Duration],
}

impl StorageClient {
    /// Reads through this channel, without retries; `timeout` is for each call.
    pub const fn new(channel: Channel, timeout: Duration) -> Self {
        Self { clients: Clients::new(channel), timeout, pauses: &[] }
    }

    /// The same client, which repeats a read after each of these pauses while storage is unavailable.
    #[must_use]
    pub fn with_retries(self, pauses: &'static [Duration]) -> Self {
        Self { pauses, ..self }
    }

    /// Clients of all that storage answers, for [requests](Self::request) of other kinds.
    pub const fn clients(&self) -> &Clients<Channel> {
        &self.clients
    }

    /// A request that has to be answered within the timeout.
    pub fn request<T>(&self, message: T) -> Request<T> {
        rpc::deadline(message, self.timeout)
    }

    /// Returns a cycle, if there is one of this name.
    pub async fn find_cycle(&self, name: &CycleName) -> Result<Option<Cycle>, Error> {
        match self.cycle(name).await {
            Ok(cycle) => Ok(Some(cycle)),
            Err(Error::Status(status)) if status.code() == Code::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the cycle of this name.
    pub async fn cycle(&self, name: &CycleName) -> Result<Cycle, Error> {
        let request = pb::GetCycleRequest { name: name.to_string() };
        let call =
            || async { self.clients.cycles().get_cycle(self.request(request.clone())).await };
        let pb::GetCycleResponse { cycle } = retry(self.pauses, call).await?;
        read(cycle, "cycle")
    }

    /// Returns the framework of a cycle, in the version of the cycle.
    pub async fn framework_of(&self, cycle: &Cycle) -> Result<Framework, Error> {
        self.framework(cycle.framework.as_str(), cycle.framework_version).await
    }

    /// Reads a version of a framework; 0 is the latest.
    ///
    /// # Errors
    ///
    /// Where storage does not answer, or with something else.
    pub async fn framework(&self, code: &str, version: u32) -> Result<Framework, Error> {
        let request = pb::GetFrameworkRequest { code: code.to_owned(), version };
        let call = || async {
            self.clients.frameworks().get_framework(self.request(request.clone())).await
        };
        let pb::GetFrameworkResponse { framework } = retry(self.pauses, call).await?;
        read(framework, "framework")
    }
}

/// Calls, and while storage is unavailable again after each of the pauses.
pub async fn retry<T, F: Future<Output = Result<Response<T>, Status>>>(
    pauses: &[Duration],
    call: impl Fn() -> F,
) -> Result<T, Status> {
    for pause in pauses {
        match call().await {
            Err(status) if status.code() == Code::Unavailable => tokio::time::sleep(*pause).await,
            answer => return answer.map(Response::into_inner),
        }
    }
    call().await.map(Response::into_inner)
}

/// Reads a part of an answer that has to be there.
pub fn read<M, T: TryFrom<M, Error = InvalidField>>(
    message: Option<M>,
    name: &str,
) -> Result<T, Error> {
    let message = message.ok_or_else(|| missing(name))?;
    T::try_from(message).map_err(|fault| Error::Unreadable(fault.within(name)))
}

/// The error of an answer without a part that has to be there.
pub fn missing(name: &str) -> Error {
    Error::Unreadable(InvalidField::new(name, "NOT_GIVEN", "is missing"))
}
