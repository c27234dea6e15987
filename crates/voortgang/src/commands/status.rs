//! `status`: whether every role is ready, and how far each is.

use std::collections::BTreeMap;

use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use wire::{search::GetSearchStatusRequest, storage::GetStorageStatusRequest};

use crate::{
    client::{Client, ask},
    output::Output,
    results::StatusShown,
    roles::SERVICES,
    stop::{NOT_READY, Stop},
};

const SERVING: i32 = 1;

pub(crate) async fn run(client: &Client, output: Output) -> Result<(), Stop> {
    let status = status(client).await?;
    output.result(&status, || text(&status))?;
    if status.ready { Ok(()) } else { Err(Stop::silent(NOT_READY)) }
}

async fn status(client: &Client) -> Result<StatusShown, Stop> {
    let mut roles = BTreeMap::new();
    for (role, service) in SERVICES {
        let request = HealthCheckRequest { service: service.to_owned() };
        let answer = HealthClient::new(client.channel.clone()).check(ask(request)).await?;
        roles.insert(role.to_owned(), answer.into_inner().status == SERVING);
    }
    let storage = client
        .storage()
        .get_storage_status(ask(GetStorageStatusRequest {}))
        .await
        .ok()
        .map(tonic::Response::into_inner);
    let search = client
        .search()
        .get_search_status(ask(GetSearchStatusRequest {}))
        .await
        .ok()
        .map(tonic::Response::into_inner);
    Ok(StatusShown {
        ready: roles.values().all(|is_ready| *is_ready) && storage.is_some() && search.is_some(),
        roles,
        last_position: storage.as_ref().map(|storage| storage.last_position),
        relayed_position: storage.as_ref().map(|storage| storage.relayed_position),
        watermark: search.map(|search| search.watermark),
        contributions: storage.as_ref().map(|storage| storage.contributions),
        dead_letters: storage.as_ref().map(|storage| storage.dead_letters),
    })
}

fn text(status: &StatusShown) -> String {
    let role = |(role, is_ready): (&String, &bool)| {
        format!("{role:10} {}\n", if *is_ready { "ready" } else { "not ready" })
    };
    let number =
        |number: Option<u64>| number.map_or("unknown".to_owned(), |number| number.to_string());
    let StatusShown {
        roles,
        last_position,
        relayed_position,
        watermark,
        contributions,
        dead_letters,
        ..
    } = status;
    let roles: String = roles.iter().map(role).collect();
    format!(
        "{roles}\ncontributions {}\nchanges       {}, told up to {}, searchable up to {}\ndead letters  {}",
        number(*contributions),
        number(*last_position),
        number(*relayed_position),
        number(*watermark),
        number(*dead_letters)
    )
}
