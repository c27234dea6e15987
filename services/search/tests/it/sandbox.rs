//! A folder, a bus and a storage, and search running on a port beside them.

use std::{path::PathBuf, sync::Arc, time::Duration};

use bus::{Bus as _, Embedded, Event};
use identity::{ChannelExt as _, Identity};
use rpc::{Channel, Incoming};
use search::{Config, Parts};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;
use tonic::Status;
use wire::{
    Clients,
    v1::{
        GetSearchStatusRequest, GetSearchStatusResponse, Problem, ReindexRequest, Scope,
        SearchRequest, SearchResponse,
    },
};

use crate::storage::Storage;

/// How long a test waits for what must happen.
const TIMEOUT: Duration = Duration::from_mins(1);

/// What search works with; it outlives a run.
pub(crate) struct Sandbox {
    pub(crate) folder: TempDir,
    pub(crate) storage: Storage,
    pub(crate) bus: Arc<Embedded>,
}

/// Search, running.
pub(crate) struct Running {
    channel: rpc::Channel,
    client: Clients<Channel>,
    stop: CancellationToken,
    run: JoinHandle<anyhow::Result<()>>,
}

impl Sandbox {
    pub(crate) async fn new(storage: Storage) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = || jiff::Timestamp::now().as_millisecond();
        let bus = Embedded::open(&folder.path().join("bus.db"), Arc::new(now)).await.unwrap();
        Self { folder, storage, bus: Arc::new(bus) }
    }

    /// Folder of the indexes.
    pub(crate) fn index(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    /// Folder of the generation in use.
    pub(crate) fn generation(&self) -> PathBuf {
        self.index().join(std::fs::read_to_string(self.index().join("current")).unwrap())
    }

    /// Starts search on a port that is free.
    pub(crate) async fn start(&self) -> Running {
        self.start_with(Config { index: self.index(), ..Config::default() }).await
    }

    /// Starts search with these settings.
    pub(crate) async fn start_with(&self, config: Config) -> Running {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let parts = Parts {
            storage: self.storage.serve(stop.clone()),
            bus: self.bus.clone(),
            clock: Arc::new(testkit::TestClock::new()),
        };
        let run = tokio::spawn(search::run(
            config,
            parts,
            Incoming::port(listener, rpc::ConnectionBounds::PEERS),
            stop.clone(),
        ));
        let channel = rpc::connect(&address, None).unwrap();
        Running {
            client: Clients::new(channel.clone().acting_as(&Identity::with_every_role("tester"))),
            channel,
            stop,
            run,
        }
    }

    /// Starts search and waits until it answers.
    pub(crate) async fn started(&self) -> Running {
        let running = self.start().await;
        running.answers().await;
        running
    }

    pub(crate) async fn publish(&self, events: &[Event]) {
        self.bus.publish(events).await.unwrap();
    }
}

/// A request for all of a scope.
pub(crate) fn all(scope: Scope) -> SearchRequest {
    SearchRequest { scope: scope.into(), page_size: 100, ..SearchRequest::default() }
}

impl Running {
    pub(crate) async fn search(&self, request: SearchRequest) -> Result<SearchResponse, Status> {
        Ok(self.client.search().search(request).await?.into_inner())
    }

    /// Searches as somebody.
    pub(crate) async fn search_as(
        &self,
        identity: &Identity,
        request: SearchRequest,
    ) -> Result<SearchResponse, Status> {
        let client = Clients::new(self.channel.clone().acting_as(identity));
        Ok(client.search().search(request).await?.into_inner())
    }

    /// Ids and snippets of what a request finds, in order of the answer.
    pub(crate) async fn found(&self, request: SearchRequest) -> Vec<(String, String)> {
        let answer = self.search(request).await.unwrap();
        let hit = |hit: wire::v1::Hit| {
            let passages = hit.passages.into_iter();
            (hit.external_id, passages.map(|passage| passage.snippet).collect())
        };
        answer.hits.into_iter().map(hit).collect()
    }

    pub(crate) async fn status(&self) -> Result<GetSearchStatusResponse, Status> {
        Ok(self
            .client
            .search_index()
            .get_search_status(GetSearchStatusRequest {})
            .await?
            .into_inner())
    }

    pub(crate) async fn reindex(&self) -> Result<(), Status> {
        self.client.search_index().reindex(ReindexRequest {}).await.map(drop)
    }

    /// Waits until questions are answered.
    pub(crate) async fn answers(&self) {
        let end = Instant::now() + TIMEOUT;
        loop {
            match self.search(all(Scope::Working)).await {
                Ok(_) => return,
                Err(status) => assert!(Instant::now() < end, "{status}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until search names a problem with this thing.
    pub(crate) async fn has_problem(&self, what: &str) -> Problem {
        let end = Instant::now() + TIMEOUT;
        loop {
            let problems = self.status().await.unwrap().problems;
            if let Some(found) = problems.iter().find(|problem| problem.what == what) {
                return found.clone();
            }
            assert!(Instant::now() < end, "no problem with {what}: {problems:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until search names no problem with this thing.
    pub(crate) async fn has_no_problem(&self, what: &str) {
        let end = Instant::now() + TIMEOUT;
        loop {
            let problems = self.status().await.unwrap().problems;
            if !problems.iter().any(|problem| problem.what == what) {
                return;
            }
            assert!(Instant::now() < end, "{problems:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until all up to a position is applied, and nothing beyond it.
    pub(crate) async fn reaches(&self, position: u64) -> GetSearchStatusResponse {
        let end = Instant::now() + TIMEOUT;
        loop {
            let status = self.status().await.unwrap();
            if position == status.watermark {
                return status;
            }
            assert!(Instant::now() < end, "{status:?} instead of {position}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Stops search and waits for its end.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        drop(self.client);
        self.run.await?
    }

    /// Waits for search to end by itself.
    pub(crate) async fn ends(self) -> anyhow::Result<()> {
        tokio::time::timeout(TIMEOUT, self.run).await??
    }
}
