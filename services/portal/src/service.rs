//! What the portal can show: the catalogue, editions, files, and what search finds.

pub(crate) mod catalogue;
mod edition_cache;
mod objects;
pub(crate) mod plan;
pub(crate) mod search;

use std::{
    fmt,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::ObjectStore;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

pub(crate) use self::edition_cache::CachedEdition;
use self::{
    catalogue::{Artefact, Catalogue},
    edition_cache::Cache,
    objects::{Fetched, Objects},
    search::SearchFailure,
};
use crate::{
    Config, Error, InvalidTheme,
    look::{Assets, Look},
};

/// How long the catalogue is taken as it is before the object store is asked again.
const CATALOGUE_AGE: Duration = Duration::from_secs(1);

/// Lists of hits that are written at the same time: each asks search again and again.
const MAX_EXPORTS: usize = 4;

/// Longest time that suggestions may take: pages are whole without.
const SUGGESTIONS_TIMEOUT: Duration = Duration::from_millis(500);

/// What the portal needs from outside.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Where the catalogue and the files are.
    pub objects: Arc<dyn ObjectStore>,
    /// The search service.
    pub search: rpc::Channel,
}

/// The portal.
pub struct Portal {
    config: Config,
    assets: Assets,
    objects: Objects,
    search: rpc::Channel,
    catalogue: Mutex<LastRead>,
    editions: Cache,
    exports: Arc<Semaphore>,
}

/// The catalogue as last read.
#[derive(Debug, Default)]
struct LastRead {
    catalogue: Option<Arc<Catalogue>>,
    tag: Option<String>,
    asked: Option<Instant>,
}

impl fmt::Debug for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Portal").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Portal {
    /// Makes a portal; nothing but its theme is read yet.
    ///
    /// # Errors
    ///
    /// Where a value of the theme cannot be used.
    pub fn new(config: Config, parts: Parts) -> Result<Arc<Self>, InvalidTheme> {
        let Parts { objects, search } = parts;
        Ok(Arc::new(Self {
            assets: Assets::of(Look::read(&config.theme)?),
            config,
            objects: Objects::new(objects),
            search,
            catalogue: Mutex::default(),
            editions: Cache::default(),
            exports: Arc::new(Semaphore::new(MAX_EXPORTS)),
        }))
    }

    /// The files of its theme.
    pub(crate) fn assets(&self) -> &Assets {
        &self.assets
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// The catalogue, asked for at most once a second. While the object store is away, the last one that was read is used.
    pub(crate) async fn catalogue(&self) -> Result<Arc<Catalogue>, Error> {
        let (known, tag) = {
            let mut last = self.last_read();
            let is_fresh = last.asked.is_some_and(|asked| asked.elapsed() < CATALOGUE_AGE);
            if let Some(catalogue) = last.catalogue.clone().filter(|_| is_fresh) {
                return Ok(catalogue);
            }
            last.asked = Some(Instant::now());
            (last.catalogue.clone(), last.tag.clone())
        };
        match (self.read_catalogue(tag).await, known) {
            (Ok(Some(catalogue)), _) | (Ok(None), Some(catalogue)) => Ok(catalogue),
            (Ok(None), None) => Ok(Arc::default()),
            (Err(error), Some(catalogue)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "catalogue cannot be read; the last one stands"
                );
                Ok(catalogue)
            }
            (Err(error), None) => Err(error),
        }
    }

    /// Asks the object store itself, whatever was read before.
    pub(crate) async fn probe_objects(&self) -> Result<(), Error> {
        let tag = self.last_read().tag.clone();
        self.read_catalogue(tag).await.map(|_| ())
    }

    /// Returns the catalogue if it is another than the one with `tag`.
    async fn read_catalogue(&self, tag: Option<String>) -> Result<Option<Arc<Catalogue>>, Error> {
        let (bytes, tag) =
            match self.objects.read_changed(catalogue::PATH, tag, catalogue::MAX_BYTES).await? {
                Fetched::Same => return Ok(None),
                // Storage writes one at its first start: until then there is nothing to show.
                Fetched::Absent => (None, None),
                Fetched::Changed { bytes, tag } => (Some(bytes), tag),
            };
        let read = bytes.map(|bytes| catalogue::read(&bytes)).transpose()?;
        let catalogue = Arc::new(read.unwrap_or_default());
        let mut last = self.last_read();
        last.catalogue = Some(catalogue.clone());
        last.tag = tag;
        Ok(Some(catalogue))
    }

    fn last_read(&self) -> std::sync::MutexGuard<'_, LastRead> {
        // It is replaced as a whole, so it stays good when a holder panics.
        self.catalogue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads an edition from its data file.
    pub(crate) async fn edition(&self, file: &Artefact) -> Result<Arc<CachedEdition>, Error> {
        if let Some(cached) = self.editions.get(&file.sha256) {
            return Ok(cached);
        }
        let limit = self.config.max_edition_bytes;
        let bytes = self.objects.read(file, limit).await?;
        let name = file.file_name.clone();
        let cached = tokio::task::spawn_blocking(move || CachedEdition::of(&bytes, &name)).await;
        let cached = Arc::new(cached.map_err(|error| Error::Fault(error.to_string()))??);
        self.editions.put(&file.sha256, &cached);
        Ok(cached)
    }

    /// Streams a part of a published file.
    pub(crate) async fn file(
        &self,
        file: &Artefact,
        part: Range<u64>,
    ) -> Result<BoxStream<'static, object_store::Result<Bytes>>, Error> {
        self.objects.stream(file, part).await
    }

    /// Asks search.
    pub(crate) async fn search(
        &self,
        request: wire::v1::SearchRequest,
    ) -> Result<wire::v1::SearchResponse, SearchFailure> {
        search::ask(self.search.clone(), request, self.config.search_timeout()).await
    }

    /// What may be meant by a beginning; nothing where search does not say: a page is whole without.
    pub(crate) async fn suggestions(
        &self,
        beginning: &str,
        count: i32,
    ) -> Vec<wire::v1::Suggestion> {
        let limit = self.config.search_timeout().min(SUGGESTIONS_TIMEOUT);
        self.suggest(beginning, count, limit).await.unwrap_or_default()
    }

    /// What may be meant by a beginning, for whoever asks for nothing else.
    pub(crate) async fn suggested(
        &self,
        beginning: &str,
        count: i32,
    ) -> Result<Vec<wire::v1::Suggestion>, SearchFailure> {
        self.suggest(beginning, count, self.config.search_timeout()).await
    }

    async fn suggest(
        &self,
        beginning: &str,
        count: i32,
        limit: Duration,
    ) -> Result<Vec<wire::v1::Suggestion>, SearchFailure> {
        let request =
            wire::v1::SuggestRequest { beginning: beginning.to_owned(), max_suggestions: count };
        search::suggest(self.search.clone(), request, limit).await
    }

    /// A place to write a list of hits; none while too many are written.
    pub(crate) fn export_place(&self) -> Option<OwnedSemaphorePermit> {
        self.exports.clone().try_acquire_owned().ok()
    }

    /// What search has of each public edition; absent where it does not say.
    pub(crate) async fn indexed_editions(&self) -> Option<Vec<wire::v1::IndexedEdition>> {
        search::status(self.search.clone()).await.ok().map(|status| status.editions)
    }

    /// Whether search answers.
    pub(crate) async fn probe_search(&self) -> Result<(), SearchFailure> {
        search::probe(self.search.clone()).await
    }
}
