//! Everything that differs between kinds of database. No other module knows which kind it uses.

mod postgres;
mod sqlite;
mod trouble;

use std::{collections::BTreeSet, time::Duration};

use sqlx::{
    Any, AnyPool, Transaction,
    any::AnyPoolOptions,
    migrate::{MigrateError, Migrator},
};

use crate::{Config, Error, store::Result};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
/// Runs under an advisory lock, as the library does for PostgreSQL.
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// One file, one process, one writer at a time.
    Sqlite,
    /// A server, several processes, writers side by side.
    Postgres,
}

impl Dialect {
    /// The kind that an address names.
    pub(crate) fn of(address: &str) -> Result<Self> {
        match address.split_once(':') {
            Some(("sqlite", _)) => Ok(Self::Sqlite),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres),
            _ => Err(Error::Unfit(
                "storage.database begins with `sqlite:` or `postgres:`".to_owned(),
            )),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// Whether one process has the database for itself, so that leases of an earlier run are void.
    pub(crate) fn is_single_process(self) -> bool {
        self == Self::Sqlite
    }

    /// How many transactions of saves should run at the same time.
    pub(crate) fn concurrent_saves(self) -> usize {
        match self {
            Self::Sqlite => 1,
            Self::Postgres => postgres::CONCURRENT_SAVES,
        }
    }

    /// For the answer to a statement; the server has given up by then.
    pub(crate) fn statement_limit(self) -> Duration {
        match self {
            // There is no network, and no other process.
            Self::Sqlite => Duration::MAX,
            Self::Postgres => postgres::STATEMENT_LIMIT,
        }
    }

    /// The statement that begins a writing transaction.
    pub(crate) fn begin_write(self) -> &'static str {
        match self {
            // A deferred transaction that reads first fails at once when somebody else committed in between.
            Self::Sqlite => "BEGIN IMMEDIATE",
            // Each statement sees what was committed before it, hence all that an earlier holder of the scope wrote.
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
        }
    }

    /// The statement that begins a reading transaction, on one snapshot.
    pub(crate) fn begin_read(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// The condition that the bytes of a column hold those bound first.
    pub(crate) fn holds_bytes(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("instr({column}, $1) > 0"),
            Self::Postgres => format!("position($1 IN {column}) > 0"),
        }
    }

    /// Purges erased text from the database's own log.
    pub(crate) async fn purge_erased(self, writer: &AnyPool) -> Result<()> {
        match self {
            Self::Sqlite => sqlite::empty_log(writer).await,
            // Vacuum and the retention of its log are the server's own.
            Self::Postgres => Ok(()),
        }
    }

    /// What the engine finds wrong with its files.
    pub(crate) async fn faults(self, readers: &AnyPool) -> Result<Vec<String>> {
        match self {
            Self::Sqlite => sqlite::faults(readers).await,
            Self::Postgres => postgres::faults(readers).await,
        }
    }

    /// Waits until no other writer has one of these scopes, and holds them until the transaction ends.
    /// They come sorted, so that two writers never wait for each other.
    pub(crate) async fn hold(
        self,
        tx: &mut Transaction<'static, Any>,
        scopes: &BTreeSet<String>,
    ) -> Result<()> {
        match self {
            // There is one writer.
            Self::Sqlite => Ok(()),
            Self::Postgres => postgres::hold(tx, scopes).await,
        }
    }

    /// The statement that locks the order and returns where outbox and audit log end; nobody else assigns positions until
    /// the transaction ends.
    pub(crate) fn ends(self) -> &'static str {
        match self {
            // There is one writer. The indexes are of positions above 0.
            Self::Sqlite => {
                "SELECT (SELECT COALESCE(MAX(position), 0) FROM events WHERE position > 0) AS event, \
                 COALESCE((SELECT MAX(position) FROM audit WHERE position > 0), 0) AS entry, \
                 COALESCE((SELECT chain_hash FROM audit WHERE position > 0 ORDER BY position DESC LIMIT 1), '') AS chain_hash"
            }
            Self::Postgres => "SELECT event, entry, chain_hash FROM hold_order()",
        }
    }

    /// What the server says of its own history.
    pub(crate) async fn history(self, readers: &AnyPool) -> Result<String> {
        match self {
            // A file that was put back says nothing; `voortgang restore` does.
            Self::Sqlite => Ok(String::new()),
            Self::Postgres => postgres::history(readers).await,
        }
    }

    /// Whether one statement may insert into several tables.
    pub(crate) fn inserts_at_once(self) -> bool {
        self == Self::Postgres
    }

    /// The pool that writes.
    pub(crate) async fn writer(self, config: &Config) -> Result<AnyPool> {
        match self {
            Self::Sqlite => sqlite::writer(&config.database).await,
            Self::Postgres => postgres::writer(config).await,
        }
    }

    /// The pool that reads.
    pub(crate) async fn readers(self, config: &Config) -> Result<AnyPool> {
        match self {
            Self::Sqlite => sqlite::readers(&config.database, config.readers).await,
            Self::Postgres => postgres::readers(config).await,
        }
    }

    /// Brings the schema up to date. A schema of a newer program is refused.
    pub(crate) async fn migrate(self, config: &Config, writer: &AnyPool) -> Result<()> {
        let (migrations, pool) = match self {
            Self::Sqlite => (&SQLITE, writer.clone()),
            Self::Postgres => (&POSTGRES, postgres::migrating(config).await?),
        };
        migrations.run(&pool).await.map_err(|error| match error {
            MigrateError::VersionMissing(version) => {
                Error::Unfit(format!("the database was made by a newer version of voortgang (migration {version}); use that version"))
            }
            MigrateError::Execute(error) => Error::from(error),
            error => Error::Unfit(format!("the database cannot be brought up to date: {error}")),
        })
    }

    /// Refuses settings under which an acknowledged write could be lost, and rights that storage does not need.
    pub(crate) async fn refuse_unsafe_settings(self, writer: &AnyPool) -> Result<()> {
        match self {
            Self::Sqlite => sqlite::refuse_unsafe_settings(writer).await,
            Self::Postgres => postgres::refuse_unsafe_settings(writer).await,
        }
    }
}

/// A pool with a range of connections and a timeout for getting one.
fn pool(min: u32, max: u32, acquire_timeout: Duration) -> AnyPoolOptions {
    AnyPoolOptions::new().min_connections(min).max_connections(max).acquire_timeout(acquire_timeout)
}
