//! Group commit: saves of calls that wait at the same time are written in one transaction, so that they share the wait for
//! the disk. No call waits for others to come: what arrived during one transaction makes up the next.
//!
//! Invariant: a call is answered within [`ANSWER_TIMEOUT`], whatever holds up the transactions.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use model::InvalidField;
use tokio::{
    sync::{Semaphore, oneshot},
    time::timeout,
};
use tracing::Span;

use crate::{
    Error, Storage,
    caller::{self, Caller},
    store::Result,
    verbs::saves::{CheckedSave, Rejection, SaveResult},
};

/// Maximum number of saves in a transaction of several calls; a call with more has a transaction of its own.
pub(super) const MAX_GROUP: usize = 256;
/// For the answer to a call, with the wait for transactions that are held up.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(9);

/// What a call asks for.
pub(super) type Saves = Vec<std::result::Result<CheckedSave, InvalidField>>;
/// A save with the span and the caller of its call, which its events and audit entries carry.
pub(super) type QueuedSave =
    (std::result::Result<CheckedSave, InvalidField>, Span, Option<Arc<Caller>>);
/// The result of each save.
pub(super) type Outcomes = Vec<std::result::Result<SaveResult, Rejection>>;

/// Calls that wait for a transaction.
#[derive(Debug)]
pub(crate) struct GroupCommit {
    waiting: Mutex<VecDeque<Call>>,
    /// Limits how many transactions run at the same time.
    permits: Semaphore,
}

#[derive(Debug)]
struct Call {
    saves: Vec<QueuedSave>,
    answer: oneshot::Sender<Result<Outcomes>>,
}

impl GroupCommit {
    pub(crate) fn new(permits: usize) -> Self {
        Self { waiting: Mutex::default(), permits: Semaphore::new(permits) }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Call>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the calls that have waited longest, as many as fit into one transaction.
    fn take(&self) -> Vec<Call> {
        let mut waiting = self.waiting();
        let mut saves = 0;
        let fitting = waiting.iter().take_while(|call| {
            saves += call.saves.len();
            saves <= MAX_GROUP
        });
        let count = fitting.count();
        waiting.drain(..count).collect()
    }
}

impl Storage {
    /// Saves in a transaction that calls which wait at the same time share. It runs in a task of its own, so a caller that
    /// disconnects does not affect the others.
    pub(super) async fn save_in_group(self: &Arc<Self>, saves: Saves) -> Result<Outcomes> {
        let (answer, answered) = oneshot::channel();
        self.group_commit.waiting().push_back(Call { saves: queued(saves), answer });
        // One task per call guarantees that every call is written; most tasks find that another one has done it.
        let storage = self.clone();
        tokio::spawn(async move { storage.write_waiting().await });
        let waiting = self.progress.begin();
        let answer = timeout(ANSWER_TIMEOUT, answered).await;
        let outcomes = answer.ok().and_then(std::result::Result::ok).ok_or(Error::GivenUp)??;
        waiting.written();
        Ok(outcomes)
    }

    async fn write_waiting(&self) {
        let Ok(_permit) = self.group_commit.permits.acquire().await else { return };
        let calls = self.group_commit.take();
        if let [_, _, ..] = calls.as_slice() {
            let saves = calls.iter().flat_map(|call| call.saves.iter().cloned()).collect();
            match self.save_alone(saves, false).await {
                Ok(outcomes) => return share_out(calls, outcomes),
                // Each alone would be held up as long.
                Err(error) if is_held_up(&error) => return,
                // The failure of one call must not fail the others: write them one by one.
                Err(_) => {}
            }
        }
        for Call { saves, answer } in calls {
            let saved = self.save_alone(saves, false).await;
            let is_held_up = saved.as_ref().is_err_and(is_held_up);
            // A caller that disconnected needs no answer.
            let _ = answer.send(saved);
            if is_held_up {
                return;
            }
        }
    }
}

/// Whether the database, not the saves, is what failed.
fn is_held_up(error: &Error) -> bool {
    matches!(error, Error::DatabaseAway(_) | Error::Late(_))
}

/// Adds span and caller of the current call.
pub(super) fn queued(saves: Saves) -> Vec<QueuedSave> {
    let caller = caller::caller();
    saves.into_iter().map(|save| (save, Span::current(), caller.clone())).collect()
}

/// Sends each call its outcomes, which are in the order of the saves.
fn share_out(calls: Vec<Call>, outcomes: Outcomes) {
    let mut outcomes = outcomes.into_iter();
    for Call { saves, answer } in calls {
        // A caller that disconnected needs no answer.
        let _ = answer.send(Ok(outcomes.by_ref().take(saves.len()).collect()));
    }
}
