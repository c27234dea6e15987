//! What the portal can show: the catalogue, editions, files, and what search finds.

pub(crate) mod catalogue;
pub(crate) mod edition;
mod objects;
mod reading;
pub(crate) mod search;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures::stream::BoxStream;
use tokio::time::Instant;

pub(crate) use self::reading::Reading;
use self::{
    catalogue::{Artefact, Catalogue},
    objects::{Fetched, Objects},
    reading::Shelf,
    search::SearchFailure,
};
use crate::{Config, Error, Parts};

/// How long the catalogue is taken as it is before the object store is asked again.
const CATALOGUE_AGE: Duration = Duration::from_secs(1);

/// The portal.
pub struct Portal {
    config: Config,
    objects: Objects,
    search: rpc::Channel,
    catalogue: Mutex<Kept>,
    shelf: Shelf,
}

/// The catalogue as last read.
#[derive(Debug, Default)]
struct Kept {
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
    /// Makes a portal; nothing is read yet.
    #[must_use]
    pub fn new(config: Config, parts: Parts) -> Arc<Self> {
        let Parts { objects, search } = parts;
        Arc::new(Self {
            config,
            objects: Objects::new(objects),
            search,
            catalogue: Mutex::default(),
            shelf: Shelf::default(),
        })
    }

    /// The pages as a service.
    pub fn router(self: Arc<Self>) -> axum::Router {
        crate::http::router(self)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// The catalogue, asked for at most once a second. While the object store is away, the last one read stands.
    pub(crate) async fn catalogue(&self) -> Result<Arc<Catalogue>, Error> {
        let (known, tag) = {
            let mut kept = self.kept();
            let is_fresh = kept.asked.is_some_and(|asked| asked.elapsed() < CATALOGUE_AGE);
            if let Some(catalogue) = kept.catalogue.clone().filter(|_| is_fresh) {
                return Ok(catalogue);
            }
            kept.asked = Some(Instant::now());
            (kept.catalogue.clone(), kept.tag.clone())
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

    /// Asks the object store itself, whatever is kept.
    pub(crate) async fn probe_objects(&self) -> Result<(), Error> {
        let tag = self.kept().tag.clone();
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
        let read = bytes.map(|bytes| Catalogue::read(&bytes)).transpose()?;
        let catalogue = Arc::new(read.unwrap_or_default());
        let mut kept = self.kept();
        kept.catalogue = Some(catalogue.clone());
        kept.tag = tag;
        Ok(Some(catalogue))
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        // What is kept is replaced as a whole, so it stays good when a holder panics.
        self.catalogue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads an edition from its data file.
    pub(crate) async fn edition(&self, file: &Artefact) -> Result<Arc<Reading>, Error> {
        if let Some(reading) = self.shelf.take(&file.sha256) {
            return Ok(reading);
        }
        let limit = self.config.max_edition_bytes;
        let bytes = self.objects.read(file, limit).await?;
        let name = file.file_name.clone();
        let reading = tokio::task::spawn_blocking(move || Reading::of(&bytes, &name)).await;
        let reading = Arc::new(reading.map_err(|error| Error::Fault(error.to_string()))??);
        self.shelf.put(&file.sha256, &reading);
        Ok(reading)
    }

    /// Streams a published file.
    pub(crate) async fn file(
        &self,
        file: &Artefact,
    ) -> Result<BoxStream<'static, object_store::Result<Bytes>>, Error> {
        self.objects.stream(file).await
    }

    /// Asks search.
    pub(crate) async fn search(
        &self,
        request: wire::v1::SearchRequest,
    ) -> Result<wire::v1::SearchResponse, SearchFailure> {
        search::ask(self.search.clone(), request, self.config.search_timeout()).await
    }

    /// Whether search answers.
    pub(crate) async fn probe_search(&self) -> Result<(), SearchFailure> {
        search::probe(self.search.clone()).await
    }
}
