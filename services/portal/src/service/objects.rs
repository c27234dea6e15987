//! The object store, read with limits.

use std::sync::Arc;

use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::{GetOptions, GetResult, ObjectStore, ObjectStoreExt as _, path::Path};

use crate::{Error, service::catalogue::Artefact};

/// The object store.
#[derive(Debug, Clone)]
pub(crate) struct Objects(Arc<dyn ObjectStore>);

/// What is found at a path that was read before.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// The same as before.
    Same,
    /// Nothing.
    Absent,
    /// Something new.
    Changed {
        /// What stands there.
        bytes: Bytes,
        /// Tag that changes with it.
        tag: Option<String>,
    },
}

impl Objects {
    pub(crate) fn new(objects: Arc<dyn ObjectStore>) -> Self {
        Self(objects)
    }

    /// Reads what stands at `path` unless it is what had `tag`.
    pub(crate) async fn read_changed(
        &self,
        path: &str,
        tag: Option<String>,
        limit: u64,
    ) -> Result<Fetched, Error> {
        let options = GetOptions { if_none_match: tag, ..GetOptions::default() };
        match self.0.get_opts(&Path::from(path), options).await {
            Ok(found) => {
                let tag = found.meta.e_tag.clone();
                Ok(Fetched::Changed { bytes: within(found, path, limit).await?, tag })
            }
            Err(object_store::Error::NotModified { .. }) => Ok(Fetched::Same),
            Err(object_store::Error::NotFound { .. }) => Ok(Fetched::Absent),
            Err(error) => Err(Error::Objects(error)),
        }
    }

    /// Reads a file of at most `limit` bytes.
    pub(crate) async fn read(&self, file: &Artefact, limit: u64) -> Result<Bytes, Error> {
        within(self.get(file).await?, &file.file_name, limit).await
    }

    /// Streams a file.
    pub(crate) async fn stream(
        &self,
        file: &Artefact,
    ) -> Result<BoxStream<'static, object_store::Result<Bytes>>, Error> {
        Ok(self.get(file).await?.into_stream())
    }

    async fn get(&self, file: &Artefact) -> Result<GetResult, Error> {
        let path = file.path().ok_or(Error::NotFound)?;
        self.0.get(&path).await.map_err(|error| match error {
            object_store::Error::NotFound { .. } => Error::Missing(file.file_name.clone()),
            error => Error::Objects(error),
        })
    }
}

async fn within(found: GetResult, what: &str, limit: u64) -> Result<Bytes, Error> {
    let size = found.meta.size;
    if limit < size {
        return Err(Error::TooLarge { what: what.to_owned(), size, limit });
    }
    found.bytes().await.map_err(Error::Objects)
}
