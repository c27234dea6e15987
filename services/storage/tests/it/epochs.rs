//! What a restored record does again, and how it is noticed that one was.

use std::time::Duration;

use bus::{Bus as _, topology::RENDERING_JOBS};
use sqlx::{AnyPool, AssertSqlSafe, Row as _};
use tokio::time::{Instant, sleep};
use wire::v1::GetStorageStatusRequest;

use crate::{
    calls::{prepared, publish, save},
    sandbox::{Client, Sandbox},
};

/// Waits until all is relayed.
async fn relayed(client: &Client) {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let status = client.operations().get_storage_status(GetStorageStatusRequest {}).await;
        let status = status.unwrap().into_inner();
        if status.relayed_position == status.last_position {
            return;
        }
        assert!(Instant::now() < deadline, "{status:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// How many jobs a storage asks for on a bus that knows nothing of before, once it has relayed all, a new save included.
async fn asked_for(sandbox: &mut Sandbox, external_id: &str) -> u64 {
    let (mut client, bus) = sandbox.with_another_bus().await;
    relayed(&client).await;
    save(&mut client, testkit::save(external_id, "Later.")).await;
    relayed(&client).await;
    bus.depths().await.unwrap()[RENDERING_JOBS]
}

pub(crate) async fn after_a_restore_open_work_is_asked_for_again(mut sandbox: Sandbox) {
    let mut client = prepared(&sandbox).await;
    save(&mut client, testkit::save("a-1", "Een.")).await;
    publish(&mut client, "2022-01-01").await;
    relayed(&client).await;
    assert_eq!(asked_for(&mut sandbox, "a-2").await, 0, "what was relayed is relayed once");
    sandbox.begin_epoch().await;
    assert_ne!(asked_for(&mut sandbox, "a-3").await, 0);
}

async fn epochs(pool: &AnyPool) -> i64 {
    let row = sqlx::query("SELECT COUNT(*) AS number FROM epochs").fetch_one(pool).await.unwrap();
    row.get("number")
}

pub(crate) async fn the_server_says_when_its_history_is_another(mut sandbox: Sandbox) {
    relayed(&sandbox.client).await;
    sqlx::any::install_default_drivers();
    let pool = AnyPool::connect(&sandbox.database.address()).await.unwrap();
    relayed(&sandbox.with_another_bus().await.0).await;
    assert_eq!(epochs(&pool).await, 1, "a restart is no restore");
    let sql = "UPDATE epochs SET history = 'another'";
    sqlx::query(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    relayed(&sandbox.with_another_bus().await.0).await;
    assert_eq!(epochs(&pool).await, 2);
    pool.close().await;
}
