//! What recent answers were made from, so that further pages of a list are of the same state of the index.
//!
//! Invariant: at most [`MAX_STATES`] states are kept, and none that was asked for [`MAX_AGE`] ago once another one is kept: each
//! holds files that merges would remove. Once text is to be found no more, none that has it is kept.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tantivy::Searcher;

use crate::index::{question::Scope, shown::Shown};

/// The largest number of states that are kept.
const MAX_STATES: usize = 16;
/// How long a state is kept after its last answer.
const MAX_AGE: Duration = Duration::from_mins(10);

/// A state of the index of a scope.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) shown: Arc<Shown>,
    pub(crate) searcher: Searcher,
    /// How often states had been forgotten before this one was taken.
    pub(crate) forgotten: u64,
}

/// The states that are kept.
#[derive(Default)]
pub(crate) struct Recent(Mutex<States>);

#[derive(Default)]
struct States {
    /// The one that was asked for longest ago first.
    kept: Vec<Kept>,
    forgotten: u64,
}

struct Kept {
    scope: Scope,
    position: u64,
    asked: Instant,
    snapshot: Snapshot,
}

impl Recent {
    /// Returns the state that answered at a position.
    pub(crate) fn at(&self, scope: Scope, position: u64) -> Option<Snapshot> {
        let states = self.states();
        let mut kept = states.kept.iter();
        let found = kept.find(|kept| (kept.scope, kept.position) == (scope, position))?;
        Some(found.snapshot.clone())
    }

    /// Keeps a state that answered now. The first one of a position stays, since it gave the page before.
    pub(crate) fn keep(&self, scope: Scope, snapshot: &Snapshot) {
        let position = snapshot.shown.position(scope);
        let asked = Instant::now();
        let mut states = self.states();
        if snapshot.forgotten != states.forgotten {
            return;
        }
        let kept = &mut states.kept;
        kept.retain(|kept| asked.duration_since(kept.asked) < MAX_AGE);
        let known = kept.iter().position(|kept| (kept.scope, kept.position) == (scope, position));
        let snapshot = known.map_or_else(|| snapshot.clone(), |at| kept.remove(at).snapshot);
        kept.push(Kept { scope, position, asked, snapshot });
        if kept.len() > MAX_STATES {
            kept.remove(0);
        }
    }

    /// Forgets all states: they have text that is to be found no more.
    pub(crate) fn forget(&self) {
        let mut states = self.states();
        states.kept.clear();
        states.forgotten += 1;
    }

    /// How often states were forgotten.
    pub(crate) fn forgotten(&self) -> u64 {
        self.states().forgotten
    }

    fn states(&self) -> MutexGuard<'_, States> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
