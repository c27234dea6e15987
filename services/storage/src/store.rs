//! The database: one query layer for all kinds, with what differs between them in `dialect`.
//!
//! Columns have plain types only (text, 64-bit numbers, bytes), and absent values are empty or 0, so that one set of
//! statements serves every kind. Bodies are protobuf messages of `voortgang.v1`.

mod access;
mod audit;
mod changes;
mod contributions;
mod cycles;
mod dialect;
mod editions;
mod epochs;
mod erasure;
mod frameworks;
mod inserts;
mod jobs;
mod lock;
mod obligations;
mod operations;
mod organisations;
mod people;
mod reminders;
mod reviews;
mod roll_forward;
mod saves;
pub(crate) mod scopes;
mod statements;

use std::{mem, sync::Arc, time::Duration};

use model::{Clock, IdSource};
use prost::Message;
use sqlx::{Any, AnyPool, Row as _, Transaction, any::AnyRow};
use tokio::time::timeout;

pub(crate) use crate::store::{
    audit::{AuditFilter, AuditRow, By, CheckpointRow, FoundRow, RowName, Table},
    changes::EventRow,
    contributions::Head,
    dialect::Dialect,
    epochs::EpochRow,
    obligations::Changes,
    operations::DeadLetter,
    people::day_of,
    reminders::{NoticeItem, Recipient, ReminderRow, Unsent, WaitingNotice},
};
use crate::{
    Config, Error, Outbox, caller,
    store::{audit::NewEntry, saves::Saved, statements::Statements},
};

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// The opened database.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    writer: AnyPool,
    readers: AnyPool,
    dialect: Dialect,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    actor: String,
    outbox: Outbox,
}

/// One transaction. Dropped without [`Tx::commit`] it leaves nothing behind.
pub(crate) struct Tx {
    inner: Box<Statements>,
    dialect: Dialect,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    /// Opaque id of storage itself.
    actor: String,
    outbox: Outbox,
    /// What the commit writes of saves.
    saves: Saved,
    /// What the commit adds to the outbox.
    events: Vec<EventRow>,
    /// Rows that no entry of the audit log binds yet.
    written: Vec<RowName>,
    /// What the commit adds to the audit log.
    entries: Vec<NewEntry>,
}

/// The last positions given out, and the hash to which the next entry is chained.
struct Ends {
    event: u64,
    entry: u64,
    chain_hash: String,
}

impl Store {
    /// Opens the database, brings its schema up to date under a lock, and refuses unsafe settings.
    pub(crate) async fn open(
        config: &Config,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let dialect = Dialect::of(&config.database)?;
        let writer = dialect.writer(config).await?;
        dialect.migrate(config, &writer).await?;
        dialect.refuse_unsafe_settings(&writer).await?;
        let readers = dialect.readers(config).await?;
        let (actor, outbox) = (config.actor.clone(), config.outbox);
        let store = Self { writer, readers, dialect, clock, ids, actor, outbox };
        store.bind_earlier_rows().await?;
        if dialect.is_single_process() {
            let mut tx = store.write([scopes::LEASES]).await?;
            tx.release_all_leases().await?;
            tx.commit().await?;
        }
        Ok(store)
    }

    /// Begins a transaction that writes, and waits until no other writer holds one of these scopes. Until it ends, nobody
    /// else changes what is in its scopes.
    pub(crate) async fn write(
        &self,
        scopes: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Tx> {
        let scopes = scopes.into_iter().map(Into::into).collect();
        let mut inner = begin(&self.writer, self.dialect.begin_write()).await?;
        self.dialect.hold(&mut inner, &scopes).await?;
        Ok(self.tx(inner))
    }

    /// Begins a transaction that only reads, on a snapshot of its own.
    pub(crate) async fn read(&self) -> Result<Tx> {
        let inner = begin(&self.readers, self.dialect.begin_read()).await?;
        Ok(self.tx(inner))
    }

    fn tx(&self, inner: Transaction<'static, Any>) -> Tx {
        Tx {
            inner: Box::new(Statements::new(inner, self.dialect.statement_limit())),
            dialect: self.dialect,
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            actor: self.actor.clone(),
            outbox: self.outbox,
            saves: Saved::default(),
            events: Vec::new(),
            written: Vec::new(),
            entries: Vec::new(),
        }
    }

    /// How many transactions of saves should run at the same time.
    pub(crate) fn concurrent_saves(&self) -> usize {
        self.dialect.concurrent_saves()
    }

    /// Purges erased text from the database's own log, as far as it can; the commit stands either way.
    pub(crate) async fn purge_erased(&self) {
        if let Err(error) = self.dialect.purge_erased(&self.writer).await {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::warn!(
                error,
                "erased text could not be purged from the log of the database yet"
            );
        }
    }

    /// What the engine of the database finds wrong with its files.
    pub(crate) async fn faults_of_engine(&self) -> Result<Vec<String>> {
        self.dialect.faults(&self.readers).await
    }

    /// The moment by the clock.
    pub(crate) fn now(&self) -> model::Instant {
        self.clock.now()
    }

    /// Kind of database, such as `sqlite`.
    pub(crate) fn kind(&self) -> &'static str {
        self.dialect.name()
    }

    /// What the server says of its own history: another text after every restore from its archive, and none on SQLite.
    pub(crate) async fn history(&self) -> Result<String> {
        self.dialect.history(&self.readers).await
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

impl Tx {
    /// Makes everything of the transaction durable, with the next gapless positions for its events and its entries of the
    /// audit log. Returns the events that the outbox does not have.
    pub(crate) async fn commit(mut self) -> Result<Vec<EventRow>> {
        self.write_saves().await?;
        self.bind_rows().await?;
        let mut unpublished = mem::take(&mut self.events);
        let entries = mem::take(&mut self.entries);
        if !unpublished.is_empty() || !entries.is_empty() {
            let ends = self.ends().await?;
            let in_outbox = match self.outbox {
                Outbox::On => mem::take(&mut unpublished),
                Outbox::OffForFaultTests => Vec::new(),
            };
            let events = changes::numbered(in_outbox, ends.event);
            let entries = audit::chained(entries, ends.entry, ends.chain_hash, self.now());
            self.insert(&[changes::rows(&events), audit::rows(&entries)]).await?;
        }
        self.inner.commit().await?;
        Ok(unpublished)
    }

    /// Where outbox and audit log end. Nobody adds to them until whoever asks commits.
    async fn ends(&mut self) -> Result<Ends> {
        let row = sqlx::query(self.dialect.ends()).fetch_one(&mut *self.inner).await?;
        Ok(Ends {
            event: unsigned(&row, "event")?,
            entry: unsigned(&row, "entry")?,
            chain_hash: row.try_get("chain_hash")?,
        })
    }

    /// Waits until this transaction could give positions.
    pub(crate) async fn hold_order(&mut self) -> Result<()> {
        self.ends().await.map(drop)
    }

    /// The moment that rows of this transaction carry.
    pub(crate) fn now(&self) -> model::Instant {
        self.clock.now()
    }

    /// How much time has passed in this process, whatever the clock is set to.
    pub(crate) fn steady(&self) -> Duration {
        self.clock.steady()
    }

    /// Opaque id of whoever this is done for: the caller, or storage itself.
    pub(crate) fn actor(&self) -> String {
        caller::actor(&self.actor)
    }

    pub(crate) fn fresh_id(&self) -> uuid::Uuid {
        self.ids.next()
    }
}

/// Begins a transaction within the timeout of the pool.
async fn begin(pool: &AnyPool, statement: &'static str) -> Result<Transaction<'static, Any>> {
    let begun = timeout(pool.options().get_acquire_timeout(), begin_on_any(pool, statement)).await;
    begun.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut.into()))
}

/// A broken idle connection does not mean that the server is away: the next one is tried, until there is none and the pool
/// waits for a new connection.
async fn begin_on_any(
    pool: &AnyPool,
    statement: &'static str,
) -> Result<Transaction<'static, Any>> {
    for _ in 0..pool.size() {
        match pool.begin_with(statement).await.map_err(Error::from) {
            Err(Error::DatabaseAway(_)) => {}
            begun => return begun,
        }
    }
    Ok(pool.begin_with(statement).await?)
}

/// Reads the message in column `body` of a row.
fn body<M: Message + Default>(row: &AnyRow, table: &'static str) -> Result<M> {
    let bytes: Vec<u8> = row.try_get("body")?;
    M::decode(bytes.as_slice()).map_err(|error| Error::BadRow { table, problem: error.to_string() })
}

/// Reads the message in column `body` as what it means in the model.
fn body_as<M: Message + Default, T: TryFrom<M, Error = model::InvalidField>>(
    row: &AnyRow,
    table: &'static str,
) -> Result<T> {
    T::try_from(body::<M>(row, table)?)
        .map_err(|error| Error::BadRow { table, problem: error.to_string() })
}

/// Reads a number that is never negative.
fn unsigned(row: &AnyRow, column: &str) -> Result<u64> {
    Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or(0))
}

/// Writes a number that fits by construction: positions, versions and sizes stay far below 2^63.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
