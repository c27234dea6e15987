//! Audit entries of reads: many share one commit, and a read waits for its entry to be durable.
//!
//! While the database takes no writes (full disk, unavailable), entries wait in memory, so that reading goes on; beyond
//! [`MAX_WAITING`] reads are refused.

use std::{
    fmt::Display,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Mutex as AsyncMutex;
use tonic::Response;

use crate::{
    Error, Storage,
    store::{By, Result, Store, scopes},
};

/// Maximum number of entries that wait in memory. Only these are lost when the process is killed meanwhile.
const MAX_WAITING: usize = 10_000;

/// A read of unpublished material.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    /// Opaque id of whoever reads.
    pub(crate) actor: String,
    /// How they came in.
    pub(crate) origin: String,
    /// What was done, such as `contribution.read`.
    pub(crate) action: String,
    /// What was read.
    pub(crate) object: String,
    /// How it ended: `done` or `refused`.
    pub(crate) result: &'static str,
    /// The request or the answer, as far as it says more than the object.
    pub(crate) payload: Vec<u8>,
}

/// What an answer shows: the handler leaves it in its response, and the guard records it if an outsider asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nothing that is not public.
    Public,
    /// Something that is not public.
    Unpublished {
        /// What was read.
        object: String,
        /// The request or the answer, as far as it says more than the object.
        payload: String,
    },
}

impl Shown {
    pub(crate) fn unpublished(object: impl Display, payload: impl Into<String>) -> Self {
        Self::Unpublished { object: object.to_string(), payload: payload.into() }
    }

    /// The response that shows this.
    pub(crate) fn by<T>(self, message: T) -> Response<T> {
        let mut response = Response::new(message);
        response.extensions_mut().insert(self);
        response
    }
}

/// Reads whose entries are not written yet.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    waiting: Mutex<Waiting>,
    /// The holder writes the entries that all others wait for.
    writing: AsyncMutex<()>,
}

#[derive(Debug, Default)]
struct Waiting {
    reads: Vec<Read>,
    /// How many were written before these.
    written: u64,
    /// Whether the last write failed because the database takes none. Reads then do not wait for a write of their own.
    is_stalled: bool,
}

impl Reads {
    /// Adds a read; returns its number.
    fn add(&self, read: Read) -> Result<u64> {
        let mut waiting = self.locked();
        if waiting.reads.len() >= MAX_WAITING {
            return Err(Error::DiskFull);
        }
        waiting.reads.push(read);
        Ok(waiting.written + waiting.reads.len() as u64)
    }

    fn written(&self) -> u64 {
        self.locked().written
    }

    fn is_stalled(&self) -> bool {
        self.locked().is_stalled
    }

    fn stall(&self) {
        self.locked().is_stalled = true;
    }

    fn locked(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the waiting entries. They are removed after the commit only, so an interrupted write leaves them to the next.
    async fn write(&self, store: &Store) -> Result<()> {
        let reads = self.locked().reads.clone();
        if reads.is_empty() {
            return Ok(());
        }
        let mut tx = store.write([scopes::AUDITED_READS]).await?;
        for Read { actor, origin, action, object, result, payload } in &reads {
            tx.audit_as(By { actor: actor.clone(), origin, result }, action, object, payload)?;
        }
        tx.commit().await?;
        let mut waiting = self.locked();
        waiting.reads.drain(..reads.len());
        waiting.written += reads.len() as u64;
        waiting.is_stalled = false;
        Ok(())
    }
}

impl Storage {
    /// Records a read; when it returns, the entry is durable, or waits where the database takes no writes.
    pub(crate) async fn record_read(&self, read: Read) -> Result<()> {
        let number = self.reads.add(read)?;
        if self.reads.is_stalled() {
            return Ok(());
        }
        let _writing = self.reads.writing.lock().await;
        if number <= self.reads.written() || self.reads.is_stalled() {
            return Ok(());
        }
        match self.reads.write(&self.store).await {
            Err(error @ (Error::DiskFull | Error::DatabaseAway(_) | Error::Late(_))) => {
                self.reads.stall();
                let error = format!("{:#}", anyhow::Error::from(error));
                tracing::warn!(error, "entries of reads wait in memory");
                Ok(())
            }
            written => written,
        }
    }

    /// Writes entries that wait in memory.
    pub(crate) async fn write_waiting_reads(&self) -> Result<()> {
        let _writing = self.reads.writing.lock().await;
        self.reads.write(&self.store).await
    }

    /// The same at the end of the process; entries that cannot be written are lost, which is logged.
    pub(crate) async fn write_last_reads(&self) {
        if let Err(error) = self.write_waiting_reads().await {
            let error = format!("{:#}", anyhow::Error::from(error));
            let entries = self.reads.locked().reads.len();
            tracing::error!(
                error,
                entries,
                "entries of reads are lost: the database takes no writes"
            );
        }
    }
}
