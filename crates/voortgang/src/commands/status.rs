//! `status`: whether all services are ready, and how far each is.

use std::collections::BTreeMap;

use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use wire::v1::{GetSearchStatusRequest, GetStorageStatusRequest};

use wire::Service;

use crate::{
    client::{Client, ask},
    output::Output,
    results::{Message, StatusShown},
    stop::{NOT_READY, Stop},
};

const SERVING: i32 = 1;

pub(crate) async fn run(client: &Client, output: Output) -> Result<(), Stop> {
    let status = status(client).await?;
    output.result(&status, || text(&status))?;
    if status.ready { Ok(()) } else { Err(Stop::silent(NOT_READY)) }
}

async fn status(client: &Client) -> Result<StatusShown, Stop> {
    let mut services = BTreeMap::new();
    for service in Service::ALL {
        // The portal answers no calls of its own.
        let Some(grpc) = service.public().first() else { continue };
        let request = HealthCheckRequest { service: (*grpc).to_owned() };
        let answer = HealthClient::new(client.transport().clone()).check(ask(request)).await?;
        services.insert(service.name().to_owned(), answer.into_inner().status == SERVING);
    }
    let storage = client
        .operations()
        .get_storage_status(ask(GetStorageStatusRequest {}))
        .await
        .ok()
        .map(tonic::Response::into_inner);
    let search = client
        .search_index()
        .get_search_status(ask(GetSearchStatusRequest {}))
        .await
        .ok()
        .map(tonic::Response::into_inner);
    Ok(StatusShown {
        ready: services.values().all(|is_ready| *is_ready) && storage.is_some() && search.is_some(),
        services,
        storage: storage.map(Message),
        search: search.map(Message),
    })
}

fn text(status: &StatusShown) -> String {
    let line = |(name, is_ready): (&String, &bool)| {
        format!("{name:10} {}\n", if *is_ready { "ready" } else { "not ready" })
    };
    let number =
        |number: Option<u64>| number.map_or("unknown".to_owned(), |number| number.to_string());
    let StatusShown { services, storage, search, .. } = status;
    let storage = storage.as_ref().map(|Message(storage)| storage);
    let services: String = services.iter().map(line).collect();
    format!(
        "{services}\ncontributions {}\nchanges       {}, published up to {}, searchable up to {}\ndead letters  {}",
        number(storage.map(|storage| storage.contributions)),
        number(storage.map(|storage| storage.last_position)),
        number(storage.map(|storage| storage.relayed_position)),
        number(search.as_ref().map(|Message(search)| search.watermark)),
        number(storage.map(|storage| storage.dead_letters))
    )
}
