//! Rendered files and the public catalogue in the object store.

use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt as _, stream::BoxStream};
use model::Hash;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload, path::Path};
use tracing::Instrument as _;

use crate::{Error, store::Result};

/// Name of the public catalogue.
const CATALOGUE: &str = "public/catalogue.json";

/// The object store, with a method for each kind of object.
#[derive(Debug, Clone)]
pub(crate) struct Objects(Arc<dyn ObjectStore>);

impl Objects {
    pub(crate) fn new(objects: Arc<dyn ObjectStore>) -> Self {
        Self(objects)
    }

    /// Stores a file under its hash. Storing it again changes nothing.
    pub(crate) async fn put_artefact(&self, hash: Hash, bytes: Bytes) -> Result<()> {
        let span = tracing::info_span!("store artefact", artefact.sha256 = %hash, artefact.bytes = bytes.len());
        self.0.put(&path(hash), PutPayload::from_bytes(bytes)).instrument(span).await?;
        Ok(())
    }

    /// Stores a file again if it is missing.
    pub(crate) async fn ensure_artefact(&self, hash: Hash, bytes: Bytes) -> Result<()> {
        match self.0.head(&path(hash)).await {
            Err(object_store::Error::NotFound { .. }) => self.put_artefact(hash, bytes).await,
            found => Ok(found.map(drop)?),
        }
    }

    /// Removes a file; one that is gone is no failure.
    pub(crate) async fn remove_artefact(&self, hash: Hash) -> Result<()> {
        match self.0.delete(&path(hash)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Streams the file with this hash; absent where there is none.
    pub(crate) async fn artefact(
        &self,
        hash: Hash,
    ) -> Result<Option<BoxStream<'static, Result<Bytes>>>> {
        match self.0.get(&path(hash)).await {
            Ok(found) => {
                Ok(Some(found.into_stream().map(|bytes| bytes.map_err(Error::from)).boxed()))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Replaces the public catalogue.
    pub(crate) async fn put_catalogue(&self, json: String) -> Result<()> {
        self.0.put(&Path::from(CATALOGUE), PutPayload::from(json)).await?;
        Ok(())
    }
}

fn path(hash: Hash) -> Path {
    let hash = hash.to_string();
    Path::from(format!("artefacts/{}/{hash}", &hash[..2]))
}
