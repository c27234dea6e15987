//! Empty databases with the schema of storage, gone when dropped.

use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::Context as _;
use sqlx::{
    AnyPool, AssertSqlSafe, Connection as _, Executor as _, PgConnection, any::AnyPoolOptions,
    migrate::Migrator,
};
use tempfile::TempDir;

/// A database that storage may open.
#[derive(Debug)]
pub(crate) enum Database {
    Sqlite(TempDir),
    Postgres { admin: String, address: String, name: String },
}

impl Database {
    /// A file of its own.
    pub(crate) fn sqlite() -> anyhow::Result<Self> {
        Ok(Self::Sqlite(tempfile::tempdir()?))
    }

    /// A database of its own, owned by a role that may nothing else.
    pub(crate) async fn postgres(admin: &str) -> anyhow::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("bench_{}_{number}", std::process::id());
        let mut connection = PgConnection::connect(admin).await?;
        for statement in [
            format!("CREATE ROLE {name} LOGIN PASSWORD '{name}'"),
            format!("CREATE DATABASE {name} OWNER {name} TEMPLATE template0"),
        ] {
            connection.execute(AssertSqlSafe(statement)).await?;
        }
        let (_, host) = admin.rsplit_once('@').context("the address names a role")?;
        let (host, _) = host.split_once('/').context("the address names a database")?;
        let address = format!("postgres://{name}:{name}@{host}/{name}");
        Ok(Self::Postgres { admin: admin.to_owned(), address, name })
    }

    /// Another empty one of the same kind, on the same server.
    pub(crate) async fn another(&self) -> anyhow::Result<Self> {
        match self {
            Self::Sqlite(_) => Self::sqlite(),
            Self::Postgres { admin, .. } => Self::postgres(admin).await,
        }
    }

    /// Address for storage.
    pub(crate) fn address(&self) -> String {
        match self {
            Self::Sqlite(folder) => {
                format!("sqlite:{}", folder.path().join("storage.sqlite").display())
            }
            Self::Postgres { address, .. } => address.clone(),
        }
    }

    /// The statement that begins a writing transaction.
    pub(crate) fn begin(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
            Self::Postgres { .. } => "BEGIN",
        }
    }

    /// A pool with as many connections and the same settings as the one that storage writes with.
    pub(crate) async fn pool(&self, writers: u32) -> anyhow::Result<AnyPool> {
        sqlx::any::install_default_drivers();
        let (writers, pragmas, address) = match self {
            Self::Sqlite(_) => (
                1,
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                 PRAGMA busy_timeout = 10000; PRAGMA cache_size = -16000",
                format!("{}?mode=rwc", self.address()),
            ),
            Self::Postgres { .. } => (writers, "", self.address()),
        };
        let options =
            AnyPoolOptions::new().max_connections(writers).after_connect(move |connection, _| {
                Box::pin(async move {
                    for pragma in pragmas.split("; ").filter(|pragma| !pragma.is_empty()) {
                        connection.execute(pragma).await?;
                    }
                    Ok(())
                })
            });
        Ok(options.connect(&address).await?)
    }

    /// Makes the tables of storage.
    pub(crate) async fn migrate(&self, pool: &AnyPool) -> anyhow::Result<()> {
        let kind = match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres { .. } => "postgres",
        };
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../services/storage/migrations");
        Ok(Migrator::new(folder.join(kind)).await?.run(pool).await?)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Self::Postgres { admin, name, .. } = self else { return };
        let (admin, name) = (admin.clone(), name.clone());
        // A runtime cannot be started inside the one that the benchmark runs on.
        let dropped = std::thread::spawn(move || drop_database(&admin, &name)).join();
        if !matches!(dropped, Ok(Ok(()))) {
            println!("a database is left behind: {dropped:?}");
        }
    }
}

fn drop_database(admin: &str, name: &str) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connection = PgConnection::connect(admin).await?;
        for statement in [format!("DROP DATABASE {name} WITH (FORCE)"), format!("DROP ROLE {name}")]
        {
            connection.execute(AssertSqlSafe(statement)).await?;
        }
        Ok(())
    })
}
