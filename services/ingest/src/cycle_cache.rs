//! What a save is held against: its cycle and the framework version of that cycle.
//!
//! Framework versions never change and are cached; cycles are read again after a few seconds.
//! Invariant: the cache is bounded, and a cycle that does not exist is never cached as such.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use model::{Cycle, CycleName, Framework, Slug};
use storage_client::StorageClient;
use tokio::time::Instant;

use crate::Error;

/// How long a cycle is taken as last seen.
const FRESH: Duration = Duration::from_secs(5);
/// Maximum number of cached cycles, and of cached framework versions.
const MAX_CACHED: usize = 64;

/// A cycle with its framework.
#[derive(Debug)]
pub(crate) struct CachedCycle {
    pub(crate) cycle: Cycle,
    /// The framework version that it reports on.
    pub(crate) framework: Arc<Framework>,
}

impl CachedCycle {
    /// Whether an organisation reports in it.
    pub(crate) fn has(&self, organisation: &str) -> bool {
        self.cycle.organisations.iter().any(|known| known.as_str() == organisation)
    }
}

/// The cycles seen lately.
#[derive(Debug)]
pub(crate) struct CycleCache {
    storage: StorageClient,
    seen: Mutex<HashMap<CycleName, (Instant, Arc<CachedCycle>)>>,
    frameworks: Mutex<HashMap<(Slug, u32), Arc<Framework>>>,
}

impl CycleCache {
    pub(crate) fn new(storage: StorageClient) -> Self {
        Self { storage, seen: Mutex::default(), frameworks: Mutex::default() }
    }

    /// Returns the cycle of a cycle; none if there is no such cycle.
    pub(crate) async fn get(&self, name: &CycleName) -> Result<Option<Arc<CachedCycle>>, Error> {
        let kept = open(&self.seen)
            .get(name)
            .filter(|(seen, _)| seen.elapsed() < FRESH)
            .map(|(_, cycle)| Arc::clone(cycle));
        if kept.is_some() {
            return Ok(kept);
        }
        self.read(name).await
    }

    /// The same, as it is in storage now.
    pub(crate) async fn read(&self, name: &CycleName) -> Result<Option<Arc<CachedCycle>>, Error> {
        let Some(cycle) = self.storage.find_cycle(name).await? else { return Ok(None) };
        let framework = self.framework(&cycle).await?;
        let cycle = Arc::new(CachedCycle { cycle, framework });
        keep(&mut open(&self.seen), name.clone(), (Instant::now(), Arc::clone(&cycle)));
        Ok(Some(cycle))
    }

    async fn framework(&self, cycle: &Cycle) -> Result<Arc<Framework>, Error> {
        let key = (cycle.framework.clone(), cycle.framework_version);
        let kept = open(&self.frameworks).get(&key).map(Arc::clone);
        if let Some(framework) = kept {
            return Ok(framework);
        }
        let framework = Arc::new(self.storage.framework_of(cycle).await?);
        keep(&mut open(&self.frameworks), key, Arc::clone(&framework));
        Ok(framework)
    }
}

/// Nothing is left half done under these locks, so that a panic elsewhere does not spoil them.
fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn keep<K: std::hash::Hash + Eq, V>(map: &mut HashMap<K, V>, key: K, value: V) {
    if map.len() >= MAX_CACHED {
        map.clear();
    }
    map.insert(key, value);
}
