//! PostgreSQL, 15 and newer: a server that several processes of storage share.
//!
//! Invariant: no process, whatever becomes of it, holds up another for longer than [`LIMITS`] say.

use std::{collections::BTreeSet, time::Duration};

use sqlx::{
    Any, AnyConnection, AnyPool, AssertSqlSafe, Connection as _, Executor as _, Row as _,
    Transaction,
    any::{AnyArguments, AnyPoolOptions},
    query::Query,
};
use tokio::time::timeout;

use crate::{Config, Error, Limits, store::Result};

/// Oldest version that is tested, in the form of `server_version_num`.
const MIN_VERSION: i64 = 150_000;
/// The relay holds one connection while it has its lock, and writes with another.
const MIN_CONNECTIONS: u32 = 2;
/// How long a call waits for a connection: longer than a restart of the server takes, and shorter than the deadline of a
/// caller, so that it gets an error instead of a timeout.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum number of locks in a statement, which returns a column for each.
const MAX_LOCKS: usize = 100;
/// A connection that was idle for this long is tested before it is used.
const TEST_AFTER_IDLE: Duration = Duration::from_secs(1);
/// For the answer of a connection that is tested. One that gives none is closed.
const TEST_TIMEOUT: Duration = Duration::from_secs(2);
/// What a session may take. A process that stands still within a transaction loses it, and with it its locks; one that waits for
/// a lock waits longer than that. One that is gone without a word, or reads no answer, is noticed by the network's own means.
const LIMITS: &str = "SET idle_in_transaction_session_timeout = '5s'; SET lock_timeout = '7s'; SET statement_timeout = '10s'; \
                      SET client_connection_check_interval = '2s'; SET tcp_user_timeout = '8s'; \
                      SET tcp_keepalives_idle = '4s'; SET tcp_keepalives_interval = '2s'; SET tcp_keepalives_count = 2";
/// For the answer to a statement: longer than `statement_timeout`.
pub(super) const STATEMENT_LIMIT: Duration = Duration::from_secs(12);
/// The same for the session that migrates: others wait for its lock, which no transaction has, as long as it works.
const LIMITS_OF_MIGRATION: &str =
    "SET idle_session_timeout = '10s'; SET idle_in_transaction_session_timeout = '10s'";
/// Time between two tries to reach the server.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Transactions of saves that run at the same time: one reads and writes while the other waits for the disk. More of them
/// would spread the waiting saves over more commits, each with a wait of its own.
pub(super) const CONCURRENT_SAVES: usize = 2;

/// The pool that writes. Waits until the server is there.
pub(super) async fn writer(config: &Config) -> Result<AnyPool> {
    loop {
        let pool = pool(1, config.writers.max(MIN_CONNECTIONS), config.limits);
        match pool.connect(&config.database).await {
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
pub(super) async fn readers(config: &Config) -> Result<AnyPool> {
    Ok(pool(0, config.readers, config.limits).connect(&config.database).await?)
}

/// The pool of one connection that migrates.
pub(super) async fn migrating(config: &Config) -> Result<AnyPool> {
    let pool = super::pool(0, 1, ACQUIRE_TIMEOUT).after_connect(|connection, _| {
        Box::pin(async move { connection.execute(LIMITS_OF_MIGRATION).await.map(drop) })
    });
    Ok(pool.connect(&config.database).await?)
}

/// A connection that was used just now is not tested, since each test is a round trip to the server. One whose transaction was
/// given up is: it may be one that never answers.
fn pool(min: u32, max: u32, limits: Limits) -> AnyPoolOptions {
    let pool = super::pool(min, max, ACQUIRE_TIMEOUT).test_before_acquire(false);
    let pool = pool.after_connect(move |connection, _| {
        Box::pin(async move {
            match limits {
                Limits::On => connection.execute(LIMITS).await.map(drop),
                Limits::OffForFaultTests => Ok(()),
            }
        })
    });
    let pool = pool.after_release(|connection, _| Box::pin(answers(connection)));
    pool.before_acquire(|connection, state| {
        Box::pin(async move {
            if state.idle_for < TEST_AFTER_IDLE {
                return Ok(true);
            }
            answers(connection).await
        })
    })
}

/// Fails where a connection does not answer in time.
async fn answers(connection: &mut AnyConnection) -> sqlx::Result<bool> {
    let late = |_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()));
    timeout(TEST_TIMEOUT, connection.ping()).await.unwrap_or_else(late).map(|()| true)
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

/// The identifier that the server was made with, and its timeline, which a recovery from its archive or a failover ends.
pub(super) async fn history(readers: &AnyPool) -> Result<String> {
    let sql = "SELECT system_identifier::text || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS history \
               FROM pg_control_system()";
    Ok(sqlx::query(sql).fetch_one(readers).await?.try_get("history")?)
}

/// The tables that cannot be read in full. A damaged page is noticed where the server was made with checksums
/// (`initdb --data-checksums`), by the first session that reads it from the disk.
pub(super) async fn faults(readers: &AnyPool) -> Result<Vec<String>> {
    let sql = "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1";
    let mut found = Vec::new();
    for row in sqlx::query(sql).fetch_all(readers).await? {
        let name: String = row.try_get("name")?;
        match read_in_full(readers, &name).await {
            Ok(()) => {}
            Err(error @ sqlx::Error::Database(_)) => found.push(format!("table `{name}`: {error}")),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(found)
}

/// Reads every row of a table, with what is stored beside it, for as long as that takes.
async fn read_in_full(readers: &AnyPool, table: &str) -> sqlx::Result<()> {
    let mut tx = readers.begin().await?;
    tx.execute("SET LOCAL statement_timeout = 0").await?;
    let sql = format!("SELECT sum(length({table}::text)) FROM {table}");
    tx.execute(AssertSqlSafe(sql)).await.map(drop)
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
