//! SQLite: one file that one process has for itself.

use std::time::Duration;

use sqlx::{AnyPool, Connection as _, Executor as _, Row as _, any::AnyPoolOptions};

use crate::{Error, store::Result};

/// How long a call waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// Result codes `SQLITE_FULL`, and `SQLITE_IOERR_SHMSIZE` for the memory that connections share.
pub(super) const FULL: [&str; 2] = ["13", "4874"];

/// The pool that writes: one connection.
pub(super) async fn writer(address: &str) -> Result<AnyPool> {
    Ok(pool(1, 1).connect(&format!("{address}?mode=rwc")).await?)
}

/// The pool that reads.
pub(super) async fn readers(address: &str, count: u32) -> Result<AnyPool> {
    Ok(pool(0, count).connect(address).await?)
}

fn pool(min: u32, max: u32) -> AnyPoolOptions {
    let pool = super::pool(min, max, ACQUIRE_TIMEOUT).after_release(|connection, _| {
        Box::pin(async move {
            // A full disk ends a transaction by itself, so that sqlx's own rollback fails and it takes the connection
            // to be within one for ever. The ping waits until that rollback was tried.
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    });
    pool.after_connect(|connection, _| {
        Box::pin(async move {
            // WAL with FULL: a commit survives the loss of power (SQLite documentation, pragma synchronous).
            for pragma in [
                "journal_mode = WAL",
                "synchronous = FULL",
                "foreign_keys = ON",
                "busy_timeout = 10000",
                // What is erased is overwritten, not only left out (SQLite documentation, pragma secure_delete).
                "secure_delete = ON",
                "cache_size = -16000",
            ] {
                connection.execute(sqlx::AssertSqlSafe(format!("PRAGMA {pragma}"))).await?;
            }
            Ok(())
        })
    })
}

/// Moves all of the write-ahead log into the database and cuts it off. A reader may hold it up; the next checkpoint that
/// the log's size brings does it then.
pub(super) async fn empty_log(writer: &AnyPool) -> Result<()> {
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    Ok(())
}

/// What its own check finds in the file, at most ten things.
pub(super) async fn faults(readers: &AnyPool) -> Result<Vec<String>> {
    let found = sqlx::query("PRAGMA integrity_check(10)").fetch_all(readers).await;
    let found = match found {
        Ok(rows) => rows.iter().map(|row| row.try_get(0)).collect::<std::result::Result<_, _>>()?,
        Err(error @ sqlx::Error::Database(_)) => vec![error.to_string()],
        Err(error) => return Err(error.into()),
    };
    Ok(if found == ["ok"] { Vec::new() } else { found })
}

/// Refuses settings under which an acknowledged write could be lost.
pub(super) async fn refuse_unsafe_settings(writer: &AnyPool) -> Result<()> {
    let journal: String = sqlx::query("PRAGMA journal_mode").fetch_one(writer).await?.try_get(0)?;
    let synchronous: i64 = sqlx::query("PRAGMA synchronous").fetch_one(writer).await?.try_get(0)?;
    if journal != "wal" || synchronous < 2 {
        return Err(Error::Unfit(format!(
            "the database runs with journal_mode {journal} and synchronous {synchronous}; needed are wal and 2 (FULL)"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn settings_that_can_lose_an_acknowledged_write_are_refused() {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("storage.sqlite").display());
        let writer = writer(&address).await.unwrap();
        refuse_unsafe_settings(&writer).await.unwrap();
        for (unsafe_setting, safe) in [
            ("synchronous = NORMAL", "synchronous = FULL"),
            ("journal_mode = DELETE", "journal_mode = WAL"),
        ] {
            for (setting, is_refused) in [(unsafe_setting, true), (safe, false)] {
                writer.execute(sqlx::AssertSqlSafe(format!("PRAGMA {setting}"))).await.unwrap();
                let refused = refuse_unsafe_settings(&writer).await;
                assert_eq!(matches!(refused, Err(Error::Unfit(_))), is_refused, "{setting}");
            }
        }
    }
}
