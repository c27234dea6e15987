//! The generated trait onto the verbs: convert, call, convert; nothing else.

pub(crate) mod access;
mod audit;
mod convert;
pub(crate) mod history;
mod obligations;
mod people;
pub(crate) mod reminders;
mod review;
mod upload;

use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _, stream, stream::BoxStream};
use model::{CycleName, Edition, EditionName, Hash, JobName, Slug};
use rpc::Page;
use tonic::{Request, Response, Status, Streaming};
use wire::storage::{
    self as pb, storage_service_server::StorageService,
    storage_service_server::StorageServiceServer,
};

pub(crate) use crate::grpc::audit::service as audit_service;
use crate::{
    Error, Storage,
    grpc::convert::{field, next_token, parse, parse_or_none},
    verbs::status_of,
};

pub(crate) use crate::grpc::{
    obligations::service as obligations, people::service as people, review::service as review,
};

/// The service, ready to be added to a server.
pub(crate) fn service(storage: Arc<Storage>) -> StorageServiceServer<Grpc> {
    StorageServiceServer::new(Grpc(storage))
        .max_decoding_message_size(rpc::MAX_INNER_MESSAGE)
        .max_encoding_message_size(rpc::MAX_INNER_MESSAGE)
}

#[derive(Debug)]
pub(crate) struct Grpc(Arc<Storage>);

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        error.failure().into_status(error)
    }
}

type Reply<T> = Result<Response<T>, Status>;

/// Whether an edition, as the caller is told of it, is more than what everybody is told.
fn is_hidden(edition: &Edition) -> bool {
    edition.publish_time.is_none() || edition.clone().for_readers() != *edition
}

/// What an entry of a read has of an edition.
fn pinned(edition: &Edition) -> String {
    format!("{} {}", edition.name, edition.manifest_hash)
}

#[tonic::async_trait]
impl StorageService for Grpc {
    async fn register_framework(
        &self,
        request: Request<pb::RegisterFrameworkRequest>,
    ) -> Reply<pb::RegisterFrameworkResponse> {
        let pb::RegisterFrameworkRequest { framework, validate_only } = request.into_inner();
        let (framework, created) =
            self.0.register_framework(field(framework, "framework")?, validate_only).await?;
        Ok(Response::new(pb::RegisterFrameworkResponse {
            framework: Some(framework.into()),
            created,
        }))
    }

    async fn get_framework(
        &self,
        request: Request<pb::GetFrameworkRequest>,
    ) -> Reply<pb::GetFrameworkResponse> {
        let pb::GetFrameworkRequest { code, version } = request.into_inner();
        let framework = self.0.framework(&parse::<Slug>(&code, "code")?, version).await?;
        Ok(Response::new(pb::GetFrameworkResponse { framework: Some(framework.into()) }))
    }

    async fn list_frameworks(
        &self,
        request: Request<pb::ListFrameworksRequest>,
    ) -> Reply<pb::ListFrameworksResponse> {
        let pb::ListFrameworksRequest { page_size, page_token } = request.into_inner();
        let page = Page::read(page_size, &page_token, "frameworks").map_err(Error::from)?;
        let frameworks = self.0.frameworks(&page.after, page.size).await?;
        let next_page_token =
            next_token(&frameworks, &page, "frameworks", |framework| framework.code.to_string());
        Ok(Response::new(pb::ListFrameworksResponse {
            frameworks: frameworks.into_iter().map(Into::into).collect(),
            next_page_token,
        }))
    }

    async fn list_organisations(
        &self,
        request: Request<pb::ListOrganisationsRequest>,
    ) -> Reply<pb::ListOrganisationsResponse> {
        let pb::ListOrganisationsRequest { page_size, page_token } = request.into_inner();
        let page = Page::read(page_size, &page_token, "organisations").map_err(Error::from)?;
        let organisations = self.0.organisations(&page.after, page.size).await?;
        let next_page_token = next_token(&organisations, &page, "organisations", |organisation| {
            organisation.code.to_string()
        });
        Ok(Response::new(pb::ListOrganisationsResponse {
            organisations: organisations.into_iter().map(Into::into).collect(),
            next_page_token,
        }))
    }

    async fn open_cycle(
        &self,
        request: Request<pb::OpenCycleRequest>,
    ) -> Reply<pb::OpenCycleResponse> {
        let (cycle, created) =
            self.0.open_cycle(field(request.into_inner().cycle, "cycle")?).await?;
        Ok(Response::new(pb::OpenCycleResponse { cycle: Some(cycle.into()), created }))
    }

    async fn get_cycle(
        &self,
        request: Request<pb::GetCycleRequest>,
    ) -> Reply<pb::GetCycleResponse> {
        let cycle = self.0.cycle(&parse::<CycleName>(&request.into_inner().name, "name")?).await?;
        Ok(Response::new(pb::GetCycleResponse { cycle: Some(cycle.into()) }))
    }

    async fn list_cycles(
        &self,
        request: Request<pb::ListCyclesRequest>,
    ) -> Reply<pb::ListCyclesResponse> {
        let pb::ListCyclesRequest { framework, page_size, page_token } = request.into_inner();
        let question = format!("cycles {framework}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        let cycles = self.0.cycles(&framework, &page.after, page.size).await?;
        let next_page_token = next_token(&cycles, &page, &question, |cycle| cycle.name.to_string());
        Ok(Response::new(pb::ListCyclesResponse {
            cycles: cycles.into_iter().map(Into::into).collect(),
            next_page_token,
        }))
    }

    async fn save_contributions(
        &self,
        request: Request<pb::SaveContributionsRequest>,
    ) -> Reply<pb::SaveContributionsResponse> {
        let pb::SaveContributionsRequest { saves, validate_only } = request.into_inner();
        let results = self
            .0
            .save_contributions(saves.into_iter().map(TryInto::try_into).collect(), validate_only)
            .await?;
        let results =
            results.into_iter().map(|result| convert::save_result(result, validate_only)).collect();
        Ok(Response::new(pb::SaveContributionsResponse { results }))
    }

    async fn get_contribution(
        &self,
        request: Request<pb::GetContributionRequest>,
    ) -> Reply<pb::GetContributionResponse> {
        let is_outsider = identity::is_outsider(&request);
        let pb::GetContributionRequest { id, cycle, organisation, external_id, version, as_of } =
            request.into_inner();
        let contribution = if let Some(as_of) = as_of {
            let at = convert::moment(&as_of, version)?;
            let name = convert::name(&id, &cycle, &organisation, &external_id)?;
            self.0.contribution_as_of(&name, at).await?
        } else if id.is_empty() {
            let (cycle, organisation) =
                (parse(&cycle, "cycle")?, parse(&organisation, "organisation")?);
            self.0
                .contribution_by_external_id(
                    &cycle,
                    &organisation,
                    &parse(&external_id, "external_id")?,
                    version,
                )
                .await?
        } else {
            self.0.contribution(convert::uuid(&id)?, version).await?
        };
        let (object, payload) = (contribution.id.to_string(), contribution.etag());
        self.0.outsider_reads(is_outsider, "contribution.read", &object, payload).await?;
        Ok(Response::new(pb::GetContributionResponse { contribution: Some(contribution.into()) }))
    }

    async fn list_contributions(
        &self,
        request: Request<pb::ListContributionsRequest>,
    ) -> Reply<pb::ListContributionsResponse> {
        let is_outsider = identity::is_outsider(&request);
        let pb::ListContributionsRequest {
            cycle,
            organisation,
            state,
            page_size,
            page_token,
            as_of,
        } = request.into_inner();
        let question = format!("contributions {cycle} {organisation} {state} {as_of:?}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        let (cycle, state) = (parse::<CycleName>(&cycle, "cycle")?, convert::state(state)?);
        if let Some(as_of) = as_of {
            let at = convert::moment(&as_of, 0)?;
            let (found, last) =
                self.0.contributions_as_of(&cycle, &organisation, state, &page, at).await?;
            let object = convert::listed(cycle.as_str(), &organisation);
            let payload = convert::shown(&found);
            self.0.outsider_reads(is_outsider, "contribution.list", &object, payload).await?;
            return Ok(Response::new(pb::ListContributionsResponse {
                contributions: found.into_iter().map(Into::into).collect(),
                next_page_token: last.map_or(String::new(), |last| Page::token(&last, &question)),
            }));
        }
        let contributions = self.0.contributions(&cycle, &organisation, state, &page).await?;
        let next_page_token = next_token(&contributions, &page, &question, |(key, _)| key.clone());
        let object = convert::listed(cycle.as_str(), &organisation);
        let payload = convert::shown(contributions.iter().map(|(_, contribution)| contribution));
        self.0.outsider_reads(is_outsider, "contribution.list", &object, payload).await?;
        let contributions =
            contributions.into_iter().map(|(_, contribution)| contribution.into()).collect();
        Ok(Response::new(pb::ListContributionsResponse { contributions, next_page_token }))
    }

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
        let is_outsider = identity::is_outsider(&request);
        let name = parse::<EditionName>(&request.into_inner().name, "name")?;
        let edition = self.0.edition(&name).await?;
        let (is_hidden, payload) = (is_outsider && is_hidden(&edition), pinned(&edition));
        self.0.outsider_reads(is_hidden, "edition.read", name.as_str(), payload).await?;
        Ok(Response::new(pb::GetEditionResponse { edition: Some(edition.into()) }))
    }

    async fn list_editions(
        &self,
        request: Request<pb::ListEditionsRequest>,
    ) -> Reply<pb::ListEditionsResponse> {
        let is_outsider = identity::is_outsider(&request);
        let pb::ListEditionsRequest { cycle, page_size, page_token } = request.into_inner();
        let question = format!("editions {cycle}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        let editions = self
            .0
            .editions(parse_or_none::<CycleName>(&cycle, "cycle")?.map_or("", |_| &cycle), &page)
            .await?;
        let next_page_token = next_token(&editions, &page, &question, |(key, _)| key.clone());
        let hidden = editions.iter().filter(|(_, edition)| is_outsider && is_hidden(edition));
        let hidden: Vec<String> = hidden.map(|(_, edition)| pinned(edition)).collect();
        let object = if cycle.is_empty() { "editions" } else { &cycle };
        self.0
            .outsider_reads(!hidden.is_empty(), "edition.list", object, hidden.join("\n"))
            .await?;
        Ok(Response::new(pb::ListEditionsResponse {
            editions: editions.into_iter().map(|(_, edition)| edition.into()).collect(),
            next_page_token,
        }))
    }

    type ReadEditionStream = BoxStream<'static, Result<pb::ReadEditionResponse, Status>>;

    async fn read_edition(
        &self,
        request: Request<pb::ReadEditionRequest>,
    ) -> Reply<Self::ReadEditionStream> {
        let is_outsider = identity::is_outsider(&request);
        let name = parse::<EditionName>(&request.into_inner().name, "name")?;
        let content = self.0.read_edition(&name).await?;
        let is_for_readers = !crate::caller::caller_or_itself().sees_all();
        let is_hidden = is_outsider && (!is_for_readers || is_hidden(&content.edition));
        let payload = pinned(&content.edition);
        self.0.outsider_reads(is_hidden, "edition.read", name.as_str(), payload).await?;
        let parts = convert::edition_parts(content, is_for_readers);
        Ok(Response::new(stream::iter(parts).map(Ok).boxed()))
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

    async fn lease_job(
        &self,
        request: Request<pb::LeaseJobRequest>,
    ) -> Reply<pb::LeaseJobResponse> {
        let pb::LeaseJobRequest { name, seconds, lease } = request.into_inner();
        let name = parse::<JobName>(&name, "name")?;
        let job = if lease == 0 {
            self.0.lease_job(&name, seconds).await?
        } else {
            self.0.prolong_lease(&name, lease, seconds).await?
        };
        Ok(Response::new(pb::LeaseJobResponse { job: Some(job.into()) }))
    }

    async fn fail_job(&self, request: Request<pb::FailJobRequest>) -> Reply<pb::FailJobResponse> {
        let pb::FailJobRequest { name, lease, error } = request.into_inner();
        let job = self.0.fail_job(&parse::<JobName>(&name, "name")?, lease, &error).await?;
        Ok(Response::new(pb::FailJobResponse { job: Some(job.into()) }))
    }

    async fn upload_artefact(
        &self,
        request: Request<Streaming<pb::UploadArtefactRequest>>,
    ) -> Reply<pb::UploadArtefactResponse> {
        let (head, bytes) =
            upload::receive(request.into_inner(), self.0.config.max_artefact_bytes).await?;
        let artefact = self.0.take_artefact(head, bytes).await?;
        Ok(Response::new(pb::UploadArtefactResponse { artefact: Some(artefact.into()) }))
    }

    type DownloadArtefactStream = BoxStream<'static, Result<pb::DownloadArtefactResponse, Status>>;

    async fn download_artefact(
        &self,
        request: Request<pb::DownloadArtefactRequest>,
    ) -> Reply<Self::DownloadArtefactStream> {
        let is_outsider = identity::is_outsider(&request);
        let hash = parse::<Hash>(&request.into_inner().sha256, "sha256")?;
        let bytes = self.0.artefact(hash).await?;
        // A hash does not tell whether its edition is public.
        let object = hash.to_string();
        self.0.outsider_reads(is_outsider, "artefact.read", &object, String::new()).await?;
        let chunks = bytes.map_ok(upload::chunks).map_err(Status::from).try_flatten();
        Ok(Response::new(chunks.boxed()))
    }

    async fn list_changes(
        &self,
        request: Request<pb::ListChangesRequest>,
    ) -> Reply<pb::ListChangesResponse> {
        let pb::ListChangesRequest { after_position, page_size } = request.into_inner();
        let (changes, last_position) =
            self.0.changes(after_position, rpc::page_size(page_size, 1_000)).await?;
        Ok(Response::new(pb::ListChangesResponse {
            changes: changes.into_iter().map(Into::into).collect(),
            last_position,
        }))
    }

    async fn list_dead_letters(
        &self,
        request: Request<pb::ListDeadLettersRequest>,
    ) -> Reply<pb::ListDeadLettersResponse> {
        let pb::ListDeadLettersRequest { show_replayed, page_size, page_token } =
            request.into_inner();
        let question = format!("dead letters {show_replayed}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        let before = page.after.parse().unwrap_or(u64::MAX);
        let letters = self.0.dead_letters(before, show_replayed, page.size).await?;
        let next_page_token =
            next_token(&letters, &page, &question, |letter| letter.id.to_string());
        let dead_letters =
            letters.into_iter().map(|letter| convert::dead_letter(letter, false)).collect();
        Ok(Response::new(pb::ListDeadLettersResponse { dead_letters, next_page_token }))
    }

    async fn get_dead_letter(
        &self,
        request: Request<pb::GetDeadLetterRequest>,
    ) -> Reply<pb::GetDeadLetterResponse> {
        let letter = self.0.dead_letter(request.into_inner().id).await?;
        Ok(Response::new(pb::GetDeadLetterResponse {
            dead_letter: Some(convert::dead_letter(letter, true)),
        }))
    }

    async fn replay_dead_letter(
        &self,
        request: Request<pb::ReplayDeadLetterRequest>,
    ) -> Reply<pb::ReplayDeadLetterResponse> {
        let letter = self.0.replay_dead_letter(request.into_inner().id).await?;
        Ok(Response::new(pb::ReplayDeadLetterResponse {
            dead_letter: Some(convert::dead_letter(letter, true)),
        }))
    }

    async fn get_storage_status(
        &self,
        _: Request<pb::GetStorageStatusRequest>,
    ) -> Reply<pb::GetStorageStatusResponse> {
        let status = status_of(&self.0).await?;
        Ok(Response::new(status.into()))
    }
}
