//! Settings of what is shared by the processes of an installation: the bus and the object store.

use bus::Confirms;
use serde::{Deserialize, Serialize};

/// Where events travel.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct BusConfig {
    /// Address of RabbitMQ: `amqp://<user>:<password>@<host>:<port>/<vhost>`, `amqps:` with TLS.
    /// Of a cluster the addresses of its nodes, with spaces between: the first that can be reached is used.
    /// Empty: a file in the data folder, for one process.
    pub(crate) address: String,
    /// First part of the names of exchange and queues, where several deployments share a broker.
    pub(crate) namespace: String,
    /// Whether publications wait for the broker's confirmation. No configuration can change it.
    #[serde(skip)]
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
