//! The object store, read with limits; a file is given out only where it is whole.

use std::{ops::Range, sync::Arc};

use artefacts::Artefacts;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::{GetOptions, GetRange, GetResult, ObjectStore, path::Path};

use crate::{Error, service::catalogue::Artefact};

/// The object store, and the files in it.
#[derive(Debug, Clone)]
pub(crate) struct Objects(Arc<dyn ObjectStore>, Artefacts);

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
        Self(objects.clone(), Artefacts::new(objects))
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
        let found = self.get(file, GetOptions::default()).await?;
        within(found, &file.file_name, limit).await
    }

    /// Streams a part of a file.
    pub(crate) async fn stream(
        &self,
        file: &Artefact,
        part: Range<u64>,
    ) -> Result<BoxStream<'static, object_store::Result<Bytes>>, Error> {
        // A whole file is asked for as such: a range of nothing is none.
        let range = (part != (0..file.size)).then_some(GetRange::Bounded(part));
        let options = GetOptions { range, ..GetOptions::default() };
        Ok(self.get(file, options).await?.into_stream())
    }

    async fn get(&self, file: &Artefact, options: GetOptions) -> Result<GetResult, Error> {
        let hash = file.sha256.parse().map_err(|_| Error::NotFound)?;
        self.1.get(hash, options).await.map_err(|error| match error {
            artefacts::Error::Objects(error) => Error::Objects(error),
            broken => Error::Broken { file_name: file.file_name.clone(), source: broken },
        })
    }
}

async fn within(found: GetResult, what: &str, limit: u64) -> Result<Bytes, Error> {
    let size = found.meta.size;
    if size > limit {
        return Err(Error::TooLarge { what: what.to_owned(), size, limit });
    }
    found.bytes().await.map_err(Error::Objects)
}
