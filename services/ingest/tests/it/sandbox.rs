//! Ingest and storage with a folder that goes with them.

use std::sync::Arc;

use bus::Embedded;
use identity::ChannelExt as _;
use object_store::local::LocalFileSystem;
use rpc::Channel;
use tempfile::TempDir;
use testkit::{TestClock, TestIds};
use tokio_util::sync::CancellationToken;
use tonic::Status;
use wire::{
    Clients, Service, internal,
    v1::{
        self as pb, SubmitContributionRequest, SubmitContributionsRequest,
        SubmitContributionsResponse,
    },
};

/// Ingest and storage, running until dropped; framework `plan` and cycle `plan/2021` are there.
pub(crate) struct Sandbox {
    pub(crate) ingest: Clients<Channel>,
    storage: Clients<Channel>,
    stop: CancellationToken,
    _folder: TempDir,
}

impl Sandbox {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let stop = CancellationToken::new();
        let (to_storage, incoming) = rpc::in_process();
        let database = format!("sqlite:{}", folder.path().join("storage.sqlite").display());
        let config = storage::Config { database, ..storage::Config::default() };
        tokio::spawn(storage::run(config, parts(&folder).await, incoming, stop.clone()));
        let (to_ingest, incoming) = rpc::in_process();
        let storage = to_storage.clone().of_service(Service::Ingest);
        let parts = ingest::Parts {
            storage,
            fonts: std::sync::Arc::new(fonts::Fonts::new(fonts::Config::default(), None)),
        };
        tokio::spawn(ingest::run(ingest::Config::default(), parts, incoming, stop.clone()));
        let operator = identity::Identity::with_every_role("operator");
        let storage = Clients::new(to_storage.acting_as(&operator));
        let ingest = Clients::new(to_ingest.acting_as(&operator));
        prepare(storage.clone()).await;
        Self { ingest, storage, stop, _folder: folder }
    }

    /// Sends saves over one stream and returns the answers, or how it broke.
    pub(crate) async fn stream(
        &self,
        saves: Vec<Option<pb::Save>>,
        validate_only: bool,
    ) -> Result<Vec<SubmitContributionsResponse>, Status> {
        let requests: Vec<_> = saves
            .into_iter()
            .map(|save| SubmitContributionsRequest { save, validate_only })
            .collect();
        let client = self.ingest.clone();
        let mut answers = client
            .submissions()
            .submit_contributions(futures::stream::iter(requests))
            .await?
            .into_inner();
        let mut read = Vec::new();
        while let Some(answer) = answers.message().await? {
            read.push(answer);
        }
        Ok(read)
    }

    /// Submits one contribution.
    pub(crate) async fn submit(
        &self,
        save: pb::Save,
        validate_only: bool,
    ) -> Result<pb::SaveResult, Status> {
        let request = SubmitContributionRequest { save: Some(save), validate_only };
        let answer = self.ingest.submissions().submit_contribution(request).await?;
        Ok(answer.into_inner().result.unwrap())
    }

    /// How many changes the record holds.
    pub(crate) async fn changes(&self) -> usize {
        let request = internal::ListChangesRequest::default();
        let answer = self.storage.changes().list_changes(request).await.unwrap();
        answer.into_inner().changes.len()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn parts(folder: &TempDir) -> storage::Parts {
    let objects = folder.path().join("objects");
    std::fs::create_dir_all(&objects).unwrap();
    let bus = Embedded::open(&folder.path().join("bus.sqlite"), Arc::new(|| 0)).await.unwrap();
    storage::Parts {
        clock: Arc::new(TestClock::new()),
        ids: Arc::new(TestIds::default()),
        bus: Arc::new(bus),
        objects: Arc::new(LocalFileSystem::new_with_prefix(objects).unwrap()),
        printing: storage::Printing::default(),
    }
}

async fn prepare(storage: Clients<Channel>) {
    let framework = Some(testkit::framework().into());
    let request = pb::RegisterFrameworkRequest { framework, validate_only: false, again: false };
    storage.frameworks().register_framework(request).await.unwrap();
    let request =
        pb::OpenCycleRequest { cycle: Some(testkit::cycle().into()), ..Default::default() };
    storage.cycles().open_cycle(request).await.unwrap();
}
