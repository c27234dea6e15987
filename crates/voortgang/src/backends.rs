//! Bus and object store, as the configuration names them: embedded, or shared by several processes.

use std::{path::Path, sync::Arc};

use bus::{Bus, Confirms, Embedded, RabbitMq, RabbitMqOptions};
use object_store::{ObjectStore, aws::AmazonS3Builder, local::LocalFileSystem};
use serde::{Deserialize, Serialize};

use crate::{config::Config, stop::Stop};

/// Where events travel.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BusConfig {
    /// Address of RabbitMQ: `amqp://<role>:<password>@<host>:<port>/<vhost>`, `amqps:` with TLS.
    /// Of a cluster the addresses of its nodes, with spaces between: the first that can be reached is used.
    /// Empty: a file in the data folder, for one process.
    pub(crate) address: String,
    /// First part of the names of exchange and queues, where several deployments share a broker.
    pub(crate) namespace: String,
    /// Whether publications wait for the broker's confirmation.
    pub(crate) confirms: Confirms,
}

/// Where files are kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ObjectsConfig {
    /// Bucket of an S3-compatible store. Empty: `objects` in the data folder.
    pub(crate) bucket: String,
    /// Address of the store, such as `https://s3.example.nl`. Empty: Amazon's.
    pub(crate) endpoint: String,
    /// Region.
    pub(crate) region: String,
    /// Access key; better given as `VOORTGANG__OBJECTS__ACCESS_KEY_ID`.
    pub(crate) access_key_id: String,
    /// Its secret; better given as `VOORTGANG__OBJECTS__SECRET_ACCESS_KEY`.
    pub(crate) secret_access_key: String,
}

impl Default for ObjectsConfig {
    fn default() -> Self {
        Self {
            bucket: String::new(),
            endpoint: String::new(),
            region: "eu-west-1".to_owned(),
            access_key_id: String::new(),
            secret_access_key: String::new(),
        }
    }
}

/// The bus.
pub(crate) async fn open_bus(config: &Config) -> Result<Arc<dyn Bus>, Stop> {
    let BusConfig { address, namespace, confirms } = config.bus.clone();
    if !address.is_empty() {
        return Ok(Arc::new(RabbitMq::new(RabbitMqOptions { address, namespace, confirms })));
    }
    let file = config.data.join("bus.sqlite");
    let bus = Embedded::open(&file, Arc::new(runtime::now_millis)).await;
    Ok(Arc::new(bus.map_err(|error| {
        anyhow::Error::from(error)
            .context(format!("the bus's file `{}` cannot be opened", file.display()))
    })?))
}

/// The bus of a role that runs as a process of its own.
pub(crate) async fn shared_bus(config: &Config) -> Result<Arc<dyn Bus>, Stop> {
    if config.bus.address.is_empty() {
        return Err(Stop::failed(
            "this role needs a bus that processes share: set `bus.address` to RabbitMQ's, or run every role in one process with `voortgang up`".to_owned(),
        ));
    }
    open_bus(config).await
}

/// The object store.
pub(crate) fn open_objects(config: &Config) -> Result<Arc<dyn ObjectStore>, Stop> {
    if config.objects.bucket.is_empty() {
        return open_folder(&config.data.join("objects"));
    }
    let ObjectsConfig { bucket, endpoint, region, access_key_id, secret_access_key } =
        &config.objects;
    // Two of the libraries bring a cryptographic provider of their own choice; this is the one for all.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(region)
        .with_access_key_id(access_key_id)
        .with_secret_access_key(secret_access_key)
        .with_allow_http(endpoint.starts_with("http://"));
    if !endpoint.is_empty() {
        builder = builder.with_endpoint(endpoint);
    }
    let store = builder
        .build()
        .map_err(|error| Stop::failed(format!("the section `objects` cannot be used: {error}")))?;
    Ok(Arc::new(store))
}

fn open_folder(folder: &Path) -> Result<Arc<dyn ObjectStore>, Stop> {
    std::fs::create_dir_all(folder)?;
    let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| {
        Stop::failed(format!("folder `{}` cannot be used: {error}", folder.display()))
    })?;
    Ok(Arc::new(store.with_fsync(true)))
}
