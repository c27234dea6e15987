//! All that differs between kinds of database. No other module knows which kind it talks to.

use std::time::Duration;

use sqlx::{AnyPool, Executor as _, Row as _, any::AnyPoolOptions, migrate::Migrator};

use crate::{Error, store::Result};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// One file, one process.
    Sqlite,
}

impl Dialect {
    /// The kind that an address names.
    pub(crate) fn of(address: &str) -> Result<Self> {
        match address.split_once(':') {
            Some(("sqlite", _)) => Ok(Self::Sqlite),
            _ => Err(Error::Unfit("storage.database begins with `sqlite:`".to_owned())),
        }
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
        }
    }

    /// Whether one process has the database for itself, so that leases of an earlier run are void.
    pub(crate) fn is_single_process(self) -> bool {
        match self {
            Self::Sqlite => true,
        }
    }

    /// Whether positions are given in the writing transaction; writers never overlap then.
    pub(crate) fn seals_in_transaction(self) -> bool {
        match self {
            Self::Sqlite => true,
        }
    }

    /// The statement that begins a writing transaction.
    pub(crate) fn begin_write(self) -> &'static str {
        match self {
            // A deferred transaction that reads first fails at once when somebody else committed in between.
            Self::Sqlite => "BEGIN IMMEDIATE",
        }
    }

    /// The pool that writes.
    pub(crate) async fn writer(self, address: &str) -> Result<AnyPool> {
        let Self::Sqlite = self;
        Ok(Self::pool(1, 1).connect(&format!("{address}?mode=rwc")).await?)
    }

    /// The pool that reads.
    pub(crate) async fn readers(self, address: &str, count: u32) -> Result<AnyPool> {
        let Self::Sqlite = self;
        Ok(Self::pool(0, count).connect(address).await?)
    }

    fn pool(at_least: u32, at_most: u32) -> AnyPoolOptions {
        AnyPoolOptions::new()
            .min_connections(at_least)
            .max_connections(at_most)
            .acquire_timeout(Duration::from_secs(30))
            .after_connect(|connection, _| {
                Box::pin(async move {
                    // WAL with FULL: a commit survives the loss of power (SQLite documentation, pragma synchronous).
                    for pragma in [
                        "journal_mode = WAL",
                        "synchronous = FULL",
                        "foreign_keys = ON",
                        "busy_timeout = 10000",
                        "cache_size = -16000",
                    ] {
                        connection.execute(sqlx::AssertSqlSafe(format!("PRAGMA {pragma}"))).await?;
                    }
                    Ok(())
                })
            })
    }

    /// Brings the schema up to date. A schema of a newer program is refused.
    pub(crate) async fn migrate(self, writer: &AnyPool) -> Result<()> {
        let Self::Sqlite = self;
        SQLITE.run(writer).await.map_err(|error| match error {
            sqlx::migrate::MigrateError::VersionMissing(version) => {
                Error::Unfit(format!("the database was made by a newer version of voortgang (migration {version}); use that version"))
            }
            sqlx::migrate::MigrateError::Execute(error) => Error::from(error),
            error => Error::Unfit(format!("the database cannot be brought up to date: {error}")),
        })
    }

    /// Refuses settings under which an acknowledged write could be lost.
    pub(crate) async fn refuse_unsafe_settings(self, writer: &AnyPool) -> Result<()> {
        let Self::Sqlite = self;
        let journal: String =
            sqlx::query("PRAGMA journal_mode").fetch_one(writer).await?.try_get(0)?;
        let synchronous: i64 =
            sqlx::query("PRAGMA synchronous").fetch_one(writer).await?.try_get(0)?;
        if journal != "wal" || synchronous < 2 {
            return Err(Error::Unfit(format!(
                "the database runs with journal_mode {journal} and synchronous {synchronous}; needed are wal and 2 (FULL)"
            )));
        }
        Ok(())
    }
}
