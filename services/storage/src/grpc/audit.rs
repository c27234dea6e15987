//! The generated traits of the audit log and of reads recorded for it onto the verbs: convert, call, convert; nothing else.

use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream, stream::BoxStream};
use model::Instant;
use rpc::Page;
use tonic::{Request, Response, Status};
use wire::{
    internal::{self, read_service_server::ReadService},
    v1::{self as pb, audit_service_server::AuditService, export_audit_response::Part},
};

use crate::{
    Error,
    audit::reads::Read,
    grpc::{Grpc, Reply, convert::next_token},
    store::{AuditFilter, AuditRow, CheckpointRow},
    verbs::ExportPart,
};

/// Entries on a page, at most.
const MOST: u32 = 1_000;
/// Bytes of a text that a service gives for an entry, at most.
const LONGEST: usize = 500;

#[tonic::async_trait]
impl AuditService for Grpc {
    async fn list_audit_entries(
        &self,
        request: Request<pb::ListAuditEntriesRequest>,
    ) -> Reply<pb::ListAuditEntriesResponse> {
        let is_outsider = identity::is_outsider(&request);
        let pb::ListAuditEntriesRequest { object, actor, from, until, page_size, page_token } =
            request.into_inner();
        let question = format!("audit {object:?} {actor:?} {from:?} {until:?}");
        let mut page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        page.size = rpc::page_size(page_size, MOST);
        let filter = AuditFilter { object, actor, from: moment(from), until: moment(until) };
        let after = page.after.parse().unwrap_or(0);
        let entries = self.0.audit_entries(after, &filter, page.size).await?;
        // The log is not public either.
        self.0.outsider_reads(is_outsider, "audit.list", "audit", question.clone()).await?;
        let next_page_token =
            next_token(&entries, &page, &question, |entry| entry.position.to_string());
        Ok(Response::new(pb::ListAuditEntriesResponse {
            entries: entries.into_iter().map(Into::into).collect(),
            next_page_token,
        }))
    }

    type ExportAuditStream = BoxStream<'static, Result<pb::ExportAuditResponse, Status>>;

    async fn export_audit(
        &self,
        request: Request<pb::ExportAuditRequest>,
    ) -> Reply<Self::ExportAuditStream> {
        let is_outsider = identity::is_outsider(&request);
        self.0.outsider_reads(is_outsider, "audit.export", "audit", String::new()).await?;
        let place = self.0.begin_export().await?;
        let storage = self.0.clone();
        let parts = stream::try_unfold((storage, place), |(storage, mut place)| async move {
            let part = storage.export_part(&mut place).await?;
            Ok::<_, Error>(part.map(|part| (part, (storage, place))))
        });
        let messages =
            parts.map_ok(|part| stream::iter(messages(part)).map(Ok::<_, Error>)).try_flatten();
        Ok(Response::new(messages.map_err(Status::from).boxed()))
    }
}

#[tonic::async_trait]
impl ReadService for Grpc {
    async fn record_read(
        &self,
        request: Request<internal::RecordReadRequest>,
    ) -> Reply<internal::RecordReadResponse> {
        let internal::RecordReadRequest { origin, action, object, payload, actor } =
            request.into_inner();
        for (name, text) in
            [("origin", &origin), ("action", &action), ("object", &object), ("actor", &actor)]
        {
            if text.is_empty() || LONGEST < text.len() {
                let told = format!("has {} bytes; 1 to {LONGEST} are taken", text.len());
                return Err(Error::invalid(name, "INVALID_LENGTH", told).into());
            }
        }
        self.0
            .record_read(Read {
                actor,
                origin,
                action,
                object,
                result: "done",
                payload: payload.to_vec(),
            })
            .await?;
        Ok(Response::new(internal::RecordReadResponse {}))
    }
}

fn moment(timestamp: Option<wire::Timestamp>) -> Option<Instant> {
    timestamp.as_ref().map(wire::instant)
}

fn messages(part: ExportPart) -> Vec<pb::ExportAuditResponse> {
    let message = |part| pb::ExportAuditResponse { part: Some(part) };
    match part {
        ExportPart::Entries(entries) => {
            entries.into_iter().map(|entry| message(Part::Entry(entry.into()))).collect()
        }
        ExportPart::Checkpoints(checkpoints) => checkpoints
            .into_iter()
            .map(|checkpoint| message(Part::Checkpoint(checkpoint.into())))
            .collect(),
    }
}

impl From<AuditRow> for pb::AuditEntry {
    fn from(entry: AuditRow) -> Self {
        let AuditRow {
            position,
            time,
            actor,
            origin,
            action,
            object,
            result,
            payload_hash,
            chain_hash,
        } = entry;
        let time = Some(wire::timestamp(time));
        Self { position, time, actor, origin, action, object, result, payload_hash, chain_hash }
    }
}

impl From<CheckpointRow> for pb::Checkpoint {
    fn from(checkpoint: CheckpointRow) -> Self {
        let CheckpointRow { position, chain_hash, time, cause, key, signature } = checkpoint;
        let (time, signature) = (Some(wire::timestamp(time)), Bytes::from(signature));
        Self { position, chain_hash, time, cause, key, signature }
    }
}
