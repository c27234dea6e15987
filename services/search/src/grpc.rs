//! The generated trait onto the verbs: convert, call, convert; nothing else.

use std::sync::{Arc, atomic::Ordering};

use identity::Access;
use model::Grant;
use prost::Message as _;
use rpc::Problem;
use tonic::{Request, Response, Status};
use wire::v1::{
    self as pb, search_index_service_server::SearchIndexService,
    search_index_service_server::SearchIndexServiceServer, search_service_server::SearchService,
    search_service_server::SearchServiceServer,
};

use crate::{
    Error, Search,
    index::{IndexedEdition, Scope, Visible},
    request, service,
};

/// Largest request taken, in bytes.
const MAX_REQUEST: usize = 256 * 1024;

/// Adds the services of search to a server.
pub(crate) fn add(server: rpc::Server, search: Arc<Search>) -> rpc::Server {
    let grpc = Grpc(search);
    server
        .with(SearchServiceServer::new(grpc.clone()).max_decoding_message_size(MAX_REQUEST))
        .with(SearchIndexServiceServer::new(grpc).max_decoding_message_size(MAX_REQUEST))
}

#[derive(Debug, Clone)]
pub(crate) struct Grpc(Arc<Search>);

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        error.failure().into_status(error)
    }
}

#[tonic::async_trait]
impl SearchService for Grpc {
    async fn search(
        &self,
        request: Request<pb::SearchRequest>,
    ) -> Result<Response<pb::SearchResponse>, Status> {
        let access = request.extensions().get::<Arc<Access>>().cloned();
        let origin = identity::caller_of(&request).map_or("service", |identity| identity.origin());
        let request = request.into_inner();
        let asked = request.encode_to_vec();
        let scope = request::read_scope(request.scope).map_err(Error::from)?;
        let visible = visible(access.as_deref(), scope)?;
        let sees_changes =
            access.as_ref().is_some_and(|access| access.grants.iter().any(Grant::is_everywhere));
        let (question, binding) = request::question(request, visible).map_err(Error::from)?;
        if let Some(access) = access
            && scope == Scope::Working
        {
            self.0.record_search(access.caller.clone(), origin, asked).await?;
        }
        let answer = self.0.search(question.clone()).await?;
        let is_behind = self.0.is_behind.load(Ordering::Relaxed);
        Ok(Response::new(request::reply(answer, &question, &binding, sees_changes, is_behind)?))
    }

    async fn suggest(
        &self,
        request: Request<pb::SuggestRequest>,
    ) -> Result<Response<pb::SuggestResponse>, Status> {
        let (beginning, limit) = request::beginning(request.into_inner());
        let suggestions = self.0.suggest(beginning, limit).await?;
        Ok(Response::new(pb::SuggestResponse { suggestions }))
    }
}

#[tonic::async_trait]
impl SearchIndexService for Grpc {
    async fn reindex(
        &self,
        _: Request<pb::ReindexRequest>,
    ) -> Result<Response<pb::ReindexResponse>, Status> {
        let service::Status { watermark, published, working, replica, .. } =
            self.0.rebuild().await?;
        Ok(Response::new(pb::ReindexResponse { watermark, published, working, replica }))
    }

    async fn get_search_status(
        &self,
        _: Request<pb::GetSearchStatusRequest>,
    ) -> Result<Response<pb::GetSearchStatusResponse>, Status> {
        let service::Status { watermark, published, working, replica, problems } = self.0.status();
        let problem = |Problem { what, message, since }: Problem| pb::Problem {
            what: what.to_owned(),
            message,
            since: Some(wire::timestamp(since)),
        };
        let problems = problems.into_iter().map(problem).collect();
        let editions = self.0.indexed_editions().await?;
        let status = pb::GetSearchStatusResponse {
            watermark,
            published,
            working,
            replica,
            problems,
            editions: editions.into_iter().map(indexed_edition).collect(),
        };
        Ok(Response::new(status))
    }
}

/// What a caller may find. Everybody finds what is published; what is not, whoever storage gave a grant for it.
fn visible(access: Option<&Access>, scope: Scope) -> Result<Visible, Error> {
    match (scope, access) {
        (Scope::Published, _) => Ok(Visible::All),
        (Scope::Working, Some(access)) if access.grants.iter().any(Grant::is_everywhere) => {
            Ok(Visible::All)
        }
        (Scope::Working, Some(access)) if !access.grants.is_empty() => {
            Ok(Visible::Only(access.grants.clone()))
        }
        (Scope::Working, _) => Err(Error::NotPublished),
    }
}

fn indexed_edition(
    IndexedEdition { edition, documents, root, without_text }: IndexedEdition,
) -> pb::IndexedEdition {
    pb::IndexedEdition {
        edition,
        documents: documents.len() as u64,
        content_root: root.to_string(),
        without_text,
    }
}
