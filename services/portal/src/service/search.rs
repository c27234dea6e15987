//! Calls to search, with their limits of time.

use std::time::Duration;

use tonic::{Code, Status};
use wire::{
    Clients,
    v1::{
        GetSearchStatusRequest, GetSearchStatusResponse, SearchRequest, SearchResponse,
        SuggestRequest, Suggestion,
    },
};

/// Longest time that search may take to say that it is there.
const PROBE: Duration = Duration::from_secs(2);

/// Why search gave no answer.
#[derive(Debug)]
pub(crate) enum SearchFailure {
    /// The question is wrong.
    Question {
        /// The field that is wrong.
        field: String,
        /// Why, as a fixed text.
        reason: String,
        /// What is wrong, in English.
        description: String,
    },
    /// Search does not answer now.
    Away(Box<Status>),
}

/// Asks search.
pub(crate) async fn ask(
    channel: rpc::Channel,
    request: SearchRequest,
    limit: Duration,
) -> Result<SearchResponse, SearchFailure> {
    let answer = Clients::new(channel).search().search(rpc::deadline(request, limit)).await;
    answer.map(tonic::Response::into_inner).map_err(failure)
}

/// Asks what may be meant by a beginning.
pub(crate) async fn suggest(
    channel: rpc::Channel,
    request: SuggestRequest,
    limit: Duration,
) -> Result<Vec<Suggestion>, SearchFailure> {
    let answer = Clients::new(channel).search().suggest(rpc::deadline(request, limit)).await;
    answer.map(|answer| answer.into_inner().suggestions).map_err(failure)
}

/// Asks whether search is there.
pub(crate) async fn probe(channel: rpc::Channel) -> Result<(), SearchFailure> {
    status(channel).await.map(drop)
}

/// Asks what search has.
pub(crate) async fn status(
    channel: rpc::Channel,
) -> Result<GetSearchStatusResponse, SearchFailure> {
    let answer = Clients::new(channel)
        .search_index()
        .get_search_status(rpc::deadline(GetSearchStatusRequest {}, PROBE))
        .await;
    answer.map(tonic::Response::into_inner).map_err(failure)
}

fn failure(status: Status) -> SearchFailure {
    if status.code() != Code::InvalidArgument {
        return SearchFailure::Away(Box::new(status));
    }
    let first = rpc::field_violations(&status).into_iter().next();
    let (field, reason, description) =
        first.unwrap_or_else(|| ("query".to_owned(), String::new(), status.message().to_owned()));
    SearchFailure::Question { field, reason, description }
}
