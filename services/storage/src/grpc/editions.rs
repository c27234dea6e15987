//! The generated traits of editions onto the verbs: convert, call, convert; nothing else.

use bytes::Bytes;
use futures::{Stream, StreamExt as _, TryStreamExt as _, stream, stream::BoxStream};
use model::{CycleName, Edition, EditionName, Hash};
use rpc::Page;
use tonic::{Request, Response, Status};
use wire::v1::{self as pb, edition_service_server::EditionService};

use crate::{
    Error,
    audit::reads::Shown,
    grpc::{
        Grpc, Reply,
        convert::{self, next_token, parse, parse_or_none},
    },
};

/// Bytes of a chunk of a download.
const CHUNK: usize = 256 * 1024;

#[tonic::async_trait]
impl EditionService for Grpc {
    async fn publish_edition(
        &self,
        request: Request<pb::PublishEditionRequest>,
    ) -> Reply<pb::PublishEditionResponse> {
        let (edition, created) =
            self.0.publish_edition(request.into_inner().try_into().map_err(Error::from)?).await?;
        Ok(Response::new(pb::PublishEditionResponse { edition: Some(edition.into()), created }))
    }

    async fn get_edition(
        &self,
        request: Request<pb::GetEditionRequest>,
    ) -> Reply<pb::GetEditionResponse> {
        let name = parse::<EditionName>(&request.into_inner().name, "name")?;
        let edition = self.0.edition(&name).await?;
        let shown = shown(name.as_str(), is_hidden(&edition).then_some(&edition));
        Ok(shown.by(pb::GetEditionResponse { edition: Some(edition.into()) }))
    }

    async fn list_editions(
        &self,
        request: Request<pb::ListEditionsRequest>,
    ) -> Reply<pb::ListEditionsResponse> {
        let pb::ListEditionsRequest { cycle, page_size, page_token } = request.into_inner();
        let question = format!("editions {cycle}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        let editions = self
            .0
            .editions(parse_or_none::<CycleName>(&cycle, "cycle")?.map_or("", |_| &cycle), &page)
            .await?;
        let next_page_token = next_token(&editions, &page, &question, |(key, _)| key.clone());
        let hidden =
            editions.iter().map(|(_, edition)| edition).filter(|edition| is_hidden(edition));
        let shown = shown(if cycle.is_empty() { "editions" } else { &cycle }, hidden);
        Ok(shown.by(pb::ListEditionsResponse {
            editions: editions.into_iter().map(|(_, edition)| edition.into()).collect(),
            next_page_token,
        }))
    }

    type ReadEditionStream = BoxStream<'static, Result<pb::ReadEditionResponse, Status>>;

    async fn read_edition(
        &self,
        request: Request<pb::ReadEditionRequest>,
    ) -> Reply<Self::ReadEditionStream> {
        let name = parse::<EditionName>(&request.into_inner().name, "name")?;
        let content = self.0.read_edition(&name).await?;
        let is_for_readers = !crate::caller::caller_or_itself().sees_all();
        let is_hidden = !is_for_readers || is_hidden(&content.edition);
        let shown = shown(name.as_str(), is_hidden.then_some(&content.edition));
        let parts = convert::edition_parts(content, is_for_readers);
        Ok(shown.by(stream::iter(parts).map(Ok).boxed()))
    }

    async fn withdraw_edition(
        &self,
        request: Request<pb::WithdrawEditionRequest>,
    ) -> Reply<pb::WithdrawEditionResponse> {
        let pb::WithdrawEditionRequest { name, reason } = request.into_inner();
        let edition = self.0.withdraw_edition(&parse(&name, "name")?, &reason).await?;
        Ok(Response::new(pb::WithdrawEditionResponse { edition: Some(edition.into()) }))
    }

    async fn retry_edition(
        &self,
        request: Request<pb::RetryEditionRequest>,
    ) -> Reply<pb::RetryEditionResponse> {
        let edition = self
            .0
            .retry_edition(&parse::<EditionName>(&request.into_inner().name, "name")?)
            .await?;
        Ok(Response::new(pb::RetryEditionResponse { edition: Some(edition.into()) }))
    }

    async fn repair_edition(
        &self,
        request: Request<pb::RepairEditionRequest>,
    ) -> Reply<pb::RepairEditionResponse> {
        let name = parse::<EditionName>(&request.into_inner().name, "name")?;
        let (edition, broken) =
            self.0.repair_edition(&name, true, crate::objects::Depth::Full).await?;
        let broken = broken.into_iter().map(|(file, fault)| pb::BrokenFile {
            artefact: Some(file.into()),
            problem: fault.to_string(),
        });
        Ok(Response::new(pb::RepairEditionResponse {
            edition: Some(edition.into()),
            broken: broken.collect(),
        }))
    }

    type DownloadArtefactStream = BoxStream<'static, Result<pb::DownloadArtefactResponse, Status>>;

    async fn download_artefact(
        &self,
        request: Request<pb::DownloadArtefactRequest>,
    ) -> Reply<Self::DownloadArtefactStream> {
        let hash = parse::<Hash>(&request.into_inner().sha256, "sha256")?;
        let bytes = self.0.artefact(hash).await?;
        let chunks = bytes.map_ok(chunks).map_err(Status::from).try_flatten();
        Ok(Shown::unpublished(hash, "").by(chunks.boxed()))
    }
}

/// Whether an edition, as the caller sees it, is more than what everybody sees.
fn is_hidden(edition: &Edition) -> bool {
    edition.publish_time.is_none() || edition.clone().for_readers() != *edition
}

/// What an answer shows that has these editions which are not public.
fn shown<'a>(object: &str, hidden: impl IntoIterator<Item = &'a Edition>) -> Shown {
    let pinned = |edition: &Edition| format!("{} {}", edition.name, edition.manifest_hash);
    let hidden: Vec<String> = hidden.into_iter().map(pinned).collect();
    if hidden.is_empty() { Shown::Public } else { Shown::unpublished(object, hidden.join("\n")) }
}

/// Cuts bytes into messages of a download.
fn chunks(mut bytes: Bytes) -> impl Stream<Item = Result<pb::DownloadArtefactResponse, Status>> {
    let mut messages = Vec::new();
    while !bytes.is_empty() {
        let chunk = bytes.split_to(CHUNK.min(bytes.len()));
        messages.push(Ok(pb::DownloadArtefactResponse { chunk }));
    }
    stream::iter(messages)
}
