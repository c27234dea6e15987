//! Probes of what services depend on; their results are served on the operator's port.

use std::{sync::Arc, time::Duration};

use bus::Bus;
use futures::future::BoxFuture;
use object_store::{ObjectStore, ObjectStoreExt as _, path::Path};
use rpc::Channel;
use runtime::Dependency;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use wire::{
    Clients,
    v1::{GetSearchStatusRequest, GetStorageStatusRequest, Problem},
};

use wire::Service;

use crate::results::problem_text;

/// For the answer of a probe.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// Whether a service can do anything without a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It cannot.
    Required,
    /// It goes on, with less: it serves what it has, or keeps what it would have sent.
    Wanted,
}

/// A service, asked by its own health service.
pub(crate) fn service(service: Service, channel: Channel, need: Need) -> Dependency {
    let grpc = service.public().first().copied().unwrap_or_default();
    depend(service.name(), need, move || {
        let mut client = HealthClient::new(channel.clone());
        Box::pin(async move {
            let request = HealthCheckRequest { service: grpc.to_owned() };
            let answer = client.check(rpc::deadline(request, PROBE_TIMEOUT)).await;
            match answer.map_err(|status| status.message().to_owned())?.into_inner().status {
                1 => Ok(()),
                _ => Err("it reports that it does not serve".to_owned()),
            }
        })
    })
}

/// The database, asked through storage itself, so that the whole path is probed.
pub(crate) fn database(storage: Channel) -> Dependency {
    depend("database", Need::Required, move || {
        let mut client = Clients::new(storage.clone()).operations();
        Box::pin(async move {
            let request = rpc::deadline(GetStorageStatusRequest {}, PROBE_TIMEOUT);
            let asked = client.get_storage_status(request);
            asked.await.map(drop).map_err(|status| status.message().to_owned())
        })
    })
}

/// What storage itself finds wrong, by what it tries and by its scheduled check; it goes on all the same.
pub(crate) fn record(storage: Channel) -> Dependency {
    depend("record", Need::Wanted, move || {
        let mut client = Clients::new(storage.clone()).operations();
        Box::pin(async move {
            let asked =
                client.get_storage_status(rpc::deadline(GetStorageStatusRequest {}, PROBE_TIMEOUT));
            let answer = asked.await.map_err(|status| status.message().to_owned())?;
            none_of(&answer.into_inner().problems)
        })
    })
}

/// What search itself finds wrong with its indexes; it goes on all the same.
pub(crate) fn indexes(search: Channel) -> Dependency {
    depend("indexes", Need::Wanted, move || {
        let mut client = Clients::new(search.clone()).search_index();
        Box::pin(async move {
            let asked =
                client.get_search_status(rpc::deadline(GetSearchStatusRequest {}, PROBE_TIMEOUT));
            let answer = asked.await.map_err(|status| status.message().to_owned())?;
            none_of(&answer.into_inner().problems)
        })
    })
}

fn none_of(problems: &[Problem]) -> Result<(), String> {
    let problems: Vec<String> = problems.iter().map(problem_text).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
}

pub(crate) fn bus(bus: Arc<dyn Bus>, need: Need) -> Dependency {
    depend("bus", need, move || {
        let bus = bus.clone();
        Box::pin(async move { bus.depths().await.map(drop).map_err(in_full) })
    })
}

/// The object store. An absent catalogue is an answer too.
pub(crate) fn objects(objects: Arc<dyn ObjectStore>, need: Need) -> Dependency {
    depend("objects", need, move || {
        let objects = objects.clone();
        Box::pin(async move {
            match objects.head(&Path::from("public/catalogue.json")).await {
                Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(in_full(error)),
            }
        })
    })
}

fn depend(
    name: &'static str,
    need: Need,
    probe: impl Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync + 'static,
) -> Dependency {
    Dependency { name, is_required: need == Need::Required, probe: Box::new(probe) }
}

fn in_full(error: impl Into<anyhow::Error>) -> String {
    format!("{:#}", error.into())
}
