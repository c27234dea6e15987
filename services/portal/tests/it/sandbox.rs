//! A portal over an object store in memory and a search service that answers as it is set to.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use model::InvalidField;
use object_store::{ObjectStoreExt as _, memory::InMemory, path::Path};
use portal::{Config, Parts, Portal};
use rpc::{Failure, Kind};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::{Response, Status};
use tower::ServiceExt as _;
use wire::v1::{
    GetSearchStatusRequest, GetSearchStatusResponse, IndexedEdition, ReindexRequest,
    ReindexResponse, SearchRequest, SearchResponse, SuggestRequest, SuggestResponse, Suggestion,
    search_index_service_server::SearchIndexService,
    search_index_service_server::SearchIndexServiceServer, search_service_server::SearchService,
    search_service_server::SearchServiceServer,
};

use crate::fixture;

/// A portal with all that it needs.
pub(crate) struct Sandbox {
    pub(crate) objects: Arc<InMemory>,
    pub(crate) search: FakeSearch,
    pub(crate) parts: Parts,
    router: Router,
    stop: CancellationToken,
    serving: JoinSet<anyhow::Result<()>>,
}

/// A search service that answers as it is set to and remembers what it was asked.
#[derive(Debug, Clone)]
pub(crate) struct FakeSearch(Arc<Mutex<Exchange>>);

#[derive(Debug)]
struct Exchange {
    answer: Result<SearchResponse, InvalidField>,
    asked: Vec<SearchRequest>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    /// Of bytes that are no text, what can be read of them.
    pub(crate) text: String,
}

impl Sandbox {
    /// A portal with two cycles and two editions.
    pub(crate) async fn new() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let sandbox = Self::empty(config);
        sandbox.put("public/catalogue.json", fixture::catalogue().to_string()).await;
        for text in [&fixture::edition().to_string(), "%PDF-1.7", "secret"] {
            sandbox.put_artefact(text).await;
        }
        sandbox
    }

    /// A portal with nothing to show.
    pub(crate) fn empty(config: Config) -> Self {
        let objects = Arc::new(InMemory::new());
        let search = FakeSearch(Arc::new(Mutex::new(Exchange {
            answer: Ok(SearchResponse::default()),
            asked: Vec::new(),
        })));
        let (channel, incoming) = rpc::in_process();
        let stop = CancellationToken::new();
        let mut serving = JoinSet::new();
        serving.spawn(
            rpc::server()
                .with(SearchServiceServer::new(search.clone()))
                .with(SearchIndexServiceServer::new(search.clone()))
                .serve(incoming, stop.clone()),
        );
        let parts = Parts { objects: objects.clone(), search: channel };
        let router = Portal::new(config, parts.clone()).unwrap().router();
        Self { objects, search, parts, router, stop, serving }
    }

    pub(crate) async fn put(&self, path: &str, text: String) {
        self.objects.put(&Path::from(path), text.into()).await.unwrap();
    }

    /// A portal whose edition this is.
    pub(crate) async fn with_edition(edition: &serde_json::Value) -> Self {
        let sandbox = Self::new().await;
        let sha256 = sandbox.put_artefact(&edition.to_string()).await;
        let catalogue = fixture::catalogue().to_string().replace(&fixture::data_sha(), &sha256);
        sandbox.put("public/catalogue.json", catalogue).await;
        sandbox
    }

    /// A portal with editions of two periods, on two versions of the plan.
    pub(crate) async fn with_years(later: &serde_json::Value) -> Self {
        Self::with_years_and(later, Config::default()).await
    }

    pub(crate) async fn with_years_and(later: &serde_json::Value, config: Config) -> Self {
        let sandbox = Self::with(config).await;
        let sha256 = sandbox.put_artefact(&later.to_string()).await;
        let catalogue = fixture::catalogue_of_years(&sha256).to_string();
        sandbox.put("public/catalogue.json", catalogue).await;
        sandbox
    }

    /// Stores a file under its hash, which is returned.
    pub(crate) async fn put_artefact(&self, text: &str) -> String {
        let sha256 = model::Hash::of(text.as_bytes());
        self.put(catalogue::path_of(sha256).as_ref(), text.to_owned()).await;
        sha256.to_string()
    }

    pub(crate) async fn stop_search(&mut self) {
        self.stop.cancel();
        while self.serving.join_next().await.is_some() {}
    }

    pub(crate) async fn get(&self, address: &str) -> Page {
        self.send(Request::get(address)).await
    }

    /// Whether the body of an answer ends with an error.
    pub(crate) async fn broken(&self, address: &str) -> bool {
        let request = Request::get(address).body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        axum::body::to_bytes(response.into_body(), 1 << 24).await.is_err()
    }

    pub(crate) async fn send(&self, request: axum::http::request::Builder) -> Page {
        let response =
            self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 24).await.unwrap();
        Page {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.to_vec(),
        }
    }
}

impl Page {
    #[track_caller]
    pub(crate) fn has(&self, text: &str) -> &Self {
        assert!(self.text.contains(text), "no `{text}` in\n{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn has_no(&self, text: &str) -> &Self {
        assert!(!self.text.contains(text), "`{text}` in\n{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl FakeSearch {
    pub(crate) fn answer(&self, answer: SearchResponse) {
        self.0.lock().unwrap().answer = Ok(answer);
    }

    pub(crate) fn refuse(&self, field: &str, reason: &'static str, description: &str) {
        self.0.lock().unwrap().answer = Err(InvalidField::new(field, reason, description));
    }

    /// The last question.
    pub(crate) fn asked(&self) -> Option<SearchRequest> {
        self.0.lock().unwrap().asked.last().cloned()
    }
}

#[tonic::async_trait]
impl SearchService for FakeSearch {
    async fn search(
        &self,
        request: tonic::Request<SearchRequest>,
    ) -> Result<Response<SearchResponse>, Status> {
        let mut exchange = self.0.lock().unwrap();
        exchange.asked.push(request.into_inner());
        exchange.answer.clone().map(Response::new).map_err(|fault| {
            let InvalidField { field, reason, description } = fault;
            let failure = Failure {
                kind: Kind::Invalid,
                reason: reason.to_string(),
                message: description.clone(),
                fields: vec![(field, reason.to_string(), description)],
            };
            failure.into_status(std::io::Error::other("set to fail"))
        })
    }

    async fn suggest(
        &self,
        request: tonic::Request<SuggestRequest>,
    ) -> Result<Response<SuggestResponse>, Status> {
        let beginning = request.into_inner().beginning;
        let suggestion = Suggestion {
            text: format!("{beginning}Irak {}", fixture::HOSTILE),
            query: "country:Irak".to_owned(),
            ..Suggestion::default()
        };
        Ok(Response::new(SuggestResponse { suggestions: vec![suggestion] }))
    }
}

#[tonic::async_trait]
impl SearchIndexService for FakeSearch {
    async fn reindex(
        &self,
        _: tonic::Request<ReindexRequest>,
    ) -> Result<Response<ReindexResponse>, Status> {
        Err(Status::unimplemented("not asked by the portal"))
    }

    async fn get_search_status(
        &self,
        _: tonic::Request<GetSearchStatusRequest>,
    ) -> Result<Response<GetSearchStatusResponse>, Status> {
        let editions = [1, 2].map(|number| IndexedEdition {
            edition: format!("plan/2021/{number}"),
            documents: 5,
            content_root: String::new(),
            without_text: vec!["bz/bz-0".to_owned()],
        });
        let editions = editions.to_vec();
        Ok(Response::new(GetSearchStatusResponse {
            editions,
            ..GetSearchStatusResponse::default()
        }))
    }
}
