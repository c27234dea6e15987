//! Saves that wait at the same time are written in one transaction: a commit waits for the disk, and one wait serves all
//! of them. Nobody is waited for: whatever came while the transaction before was under way makes the next.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use model::InvalidField;
use tokio::sync::{Semaphore, oneshot};
use tracing::Span;

use crate::{
    Error, Storage,
    access::{self, Caller},
    store::Result,
    verbs::saves::{CheckedSave, Rejection, SaveResult},
};

/// Most saves in a transaction of several calls; a call with more is written alone.
pub(crate) const MAX_TOGETHER: usize = 256;

/// What a call asks for.
pub(super) type Saves = Vec<std::result::Result<CheckedSave, InvalidField>>;
/// A save with the span of its call, whose trace what it causes belongs to, and with its caller.
pub(super) type Called =
    (std::result::Result<CheckedSave, InvalidField>, Span, Option<Arc<Caller>>);
/// What became of each.
pub(super) type Outcomes = Vec<std::result::Result<SaveResult, Rejection>>;

/// Calls that wait to be written.
#[derive(Debug)]
pub(crate) struct Together {
    waiting: Mutex<VecDeque<Call>>,
    /// Transactions at the same time.
    turns: Semaphore,
}

#[derive(Debug)]
struct Call {
    saves: Vec<Called>,
    answer: oneshot::Sender<Result<Outcomes>>,
}

impl Together {
    pub(crate) fn new(turns: usize) -> Self {
        Self { waiting: Mutex::default(), turns: Semaphore::new(turns) }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Call>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The calls that have waited longest, as many as go together.
    fn take(&self) -> Vec<Call> {
        let mut waiting = self.waiting();
        let mut saves = 0;
        let fitting = waiting.iter().take_while(|call| {
            saves += call.saves.len();
            saves <= MAX_TOGETHER
        });
        let count = fitting.count();
        waiting.drain(..count).collect()
    }
}

impl Storage {
    /// Saves in a transaction shared with whoever waits at the same time. A caller that hangs up disturbs no other: the
    /// transaction is a task of its own.
    pub(super) async fn save_together(self: &Arc<Self>, saves: Saves) -> Result<Outcomes> {
        let (answer, answered) = oneshot::channel();
        self.together.waiting().push_back(Call { saves: called(saves), answer });
        // One task for each call, so that nothing waits without a turn to come; most find nothing left to do.
        let storage = self.clone();
        tokio::spawn(async move { storage.write_waiting().await });
        answered.await.unwrap_or_else(|_| Err(Error::GivenUp))
    }

    async fn write_waiting(&self) {
        let Ok(_turn) = self.together.turns.acquire().await else { return };
        let calls = self.together.take();
        if let [_, _, ..] = calls.as_slice() {
            let saves = calls.iter().flat_map(|call| call.saves.iter().cloned()).collect();
            if let Ok(outcomes) = self.save_alone(saves, false).await {
                share_out(calls, outcomes);
                return;
            }
            // What one of them ran into must not fail the others.
        }
        for Call { saves, answer } in calls {
            // Whoever hung up needs no answer.
            let _ = answer.send(self.save_alone(saves, false).await);
        }
    }
}

/// Saves of the call that runs now.
pub(super) fn called(saves: Saves) -> Vec<Called> {
    let caller = access::caller();
    saves.into_iter().map(|save| (save, Span::current(), caller.clone())).collect()
}

/// Gives each call its outcomes; they come in the order of the saves.
fn share_out(calls: Vec<Call>, outcomes: Outcomes) {
    let mut outcomes = outcomes.into_iter();
    for Call { saves, answer } in calls {
        // Whoever hung up needs no answer.
        let _ = answer.send(Ok(outcomes.by_ref().take(saves.len()).collect()));
    }
}
