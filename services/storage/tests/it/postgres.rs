//! What PostgreSQL alone has to show.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use prost::Message as _;
use sqlx::{Connection as _, Executor as _};
use wire::{events::ContributionSubmitted, v1 as pb};

use crate::{calls, database::Database, sandbox::Sandbox};

#[tokio::test]
async fn synchronous_commit_off_is_refused() {
    let database = Database::postgres().await;
    database
        .administrate(format!("ALTER ROLE {} SET synchronous_commit = off", database.name()))
        .await;
    let error = Sandbox::on(database).await.reopen().await.unwrap_err();
    assert!(format!("{error:#}").contains("synchronous_commit = off"), "{error:#}");
}

#[tokio::test]
async fn a_role_that_may_too_much_is_refused() {
    for (right, undone) in [("SUPERUSER", "NOSUPERUSER"), ("CREATEDB", "NOCREATEDB")] {
        let database = Database::postgres().await;
        let name = database.name().to_owned();
        database.administrate(format!("ALTER ROLE {name} {right}")).await;
        let sandbox = Sandbox::on(database).await;
        let error = sandbox.reopen().await.unwrap_err();
        sandbox.database.administrate(format!("ALTER ROLE {name} {undone}")).await;
        assert!(format!("{error:#}").contains(right), "{error:#}");
    }
}

/// Two replicas and 32 writers: positions have no gap, no event is skipped, and a contribution's events keep their order.
#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_and_many_writers_leave_no_gap() {
    const WRITERS: usize = 32;
    const EDITS: usize = 25;
    let sandbox = Sandbox::on(Database::postgres().await).await;
    let first = calls::prepared(&sandbox).await;
    let second = sandbox.replica().await;
    let writers = (0..WRITERS).map(|writer| {
        let mut client = if writer % 2 == 0 { first.clone() } else { second.clone() };
        tokio::spawn(async move {
            for edit in 0..EDITS {
                let save = testkit::save(&format!("writer-{writer}"), &format!("Edit {edit}."));
                let result = calls::save(&mut client, save).await;
                assert_eq!(result.outcome(), pb::SaveOutcome::Accepted);
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let mut client = first.clone();
    let changes = calls::changes(&mut client).await;
    for (index, change) in changes.iter().enumerate() {
        assert_eq!(change.position, index as u64 + 1);
    }
    let ids: BTreeSet<&str> = changes.iter().map(|change| change.event_id.as_str()).collect();
    assert_eq!(ids.len(), changes.len(), "an event came twice");
    let mut versions: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.topic == "contribution.submitted.v1") {
        let event = ContributionSubmitted::decode(change.payload.clone()).unwrap();
        versions.entry(&change.subject).or_default().push(event.version);
    }
    assert_eq!(versions.len(), WRITERS);
    for versions in versions.values() {
        assert!(versions.iter().copied().eq(1..=EDITS as u64), "{versions:?}");
    }
}

/// Without a limit a process that was stopped, or cut off, while it gives positions would hold up everybody's commits.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_stands_still_with_the_order_loses_it() {
    let sandbox = Sandbox::on(Database::postgres().await).await;
    let mut client = calls::prepared(&sandbox).await;
    let mut stopped = sqlx::AnyConnection::connect(&sandbox.database.address()).await.unwrap();
    stopped.execute("BEGIN").await.unwrap();
    stopped.fetch_one("SELECT * FROM hold_order()").await.unwrap();
    let saving =
        tokio::spawn(async move { calls::save(&mut client, testkit::save("a-1", "Tekst.")).await });
    let result = tokio::time::timeout(Duration::from_mins(1), saving).await.unwrap().unwrap();
    assert_eq!(result.outcome(), pb::SaveOutcome::Accepted);
    // The save waited for the order: where it does not, the other one still has it when the save is answered.
    stopped.execute("COMMIT").await.unwrap_err();
}
