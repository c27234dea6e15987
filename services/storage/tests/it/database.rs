//! Empty databases of each kind, gone when dropped.

use std::{
    env,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{AnyPool, AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};
use tempfile::TempDir;

/// A database for one test.
pub(crate) enum Database {
    Sqlite(TempDir),
    Postgres { admin: String, address: String, name: String },
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// A database of its own, owned by a role that may nothing else, on the server that the tests were given.
    #[expect(
        clippy::disallowed_methods,
        reason = "the environment says where the servers and tools of tests are"
    )]
    pub(crate) async fn postgres() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let admin = env::var("VOORTGANG_POSTGRES").expect(
            "set VOORTGANG_POSTGRES to the address of a PostgreSQL superuser, or run ./tests/run",
        );
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("voortgang_{}_{number}", std::process::id());
        let mut connection = PgConnection::connect(&admin).await.unwrap();
        for statement in [
            format!("CREATE ROLE {name} LOGIN PASSWORD '{name}'"),
            format!("CREATE DATABASE {name} OWNER {name} TEMPLATE template0"),
        ] {
            connection.execute(AssertSqlSafe(statement)).await.unwrap();
        }
        let (_, host) = admin.rsplit_once('@').expect("the address names a role");
        let (host, _) = host.split_once('/').expect("the address names a database");
        let address = format!("postgres://{name}:{name}@{host}/{name}");
        Self::Postgres { admin, address, name }
    }

    /// Another one of the same kind.
    pub(crate) async fn another(&self) -> Self {
        match self {
            Self::Sqlite(_) => Self::sqlite(),
            Self::Postgres { .. } => Self::postgres().await,
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Every table with each of its columns, as the database itself lists them.
    pub(crate) async fn columns(&self, pool: &AnyPool) -> Vec<(String, String)> {
        let sql = if self.is_sqlite() {
            "SELECT m.name AS t, p.name AS c FROM sqlite_master m, pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY 1, 2"
        } else {
            "SELECT table_name::text AS t, column_name::text AS c FROM information_schema.columns \
             WHERE table_schema = 'public' ORDER BY 1, 2"
        };
        let rows = sqlx::query(sql).fetch_all(pool).await.unwrap();
        rows.iter().map(|row| (row.get("t"), row.get("c"))).collect()
    }

    pub(crate) fn address(&self) -> String {
        match self {
            Self::Sqlite(folder) => {
                format!("sqlite:{}", folder.path().join("storage.sqlite").display())
            }
            Self::Postgres { address, .. } => address.clone(),
        }
    }

    /// The same database, by way of a port that a test can cut.
    pub(crate) async fn proxied(&self) -> (String, testkit::Proxy) {
        let address = self.address();
        let (start, rest) = address.split_once('@').expect("the address names a role");
        let (host, name) = rest.split_once('/').expect("the address names a database");
        let proxy = testkit::Proxy::to(host.parse().expect("a number and a port")).await;
        (format!("{start}@127.0.0.1:{}/{name}", proxy.port()), proxy)
    }

    /// Runs statements on the server as its superuser.
    pub(crate) async fn administrate(&self, statement: String) {
        let Self::Postgres { admin, .. } = self else { panic!("SQLite has no superuser") };
        administrate(admin, statement).await;
    }

    /// Name of the role and of the database.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres { name, .. } => name,
        }
    }
}

async fn administrate(admin: &str, statement: String) {
    let mut connection = PgConnection::connect(admin).await.unwrap();
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
}

impl Drop for Database {
    fn drop(&mut self) {
        let Self::Postgres { admin, name, .. } = self else { return };
        let (admin, name) = (admin.clone(), name.clone());
        let clean = move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                administrate(&admin, format!("DROP DATABASE {name} WITH (FORCE)")).await;
                administrate(&admin, format!("DROP ROLE {name}")).await;
            });
        };
        // A runtime cannot be started inside the one that the test runs on.
        let _ = std::thread::spawn(clean).join();
    }
}
