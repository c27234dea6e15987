//! The calls that tests make most, each with its answer.

use bytes::Bytes;
use futures::stream;
use model::Hash;
use tonic::Status;
use wire::{
    internal::{self, upload_artefact_request},
    v1::{self as pb, read_edition_response::Part},
};

use crate::sandbox::{Client, Sandbox};

pub(crate) async fn register(client: &mut Client) -> pb::RegisterFrameworkResponse {
    let request = pb::RegisterFrameworkRequest {
        framework: Some(testkit::framework().into()),
        validate_only: false,
        again: false,
    };
    client.frameworks().register_framework(request).await.unwrap().into_inner()
}

pub(crate) async fn open(client: &mut Client) -> pb::OpenCycleResponse {
    client
        .cycles()
        .open_cycle(pb::OpenCycleRequest {
            cycle: Some(testkit::cycle().into()),
            ..Default::default()
        })
        .await
        .unwrap()
        .into_inner()
}

pub(crate) async fn prepared(sandbox: &Sandbox) -> Client {
    let mut client = sandbox.client.clone();
    register(&mut client).await;
    open(&mut client).await;
    client
}

pub(crate) async fn save_all(
    client: &mut Client,
    saves: Vec<pb::Save>,
    validate_only: bool,
) -> Vec<pb::SaveResult> {
    try_to_save_all(client, saves, validate_only).await.unwrap()
}

pub(crate) async fn try_to_save_all(
    client: &Client,
    saves: Vec<pb::Save>,
    validate_only: bool,
) -> Result<Vec<pb::SaveResult>, Status> {
    let saves = saves
        .into_iter()
        .map(|save| internal::CheckedSave { save: Some(save), findings: Vec::new() })
        .collect();
    let request = internal::SaveContributionsRequest { saves, validate_only };
    Ok(client.saves().save_contributions(request).await?.into_inner().results)
}

/// Saves once, whatever comes of it.
pub(crate) async fn try_to_save(client: &Client, save: pb::Save) -> Result<pb::SaveResult, Status> {
    Ok(try_to_save_all(client, vec![save], false).await?.remove(0))
}

pub(crate) async fn save(client: &mut Client, save: pb::Save) -> pb::SaveResult {
    save_all(client, vec![save], false).await.remove(0)
}

/// The reason that a refusal gives.
pub(crate) fn reason(status: &Status) -> String {
    rpc::reason(status).unwrap_or_default()
}

pub(crate) async fn last_position(client: &mut Client) -> u64 {
    let status =
        client.operations().get_storage_status(pb::GetStorageStatusRequest {}).await.unwrap();
    status.into_inner().last_position
}

/// All changes.
pub(crate) async fn changes(client: &mut Client) -> Vec<internal::Change> {
    let last = last_position(client).await;
    let after_position =
        |changes: &[internal::Change]| changes.last().map_or(0, |last| last.position);
    let mut changes = Vec::new();
    while after_position(&changes) < last {
        let request = internal::ListChangesRequest {
            after_position: after_position(&changes),
            page_size: 1_000,
        };
        let page = client.changes().list_changes(request).await.unwrap().into_inner().changes;
        assert!(!page.is_empty(), "changes after {} are missing", after_position(&changes));
        changes.extend(page);
    }
    changes
}

pub(crate) fn by_external_id(external_id: &str) -> pb::GetContributionRequest {
    pb::GetContributionRequest {
        cycle: "plan/2021".into(),
        organisation: "alfa".into(),
        external_id: external_id.into(),
        ..pb::GetContributionRequest::default()
    }
}

pub(crate) async fn publish(client: &mut Client, date: &str) -> pb::PublishEditionResponse {
    let order = pb::PublishEditionRequest {
        cycle: "plan/2021".into(),
        date: date.into(),
        formats: vec![pb::Format::Html.into()],
        ..pb::PublishEditionRequest::default()
    };
    client.editions().publish_edition(order).await.unwrap().into_inner()
}

pub(crate) async fn lease(client: &mut Client, name: &str) -> Result<u64, Status> {
    prolong(client, name, 0).await
}

/// Prolongs this lease.
pub(crate) async fn prolong(client: &mut Client, name: &str, lease: u64) -> Result<u64, Status> {
    client
        .jobs()
        .lease_job(internal::LeaseJobRequest { name: name.into(), seconds: 60, lease })
        .await
        .map(|answer| answer.into_inner().job.unwrap().lease)
}

pub(crate) async fn upload(
    client: &mut Client,
    job: &str,
    lease: u64,
    bytes: &[u8],
    hash: Hash,
) -> Result<pb::Artefact, Status> {
    let head = internal::ArtefactHead {
        job: job.into(),
        lease,
        sha256: hash.to_string(),
        size: bytes.len() as u64,
        rendered_with: "test".into(),
    };
    let parts = [
        upload_artefact_request::Part::Head(head),
        upload_artefact_request::Part::Chunk(Bytes::copy_from_slice(bytes)),
    ];
    let requests = parts.map(|part| internal::UploadArtefactRequest { part: Some(part) });
    client
        .jobs()
        .upload_artefact(stream::iter(requests))
        .await
        .map(|answer| answer.into_inner().artefact.unwrap())
}

pub(crate) async fn edition(client: &mut Client, name: &str) -> pb::Edition {
    let request = pb::GetEditionRequest { name: name.into() };
    client.editions().get_edition(request).await.unwrap().into_inner().edition.unwrap()
}

pub(crate) async fn texts(client: &mut Client, edition: &str) -> Vec<String> {
    let mut stream = client
        .editions()
        .read_edition(pb::ReadEditionRequest { name: edition.into() })
        .await
        .unwrap()
        .into_inner();
    let mut texts = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        if let Some(Part::Contribution(contribution)) = message.part {
            texts.push(contribution.content.unwrap().narratives.remove(0).markdown);
        }
    }
    texts
}
