//! Storage with everything it needs, in a folder that goes with it.

use std::sync::Arc;

use bus::Embedded;
use object_store::local::LocalFileSystem;
use storage::{Config, Parts};
use tempfile::TempDir;
use testkit::{TestClock, TestIds};
use tokio_util::sync::CancellationToken;
use wire::storage::storage_service_client::StorageServiceClient;

pub(crate) type Client = StorageServiceClient<rpc::Channel>;

pub(crate) struct Sandbox {
    pub(crate) folder: TempDir,
    pub(crate) client: Client,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) stop: CancellationToken,
    config: Config,
}

impl Sandbox {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            database: format!("sqlite:{}", folder.path().join("storage.sqlite").display()),
            ..Config::default()
        };
        let (channel, incoming) = rpc::in_process();
        let (clock, stop) = (Arc::new(TestClock::new()), CancellationToken::new());
        let parts = parts(&folder, clock.clone()).await;
        tokio::spawn(storage::run(config.clone(), parts, incoming, stop.clone()));
        let client = Client::new(channel).max_decoding_message_size(rpc::MAX_INNER_MESSAGE);
        Self { folder, client, clock, stop, config }
    }

    /// Runs storage once more on the same database; returns only when it fails.
    pub(crate) async fn reopen(&self) -> anyhow::Result<()> {
        let (_channel, incoming) = rpc::in_process();
        storage::run(
            self.config.clone(),
            parts(&self.folder, self.clock.clone()).await,
            incoming,
            CancellationToken::new(),
        )
        .await
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn parts(folder: &TempDir, clock: Arc<TestClock>) -> Parts {
    let bus = Embedded::open(&folder.path().join("bus.sqlite"), Arc::new(|| 0)).await.unwrap();
    let objects = folder.path().join("objects");
    std::fs::create_dir_all(&objects).unwrap();
    Parts {
        clock,
        ids: Arc::new(TestIds::default()),
        bus: Arc::new(bus),
        objects: Arc::new(LocalFileSystem::new_with_prefix(objects).unwrap()),
    }
}
