//! Bus and object store, as the configuration names them: embedded, or shared by several processes. The only place that opens
//! them.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bus::{Bus, Embedded, RabbitMq, RabbitMqOptions};
use object_store::{ObjectStore, aws::AmazonS3Builder, local::LocalFileSystem};

use crate::{
    config::{BusConfig, ObjectsConfig},
    error::Error,
};

/// Bus and object store of a process, each opened once, when a service first needs it.
#[derive(Debug)]
pub(crate) struct Backends {
    bus_config: BusConfig,
    objects_config: ObjectsConfig,
    data: PathBuf,
    /// Whether other processes must reach the same ones.
    is_shared: bool,
    bus: Option<Arc<dyn Bus>>,
    objects: Option<Arc<dyn ObjectStore>>,
}

impl Backends {
    /// Nothing is opened yet.
    pub(crate) fn new(
        bus_config: BusConfig,
        objects_config: ObjectsConfig,
        data: &Path,
        is_shared: bool,
    ) -> Self {
        let data = data.to_owned();
        Self { bus_config, objects_config, data, is_shared, bus: None, objects: None }
    }

    /// Whether the bus was opened.
    pub(crate) fn has_bus(&self) -> bool {
        self.bus.is_some()
    }

    pub(crate) async fn bus(&mut self) -> Result<Arc<dyn Bus>, Error> {
        if self.is_shared && self.bus_config.address.is_empty() {
            return Err(Error::failed(
                "this service needs a bus that processes share: set `bus.address` to RabbitMQ's, or run every service in one process with `voortgang up`",
            ));
        }
        let bus = match &self.bus {
            Some(bus) => bus.clone(),
            None => open_bus(&self.bus_config, &self.data).await?,
        };
        self.bus = Some(bus.clone());
        Ok(bus)
    }

    /// The object store.
    pub(crate) fn objects(&mut self) -> Result<Arc<dyn ObjectStore>, Error> {
        let objects = match &self.objects {
            Some(objects) => objects.clone(),
            None => open_objects(&self.objects_config, &self.data)?,
        };
        self.objects = Some(objects.clone());
        Ok(objects)
    }
}

async fn open_bus(config: &BusConfig, data: &Path) -> Result<Arc<dyn Bus>, Error> {
    let BusConfig { address, namespace, confirms } = config.clone();
    if !address.is_empty() {
        return Ok(Arc::new(RabbitMq::new(RabbitMqOptions { address, namespace, confirms })));
    }
    let file = data.join("bus.sqlite");
    let bus = Embedded::open(&file, Arc::new(runtime::now_millis)).await;
    Ok(Arc::new(bus.map_err(|error| {
        anyhow::Error::from(error)
            .context(format!("the bus's file `{}` cannot be opened", file.display()))
    })?))
}

fn open_objects(config: &ObjectsConfig, data: &Path) -> Result<Arc<dyn ObjectStore>, Error> {
    let ObjectsConfig { bucket, endpoint, region, access_key_id, secret_access_key } = config;
    if bucket.is_empty() {
        return open_folder(&data.join("objects"));
    }
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
        .map_err(|error| Error::failed(format!("the section `objects` cannot be used: {error}")))?;
    Ok(Arc::new(store))
}

fn open_folder(folder: &Path) -> Result<Arc<dyn ObjectStore>, Error> {
    std::fs::create_dir_all(folder)?;
    let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| {
        Error::failed(format!("folder `{}` cannot be used: {error}", folder.display()))
    })?;
    Ok(Arc::new(store.with_fsync(true)))
}
