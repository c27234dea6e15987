//! `status`: whether all services are ready, how far each replica is, and what is wrong.

use std::collections::BTreeMap;

use tonic::Status;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use wire::v1::{
    GetSearchStatusRequest, GetSearchStatusResponse, GetStorageStatusRequest,
    GetStorageStatusResponse, Problem,
};

use wire::Service;

use crate::{
    client::{Client, ask, each_replica},
    error::{DEGRADED, DOWN, Error},
    output::Output,
    results::{Message, ReplicaShown, Severity, StatusShown, problem_text},
};

const SERVING: i32 = 1;

pub(crate) async fn run(client: &Client, output: Output) -> Result<(), Error> {
    let status = status(client).await.map_err(|error| Error { code: DOWN, ..error })?;
    output.result(&status, || text(&status))?;
    match status.status {
        Severity::Ready => Ok(()),
        Severity::Degraded => Err(Error::silent(DEGRADED)),
        Severity::Down => Err(Error::silent(DOWN)),
    }
}

async fn status(client: &Client) -> Result<StatusShown, Error> {
    let mut services = BTreeMap::new();
    for service in Service::ALL {
        // The portal answers no calls of its own.
        let Some(grpc) = service.public().first() else { continue };
        let request = HealthCheckRequest { service: (*grpc).to_owned() };
        let answer = HealthClient::new(client.transport().clone()).check(ask(request)).await?;
        services.insert(service.name().to_owned(), answer.into_inner().status == SERVING);
    }
    let call = async |request| client.operations().get_storage_status(request).await;
    let storage = each_replica(|| ask(GetStorageStatusRequest {}), call).await;
    let call = async |request| client.search_index().get_search_status(request).await;
    let search = each_replica(|| ask(GetSearchStatusRequest {}), call).await;
    let of_storage = storage.iter().enumerate().map(|(number, answer)| {
        let own = |answer: &GetStorageStatusResponse| {
            (String::new(), answer.last_position, answer.problems.clone())
        };
        replica("storage", number, answer, own)
    });
    let of_search = search.iter().enumerate().map(|(number, answer)| {
        let own = |answer: &GetSearchStatusResponse| {
            (answer.replica.clone(), answer.watermark, answer.problems.clone())
        };
        replica("search", number, answer, own)
    });
    let replicas: Vec<ReplicaShown> = of_storage.chain(of_search).collect();
    let storage = storage.into_iter().find_map(Result::ok).map(Message);
    let search = search.into_iter().find_map(Result::ok).map(Message);
    let ready =
        services.values().all(|is_ready| *is_ready) && storage.is_some() && search.is_some();
    let status = if !ready {
        Severity::Down
    } else if replicas.iter().any(|replica| !replica.problems.is_empty()) {
        Severity::Degraded
    } else {
        Severity::Ready
    };
    Ok(StatusShown { status, ready, services, storage, search, replicas })
}

/// `own` takes its name, position and problems out of an answer.
fn replica<A>(
    service: &'static str,
    number: usize,
    answer: &Result<A, Status>,
    own: impl Fn(&A) -> (String, u64, Vec<Problem>),
) -> ReplicaShown {
    let number = (number + 1).to_string();
    match answer {
        Ok(answer) => {
            let (name, position, problems) = own(answer);
            let problems = problems.iter().map(problem_text).collect();
            let replica = if name.is_empty() { number } else { name };
            ReplicaShown { service, replica, position: Some(position), problems }
        }
        Err(status) => {
            let problems = vec![format!("it does not answer: {}", status.message())];
            ReplicaShown { service, replica: number, position: None, problems }
        }
    }
}

fn text(status: &StatusShown) -> String {
    let line = |(name, is_ready): (&String, &bool)| {
        format!("{name:10} {}\n", if *is_ready { "ready" } else { "not ready" })
    };
    let number =
        |number: Option<u64>| number.map_or("unknown".to_owned(), |number| number.to_string());
    let StatusShown { services, storage, replicas, .. } = status;
    let storage = storage.as_ref().map(|Message(storage)| storage);
    let services: String = services.iter().map(line).collect();
    let searchable = replicas.iter().filter(|replica| replica.service == "search").map(|replica| {
        let ReplicaShown { replica, position, .. } = replica;
        format!(", searchable up to {} ({replica})", number(*position))
    });
    let fonts = storage.iter().flat_map(|storage| &storage.missing_fonts);
    let fonts = fonts.map(|missing| format!("\nfonts missing {missing}"));
    let problems = replicas.iter().flat_map(|replica| {
        let ReplicaShown { service, replica, problems, .. } = replica;
        problems.iter().map(move |problem| format!("\n{service} {replica}: {problem}"))
    });
    format!(
        "{services}\ncontributions {}\nchanges       {}, published up to {}{}\ndead letters  {}{}{}",
        number(storage.map(|storage| storage.contributions)),
        number(storage.map(|storage| storage.last_position)),
        number(storage.map(|storage| storage.relayed_position)),
        searchable.collect::<String>(),
        number(storage.map(|storage| storage.dead_letters)),
        fonts.collect::<String>(),
        problems.collect::<String>(),
    )
}
