//! Rendered files and the public catalogue in the object store.

use std::sync::Arc;

use artefacts::Artefacts;
use bytes::Bytes;
use catalogue::path_of;
use futures::{StreamExt as _, stream::BoxStream};
use model::Hash;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt as _, PutPayload, path::Path};
use tracing::Instrument as _;

use crate::{Error, store::Result};

/// The object store, with a method for each kind of object.
#[derive(Debug, Clone)]
pub(crate) struct Objects(Arc<dyn ObjectStore>, Artefacts);

/// How much of the files is read to find out whether they are whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// All of each.
    Full,
    /// Those that changed since they were read last.
    Changed,
}

impl Objects {
    pub(crate) fn new(objects: Arc<dyn ObjectStore>) -> Self {
        Self(objects.clone(), Artefacts::new(objects))
    }

    /// Stores a file under its hash. Storing it again changes nothing.
    pub(crate) async fn put_artefact(&self, hash: Hash, bytes: Bytes) -> Result<()> {
        let span = tracing::info_span!("store artefact", artefact.sha256 = %hash, artefact.bytes = bytes.len());
        self.0.put(&path_of(hash), PutPayload::from_bytes(bytes)).instrument(span).await?;
        Ok(())
    }

    /// Stores a file again if it is missing.
    pub(crate) async fn ensure_artefact(&self, hash: Hash, bytes: Bytes) -> Result<()> {
        match self.0.head(&path_of(hash)).await {
            Err(object_store::Error::NotFound { .. }) => self.put_artefact(hash, bytes).await,
            found => Ok(found.map(drop)?),
        }
    }

    /// Removes a file; one that is gone is no failure.
    pub(crate) async fn remove_artefact(&self, hash: Hash) -> Result<()> {
        match self.0.delete(&path_of(hash)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Streams the file with this hash, once it is known to be whole.
    pub(crate) async fn artefact(&self, hash: Hash) -> Result<BoxStream<'static, Result<Bytes>>> {
        let found = self.1.get(hash, GetOptions::default()).await?;
        Ok(found.into_stream().map(|bytes| bytes.map_err(Error::from)).boxed())
    }

    /// Returns what is wrong with a file, where it has to be made again.
    pub(crate) async fn fault_of(
        &self,
        hash: Hash,
        depth: Depth,
    ) -> Result<Option<artefacts::Error>> {
        let looked = match depth {
            Depth::Full => self.1.check(hash).await,
            Depth::Changed => self.1.look(hash).await,
        };
        match looked {
            Ok(()) => Ok(None),
            Err(error) if error.is_broken() => Ok(Some(error)),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes a small object, as anything may be written, and removes it.
    pub(crate) async fn probe(&self) -> Result<()> {
        let path = Path::from(format!("probes/{}", uuid::Uuid::new_v4()));
        self.0.put(&path, PutPayload::from_static(b"probe")).await?;
        Ok(self.0.delete(&path).await?)
    }

    /// Replaces the public catalogue.
    pub(crate) async fn put_catalogue(&self, json: String) -> Result<()> {
        self.0.put(&Path::from(catalogue::PATH), PutPayload::from(json)).await?;
        Ok(())
    }
}
