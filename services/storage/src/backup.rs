//! What a backup of the embedded database needs: a copy of it, and a new epoch where that copy goes on.

use std::{path::Path, str::FromStr as _, sync::Arc, time::Duration};

use model::{Clock, IdSource};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    Config, Error, epochs,
    store::{Result, Store},
};

/// How long the copy waits for a writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// Copies an SQLite database to a file that is not there yet, as it is at one moment, while others write to it. A copy has
/// no freed pages, and so nothing of what was erased.
pub async fn copy_database(address: &str, to: &Path) -> Result<()> {
    let mut database = open(SqliteConnectOptions::from_str(address)?).await?;
    let copied = sqlx::query("VACUUM INTO $1")
        .bind(to.to_string_lossy().into_owned())
        .execute(&mut database)
        .await;
    database.close().await?;
    copied?;
    refuse_damaged(to).await
}

/// Marks a restored database as such: a new epoch begins.
pub async fn begin_epoch(
    config: &Config,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
) -> Result<()> {
    let store = Store::open(config, clock, ids).await?;
    let begun = epochs::begin_epoch(&store).await;
    store.close().await;
    begun
}

async fn open(options: SqliteConnectOptions) -> Result<SqliteConnection> {
    let options = options.create_if_missing(false).busy_timeout(BUSY_TIMEOUT);
    Ok(options.connect().await?)
}

async fn refuse_damaged(file: &Path) -> Result<()> {
    let mut copy = open(SqliteConnectOptions::new().filename(file).read_only(true)).await?;
    let found: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut copy).await?;
    copy.close().await?;
    if found == "ok" {
        Ok(())
    } else {
        Err(Error::Unfit(format!("the database is damaged: {found}")))
    }
}
