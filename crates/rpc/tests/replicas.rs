//! Calls over replicas that come and go.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use http::{Request, Response};
use rpc::{Channel, Guard, Incoming, Next};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, body::Body};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

/// Addresses at which nobody listens yet.
async fn addresses(count: usize) -> Vec<String> {
    let mut held = Vec::new();
    for _ in 0..count {
        // No connection of another test comes from this address, so that none takes the port meanwhile.
        held.push(TcpListener::bind("127.0.0.2:0").await.unwrap());
    }
    held.iter().map(|one| format!("http://{}", one.local_addr().unwrap())).collect()
}

async fn serve(address: &str) -> (CancellationToken, tokio::task::JoinHandle<anyhow::Result<()>>) {
    let stop = CancellationToken::new();
    let listener = TcpListener::bind(address.trim_start_matches("http://")).await.unwrap();
    let serving =
        rpc::server().serve(Incoming::port(listener, rpc::ConnectionBounds::PEERS), stop.clone());
    (stop, tokio::spawn(serving))
}

async fn call(channel: &Channel) -> Result<(), Status> {
    HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await.map(drop)
}

/// Calls until as many in a row succeed as there are replicas, so that each had its turn; returns how many failed before.
async fn until_all_succeed(channel: &Channel, replicas: usize) -> usize {
    let deadline = Instant::now() + Duration::from_mins(1);
    let (mut failed, mut in_a_row) = (0, 0);
    while in_a_row < replicas {
        assert!(Instant::now() < deadline, "no call succeeds any more");
        if call(channel).await.is_ok() {
            in_a_row += 1;
        } else {
            (failed, in_a_row) = (failed + 1, 0);
        }
    }
    failed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_not_there_yet_costs_no_call() {
    let addresses = addresses(2).await;
    let channel = rpc::connect_any(&addresses, None).unwrap();
    let waiting = tokio::spawn({
        let channel = channel.clone();
        async move { call(&channel).await }
    });
    let first = serve(&addresses[0]).await;
    waiting.await.unwrap().expect("a call waits for the first replica");
    for _ in 0..50 {
        call(&channel).await.expect("the other replica is not asked");
    }
    let second = serve(&addresses[1]).await;
    for _ in 0..50 {
        call(&channel).await.expect("a replica that comes later disturbs nobody");
    }
    first.0.cancel();
    first.1.await.unwrap().unwrap();
    // Between two probes a call may still go to it; that call is the probe.
    assert!(until_all_succeed(&channel, 2).await <= 1, "a call that failed was no probe");
    for _ in 0..50 {
        call(&channel).await.expect("the replica that went is not asked again");
    }
    drop(second);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_replica_is_there_a_call_is_refused() {
    let channel = rpc::connect_any(&addresses(2).await, None).unwrap();
    assert_eq!(call(&channel).await.unwrap_err().code(), Code::Unavailable);
}

/// Lets every call through.
#[derive(Debug)]
struct Anybody;

#[tonic::async_trait]
impl Guard for Anybody {
    async fn answer(&self, request: Request<Body>, next: Next) -> Response<Body> {
        next.answer(request).await
    }
}

/// Otherwise whoever calls the gateway takes it for gone, and its other services with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_is_reachable_while_services_behind_it_do_not_answer() {
    // Connections are taken, and nothing is ever sent.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let names = ["voortgang.v1.One", "voortgang.v1.Two", "voortgang.v1.Three"];
    let services: BTreeMap<_, _> =
        names.into_iter().map(|name| (name, rpc::connect(&address, None).unwrap())).collect();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gateways = [format!("http://{}", listener.local_addr().unwrap())];
    let incoming = Incoming::port(listener, rpc::ConnectionBounds::PEERS);
    let bounds = rpc::CallBounds { all: 16, per_caller: 16 };
    let stop = CancellationToken::new();
    tokio::spawn(rpc::gateway(services, &[], Arc::new(Anybody), bounds, incoming, stop));
    let channel = rpc::connect_any(&gateways, None).unwrap();
    let answer = HealthClient::new(channel).check(HealthCheckRequest::default()).await;
    assert_eq!(answer.unwrap().into_inner().status(), ServingStatus::NotServing);
}
