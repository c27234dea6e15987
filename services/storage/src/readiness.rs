//! Whether saves are answered. A replica whose saves stand still reports that it does not serve, so that callers turn to another.
//!
//! Invariant: it serves again only once a transaction was seen to be committed as a save is (`problems` tries that).

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::Storage;

/// Time without an answer after which saves stand still: longer than a process that stands still keeps its locks.
const STANDSTILL: Duration = Duration::from_secs(6);
/// Time between two looks.
const INTERVAL: Duration = Duration::from_secs(1);

/// Saves that wait for their answer.
#[derive(Debug)]
pub(crate) struct Progress(Mutex<State>);

#[derive(Debug)]
struct State {
    waiting: usize,
    /// When a save was last written, or the first of those that wait came.
    moved: Instant,
    /// When it was last seen that the database takes what is tried.
    tried: Option<Instant>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State { waiting: 0, moved: Instant::now(), tried: None }))
    }

    /// A save waits until the returned value is dropped.
    pub(crate) fn begin(&self) -> Waiting<'_> {
        let mut state = self.locked();
        if state.waiting == 0 {
            state.moved = Instant::now();
        }
        state.waiting += 1;
        Waiting(self)
    }

    /// The database took what was tried.
    pub(crate) fn works(&self) {
        self.locked().tried = Some(Instant::now());
    }

    fn has_worked_since(&self, moment: Instant) -> bool {
        self.locked().tried.is_some_and(|tried| moment < tried)
    }

    fn stands_still(&self) -> bool {
        let state = self.locked();
        state.waiting > 0 && state.moved.elapsed() >= STANDSTILL
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A save that waits.
#[derive(Debug)]
pub(crate) struct Waiting<'a>(&'a Progress);

impl Waiting<'_> {
    /// It was written.
    pub(crate) fn written(self) {
        self.0.locked().moved = Instant::now();
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.locked().waiting -= 1;
    }
}

/// Looks until `stop` whether saves get on.
pub(crate) async fn watch(
    storage: Arc<Storage>,
    serves: watch::Sender<bool>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let mut stood_still = None;
    while stop.run_until_cancelled(tokio::time::sleep(INTERVAL)).await.is_some() {
        let progress = &storage.progress;
        match stood_still {
            None if progress.stands_still() => {
                tracing::warn!("saves stand still: this replica reports that it does not serve");
                stood_still = Some(Instant::now());
            }
            Some(since) if !progress.stands_still() && progress.has_worked_since(since) => {
                tracing::info!("saves are written again");
                stood_still = None;
            }
            _ => {}
        }
        serves.send_replace(stood_still.is_none());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn saves_stand_still_where_some_wait_and_none_is_written() {
        let progress = Progress::new();
        tokio::time::advance(STANDSTILL).await;
        assert!(!progress.stands_still(), "nothing waits");
        let (first, _second) = (progress.begin(), progress.begin());
        tokio::time::advance(STANDSTILL / 2).await;
        first.written();
        tokio::time::advance(STANDSTILL / 2).await;
        assert!(!progress.stands_still(), "one was written meanwhile");
        tokio::time::advance(STANDSTILL / 2).await;
        assert!(progress.stands_still());
    }
}
