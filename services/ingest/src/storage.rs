//! Calls to storage: each in a time limit, and again where that cannot do harm.
//!
//! Invariant: a save is sent a second time only if its request id makes that the same save, or nothing is kept.

use std::time::Duration;

use model::{CycleName, Slug};
use rpc::Channel;
use tonic::{Code, Response, Status};
use wire::{Clients, internal, v1 as pb};

use crate::Error;

/// Waits before the second and third try.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(400)];

/// Storage, seen from ingest.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    client: Clients<Channel>,
    limit: Duration,
}

impl Storage {
    pub(crate) fn new(channel: Channel, limit: Duration) -> Self {
        let client = Clients::new(channel);
        Self { client, limit }
    }

    /// Returns a cycle.
    pub(crate) async fn cycle(&self, name: &CycleName) -> Result<Option<model::Cycle>, Error> {
        let request = pb::GetCycleRequest { name: name.to_string() };
        let answer = again(&PAUSES, || async {
            self.client.cycles().get_cycle(rpc::deadline(request.clone(), self.limit)).await
        })
        .await;
        match answer {
            Ok(pb::GetCycleResponse { cycle }) => Ok(Some(read(cycle, "cycle")?)),
            Err(status) if status.code() == Code::NotFound => Ok(None),
            Err(status) => Err(status.into()),
        }
    }

    /// Returns a version of a framework.
    pub(crate) async fn framework(
        &self,
        code: &Slug,
        version: u32,
    ) -> Result<model::Framework, Error> {
        let request = pb::GetFrameworkRequest { code: code.to_string(), version };
        let call = || async {
            self.client.frameworks().get_framework(rpc::deadline(request.clone(), self.limit)).await
        };
        let pb::GetFrameworkResponse { framework } = again(&PAUSES, call).await?;
        read(framework, "framework")
    }

    /// Saves contributions and returns a result for each.
    pub(crate) async fn save(
        &self,
        saves: Vec<internal::CheckedSave>,
        validate_only: bool,
    ) -> Result<Vec<pb::SaveResult>, Error> {
        let sent = saves.len();
        let has_request_id = |checked: &internal::CheckedSave| {
            checked.save.as_ref().is_some_and(|save| !save.request_id.is_empty())
        };
        let pauses =
            if validate_only || saves.iter().all(has_request_id) { PAUSES.as_slice() } else { &[] };
        let request = internal::SaveContributionsRequest { saves, validate_only };
        let call = || async {
            self.client.saves().save_contributions(rpc::deadline(request.clone(), self.limit)).await
        };
        let internal::SaveContributionsResponse { results } = again(pauses, call).await?;
        if results.len() != sent {
            return Err(Error::BadAnswer(format!("{} results for {sent} saves", results.len())));
        }
        Ok(results)
    }
}

/// Calls; while storage is away, again after each of the pauses.
async fn again<T, F: Future<Output = Result<Response<T>, Status>>>(
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

/// Reads a part of an answer.
fn read<M, T: TryFrom<M, Error = model::InvalidField>>(
    message: Option<M>,
    what: &str,
) -> Result<T, Error> {
    let message = message.ok_or_else(|| Error::BadAnswer(format!("no {what}")))?;
    message.try_into().map_err(|error| Error::BadAnswer(format!("{what}: {error}")))
}
