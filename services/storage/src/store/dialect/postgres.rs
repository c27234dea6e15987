//! PostgreSQL, 15 and newer: a server that several processes of storage share.

use std::{collections::BTreeSet, time::Duration};

use sqlx::{
    Any, AnyPool, AssertSqlSafe, Connection as _, Row as _, Transaction,
    any::{AnyArguments, AnyPoolOptions},
    query::Query,
};

use crate::{Error, store::Result};

/// Oldest version that is tested, in the form of `server_version_num`.
const MIN_VERSION: i64 = 150_000;
/// The relay holds one connection during its turn, and writes with another.
const MIN_CONNECTIONS: u32 = 2;
/// How long a call waits for a connection: longer than a restart of the server takes, and shorter than the deadline of a
/// caller, so that it gets an error instead of a timeout.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum number of locks in a statement, which returns a column for each.
const MAX_LOCKS: usize = 100;
/// A connection that was idle for this long is tested before it is used.
const TEST_AFTER_IDLE: Duration = Duration::from_secs(1);
/// Time between two tries to reach the server.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Transactions of saves that run at the same time: one reads and writes while the other waits for the disk. More of them
/// would spread the waiting saves over more commits, each with a wait of its own.
pub(super) const CONCURRENT_SAVES: usize = 2;

/// The pool that writes. Waits until the server is there.
pub(super) async fn writer(address: &str, count: u32) -> Result<AnyPool> {
    loop {
        match pool(1, count.max(MIN_CONNECTIONS)).connect(address).await {
            Ok(pool) => return Ok(pool),
            Err(error) => {
                let error = Error::from(error);
                if !matches!(error, Error::DatabaseAway(_)) {
                    return Err(error);
                }
                tracing::warn!(
                    error = format!("{:#}", anyhow::Error::from(error)),
                    "waiting for PostgreSQL; set storage.database if it is somewhere else"
                );
                tokio::time::sleep(RETRY_INTERVAL).await;
            }
        }
    }
}

/// The pool that reads.
pub(super) async fn readers(address: &str, count: u32) -> Result<AnyPool> {
    Ok(pool(0, count).connect(address).await?)
}

/// A connection that was used just now is not tested, since each test is a round trip to the server.
fn pool(min: u32, max: u32) -> AnyPoolOptions {
    let pool = super::pool(min, max, ACQUIRE_TIMEOUT).test_before_acquire(false);
    pool.before_acquire(|connection, state| {
        Box::pin(async move {
            if state.idle_for >= TEST_AFTER_IDLE {
                connection.ping().await?;
            }
            Ok(true)
        })
    })
}

/// Takes transaction-level advisory locks; the commit that makes the writes visible, or the rollback, releases them.
pub(super) async fn hold(
    tx: &mut Transaction<'static, Any>,
    scopes: &BTreeSet<String>,
) -> Result<()> {
    // In one statement, which takes them from left to right.
    for batch in Vec::from_iter(scopes).chunks(MAX_LOCKS) {
        let locks: Vec<String> = (1..=batch.len())
            .map(|place| format!("pg_advisory_xact_lock(hashtextextended(${place}, 0))"))
            .collect();
        let sql = format!("SELECT {}", locks.join(", "));
        let bind = |statement: Query<'static, Any, AnyArguments>, scope: &&String| {
            statement.bind(scope.as_str())
        };
        let statement = batch.iter().fold(sqlx::query(AssertSqlSafe(sql)), bind);
        statement.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Refuses settings under which an acknowledged write could be lost, and a role that may more than storage needs.
pub(super) async fn refuse_unsafe_settings(writer: &AnyPool) -> Result<()> {
    let sql = "SELECT current_setting('server_version_num')::bigint AS version, current_setting('synchronous_commit') AS synchronous_commit, \
               current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes, current_user::text AS role, \
               rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = current_user";
    let row = sqlx::query(sql).fetch_one(writer).await?;
    let version: i64 = row.try_get("version")?;
    if version < MIN_VERSION {
        return Err(Error::Unfit(format!("PostgreSQL {version} is too old; use 15 or newer")));
    }
    for setting in ["synchronous_commit", "fsync", "full_page_writes"] {
        if row.try_get::<String, _>(setting)? == "off" {
            return Err(Error::Unfit(format!(
                "PostgreSQL runs with {setting} = off and can lose acknowledged writes; switch it on"
            )));
        }
    }
    let role: String = row.try_get("role")?;
    let mut excess = Vec::new();
    for (column, right) in [
        ("rolsuper", "SUPERUSER"),
        ("rolcreaterole", "CREATEROLE"),
        ("rolcreatedb", "CREATEDB"),
        ("rolreplication", "REPLICATION"),
        ("rolbypassrls", "BYPASSRLS"),
    ] {
        if row.try_get(column)? {
            excess.push(right);
        }
    }
    if !excess.is_empty() {
        return Err(Error::Unfit(format!(
            "role `{role}` has more rights than storage needs ({}); connect as a role that only owns its database",
            excess.join(", ")
        )));
    }
    Ok(())
}
