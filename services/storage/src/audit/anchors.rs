//! Copies of checkpoints outside the database: a file each, written once.

use std::{path::Path, sync::Arc};

use data_encoding::HEXLOWER;
use object_store::{
    ObjectStore, ObjectStoreExt as _, PutPayload, local::LocalFileSystem, path::Path as Key,
};

use crate::{
    Error,
    store::{CheckpointRow, Result},
};

/// Prefix of their names in the object store.
const PREFIX: &str = "audit/checkpoints/";

/// A folder or an object store outside the database.
#[derive(Debug, Clone)]
pub(crate) struct Anchors {
    place: Arc<dyn ObjectStore>,
    prefix: &'static str,
}

impl Anchors {
    /// A folder where one is named, else the object store.
    pub(crate) fn open(folder: &Path, objects: Arc<dyn ObjectStore>) -> Result<Self> {
        if folder.as_os_str().is_empty() {
            return Ok(Self { place: objects, prefix: PREFIX });
        }
        let unfit = |error: String| {
            Error::Unfit(format!("`storage.audit.anchors` is `{}`: {error}", folder.display()))
        };
        std::fs::create_dir_all(folder).map_err(|error| unfit(error.to_string()))?;
        let place =
            LocalFileSystem::new_with_prefix(folder).map_err(|error| unfit(error.to_string()))?;
        Ok(Self { place: Arc::new(place.with_fsync(true)), prefix: "" })
    }

    /// Stores a checkpoint. Storing it again changes nothing; another one never has the same name, since its time differs.
    pub(crate) async fn store(&self, checkpoint: &CheckpointRow) -> Result<()> {
        let CheckpointRow { position, chain_hash, time, cause, key, signature } = checkpoint;
        let json = serde_json::json!({
            "position": position,
            "chain_hash": chain_hash,
            "time_millis": time.0,
            "cause": cause,
            "key": key,
            "signature": HEXLOWER.encode(signature),
        });
        let name = Key::from(format!("{}{position:020}-{}.json", self.prefix, time.0));
        self.place.put(&name, PutPayload::from(json.to_string())).await?;
        Ok(())
    }
}
