//! PostgreSQL, 15 and newer: a server that several processes of storage share.

use std::{collections::BTreeSet, time::Duration};

use sqlx::{
    Any, AnyPool, AssertSqlSafe, Connection as _, Row as _, Transaction,
    any::{AnyArguments, AnyPoolOptions},
    query::Query,
};

use crate::{Error, store::Result};

/// Oldest version that is tested, as `server_version_num` writes it.
const OLDEST: i64 = 150_000;
/// The relay keeps one connection while it takes its turn, and writes with another.
const FEWEST: u32 = 2;
/// How long a call waits for a connection: a restart of the server is waited out, and a caller of a server that is gone
/// is told so before its own deadline passes.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most locks in a statement, which gives a column for each.
const LOCKS: usize = 100;
/// A connection that was idle for so long is tried before it serves.
const RESTED: Duration = Duration::from_secs(1);
/// How long an absent server is waited for between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// Transactions of saves that are under way at the same time: one reads and writes while the other waits for the disk. More
/// of them would share the saves that wait, and with those the disk's time, among more commits.
pub(super) const SAVING_AT_ONCE: usize = 2;

/// The pool that writes. An absent server is waited for.
pub(super) async fn writer(address: &str, count: u32) -> Result<AnyPool> {
    loop {
        match pool(1, count.max(FEWEST)).connect(address).await {
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
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// The pool that reads.
pub(super) async fn readers(address: &str, count: u32) -> Result<AnyPool> {
    Ok(pool(0, count).connect(address).await?)
}

/// A connection that has just served is taken as it is; each look at one is a trip to the server.
fn pool(at_least: u32, at_most: u32) -> AnyPoolOptions {
    let pool = super::pool(at_least, at_most, PATIENCE).test_before_acquire(false);
    pool.before_acquire(|connection, state| {
        Box::pin(async move {
            if RESTED <= state.idle_for {
                connection.ping().await?;
            }
            Ok(true)
        })
    })
}

/// Takes transaction-level advisory locks; the commit that makes the writes visible releases them.
pub(super) async fn hold(
    tx: &mut Transaction<'static, Any>,
    scopes: &BTreeSet<String>,
) -> Result<()> {
    // In one statement, which takes them from left to right.
    for batch in Vec::from_iter(scopes).chunks(LOCKS) {
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
    if version < OLDEST {
        return Err(Error::Unfit(format!(
            "PostgreSQL {version} is too old; needed is 15 or newer"
        )));
    }
    for setting in ["synchronous_commit", "fsync", "full_page_writes"] {
        if row.try_get::<String, _>(setting)? == "off" {
            return Err(Error::Unfit(format!(
                "PostgreSQL runs with {setting} = off and can lose what was acknowledged; switch it on"
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
