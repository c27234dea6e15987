//! Replicas that stand still on PostgreSQL: what they hold is taken from them, and whoever waits for it is answered.

use std::time::Duration;

use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};
use tokio::time::timeout;
use tonic::{Code, Status};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_types::StatusExt as _;
use wire::v1 as pb;

use crate::{
    calls,
    database::Database,
    sandbox::{self, Client, Sandbox},
};

/// Longer than anything here may take; a wait without a limit is longer still.
const TIMEOUT: Duration = Duration::from_mins(1);
/// The scope in which the saves of these tests are written.
const SCOPE: &str = "contributions of plan/2021/alfa";

/// A session without limits that holds scopes, as none of storage's does.
async fn hold(sandbox: &Sandbox, scopes: &[&str]) -> AnyConnection {
    let mut holder = AnyConnection::connect(&sandbox.database.address()).await.unwrap();
    holder.execute("BEGIN").await.unwrap();
    for scope in scopes {
        let lock = sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))");
        lock.bind(*scope).execute(&mut holder).await.unwrap();
    }
    holder
}

/// Waits until so many sessions wait for this scope.
async fn until_waiting(holder: &mut AnyConnection, scope: &str, count: i64) {
    let sql = "SELECT COUNT(*) AS number FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
               AND (classid::bigint << 32 | objid::bigint) = hashtextextended($1, 0)";
    let waiting = async {
        loop {
            let row = sqlx::query(sql).bind(scope).fetch_one(&mut *holder).await.unwrap();
            if count <= row.get::<i64, _>("number") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(TIMEOUT, waiting).await.unwrap_or_else(|_| panic!("nobody waits for `{scope}`"));
}

async fn save(client: &Client, id: &str) -> Result<pb::SaveResult, Status> {
    let save = testkit::save(id, "Tekst.");
    timeout(TIMEOUT, calls::try_to_save(client, save)).await.expect("a save is answered")
}

async fn health(channel: &rpc::Channel) -> ServingStatus {
    let asked = HealthClient::new(channel.clone()).check(HealthCheckRequest::default()).await;
    asked.unwrap().get_ref().status()
}

async fn until_health_is(expected: ServingStatus, channel: &rpc::Channel) {
    let looking = async {
        while health(channel).await != expected {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(TIMEOUT, looking).await.unwrap_or_else(|_| panic!("health is never {expected:?}"));
}

/// Also the control of the next test: a session without limits keeps what it holds.
#[tokio::test(flavor = "multi_thread")]
async fn a_save_that_is_held_up_is_answered_and_the_replica_reports_it() {
    let sandbox = Sandbox::on(Database::postgres().await).await;
    let client = calls::prepared(&sandbox).await;
    // A replica serves again once what it tries by itself is written, which is held up too.
    let mut holder = hold(&sandbox, &[SCOPE, "probes"]).await;
    // More than there are transactions for saves.
    let saves: Vec<_> = (0..8)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move { save(&client, &format!("a-{number}")).await })
        })
        .collect();
    until_health_is(ServingStatus::NotServing, &sandbox.channel).await;
    for saved in saves {
        let refusal = saved.await.unwrap().unwrap_err();
        assert_eq!(refusal.code(), Code::Unavailable, "{refusal:?}");
        assert!(refusal.get_details_retry_info().is_some(), "{refusal:?}");
    }
    assert_eq!(health(&sandbox.channel).await, ServingStatus::NotServing, "nothing changed");
    holder.execute("ROLLBACK").await.unwrap();
    until_health_is(ServingStatus::Serving, &sandbox.channel).await;
    assert_eq!(save(&client, "b-1").await.unwrap().outcome(), pb::SaveOutcome::Accepted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_stands_still_loses_its_scopes_and_its_turn() {
    let sandbox = Sandbox::on(Database::postgres().await).await;
    let client = calls::prepared(&sandbox).await;
    let (address, proxy) = sandbox.database.proxied().await;
    let cut_off = sandbox::client(sandbox::operator(&sandbox.replica_on(address).await));
    assert_eq!(save(&cut_off, "a-1").await.unwrap().outcome(), pb::SaveOutcome::Accepted);
    let mut holder = hold(&sandbox, &[SCOPE, "relay"]).await;
    // Both relays. They come again whenever they have waited for too long; a save comes once.
    until_waiting(&mut holder, "relay", 2).await;
    let saving = tokio::spawn({
        let cut_off = cut_off.clone();
        async move { save(&cut_off, "a-2").await }
    });
    until_waiting(&mut holder, SCOPE, 1).await;
    proxy.cut();
    // From here on the replica that is cut off holds the scope, and the turn when it comes to it.
    holder.execute("ROLLBACK").await.unwrap();
    assert_eq!(save(&client, "a-3").await.unwrap().outcome(), pb::SaveOutcome::Accepted);
    let relaying = async {
        loop {
            let asked = pb::GetStorageStatusRequest {};
            let status = client.operations().get_storage_status(asked).await.unwrap().into_inner();
            if status.relayed_position == status.last_position {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(TIMEOUT, relaying).await.expect("the other relay goes on");
    let refusal = saving.await.unwrap().unwrap_err();
    assert_eq!(refusal.code(), Code::Unavailable, "{refusal:?}");
    proxy.heal();
    let saved_again = async { while save(&cut_off, "a-2").await.is_err() {} };
    timeout(TIMEOUT, saved_again).await.expect("the replica serves again");
    let changes = calls::changes(&mut client.clone()).await;
    for (index, change) in changes.iter().enumerate() {
        assert_eq!(change.position, index as u64 + 1);
    }
    let submitted = changes.iter().filter(|change| change.topic == "contribution.submitted.v1");
    assert_eq!(submitted.count(), 3, "each is saved once");
}
