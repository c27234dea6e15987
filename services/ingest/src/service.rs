//! The verbs of ingest.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use fonts::Fonts;
use model::CycleName;
use storage_client::StorageClient;
use tokio::sync::Semaphore;
use wire::{internal, v1 as pb};

use crate::{
    Config, Error,
    check::{self, Checked, Strictness},
    cycle_cache::{CachedCycle, CycleCache},
    storage::{self, RETRY_PAUSES},
};

/// Takes contributions in.
#[derive(Debug)]
pub struct Ingest {
    pub(crate) storage: StorageClient,
    pub(crate) dry_runs: Arc<Semaphore>,
    cycles: CycleCache,
    fonts: Arc<Fonts>,
}

impl Ingest {
    /// Takes contributions in for the storage behind `channel`, which are printed with `fonts`.
    pub fn new(config: &Config, channel: rpc::Channel, fonts: Arc<Fonts>) -> Self {
        let timeout = Duration::from_secs(config.storage_seconds);
        let storage = StorageClient::new(channel, timeout).with_retries(&RETRY_PAUSES);
        Self {
            dry_runs: Arc::new(Semaphore::new(config.dry_runs)),
            cycles: CycleCache::new(storage.clone()),
            storage,
            fonts,
        }
    }

    /// Saves one contribution.
    pub(crate) async fn save(
        &self,
        save: Option<pb::Save>,
        strictness: Strictness,
        validate_only: bool,
    ) -> Result<pb::SaveResult, Error> {
        let checked = self.check(vec![save], strictness).await?;
        let result = self.hand_over(checked, validate_only).await?.pop();
        match result {
            Some(result) if result.outcome() == pb::SaveOutcome::Rejected => {
                Err(Error::Rejected(Box::new(result)))
            }
            Some(result) => Ok(result),
            None => Err(Error::Unreadable("no result".to_owned())),
        }
    }

    /// Checks saves, each on its own.
    pub(crate) async fn check(
        &self,
        saves: Vec<Option<pb::Save>>,
        strictness: Strictness,
    ) -> Result<Vec<Checked>, Error> {
        let cycles = self.cached_cycles(&saves).await?;
        let fonts = self.fonts.clone();
        let check = move |save: Option<pb::Save>| {
            let cycle = save.as_ref().and_then(|save| cycles.get(&save.cycle));
            check::save(save, strictness, cycle.map(Arc::as_ref), &fonts)
        };
        Ok(tokio::task::spawn_blocking(move || saves.into_iter().map(check).collect()).await?)
    }

    /// Hands to storage what was found sound and returns a result for each, in order.
    pub(crate) async fn hand_over(
        &self,
        checked: Vec<Checked>,
        validate_only: bool,
    ) -> Result<Vec<pb::SaveResult>, Error> {
        let sound: Vec<_> =
            checked.iter().filter_map(|checked| checked.as_ref().ok()).cloned().collect();
        let saved = if sound.is_empty() {
            Vec::new()
        } else {
            storage::save(&self.storage, sound, validate_only).await?
        };
        let mut saved = saved.into_iter();
        let result = |checked: Checked| match checked {
            Err(rejected) => *rejected,
            Ok(internal::CheckedSave { save: _, findings }) => {
                let saved = saved.next().unwrap_or_default();
                // A new revision has what storage found as well.
                match saved.outcome() {
                    pb::SaveOutcome::Accepted => saved,
                    _ => pb::SaveResult { findings, ..saved },
                }
            }
        };
        Ok(checked.into_iter().map(result).collect())
    }

    /// Returns the cycles that these saves name; what names none is left to the check. An organisation that is not known in a
    /// cached cycle may have joined it just now, so that it is read again.
    async fn cached_cycles(
        &self,
        saves: &[Option<pb::Save>],
    ) -> Result<HashMap<String, Arc<CachedCycle>>, Error> {
        let mut cycles: HashMap<String, Arc<CachedCycle>> = HashMap::new();
        let (mut asked, mut asked_again) = (HashSet::new(), HashSet::new());
        for save in saves.iter().flatten() {
            let Ok(name) = save.cycle.parse::<CycleName>() else { continue };
            if asked.insert(name.clone()) {
                let found = self.cycles.get(&name).await?;
                cycles.extend(found.map(|cycle| (name.to_string(), cycle)));
            }
            let is_strange =
                cycles.get(name.as_str()).is_some_and(|cycle| !cycle.has(&save.organisation));
            if is_strange && asked_again.insert(name.clone()) {
                let found = self.cycles.read(&name).await?;
                cycles.extend(found.map(|cycle| (name.to_string(), cycle)));
            }
        }
        Ok(cycles)
    }
}
