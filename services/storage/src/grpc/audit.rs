//! The generated traits of the audit log and of reads recorded for it onto the verbs: convert, call, convert; nothing else.

use std::sync::Arc;

use bytes::Bytes;
use futures::{Stream, StreamExt as _, TryStreamExt as _, stream, stream::BoxStream};
use model::Instant;
use rpc::Page;
use tonic::{Request, Response, Status};
use wire::{
    internal::{self, read_service_server::ReadService},
    v1::{self as pb, audit_service_server::AuditService, export_audit_response::Part},
};

use crate::{
    Error, Storage,
    audit::reads::{Read, Shown},
    grpc::{Grpc, Reply, convert::next_token},
    store::{AuditFilter, AuditRow, CheckpointRow, FoundRow},
    verbs::ExportPart,
};

/// Maximum number of entries on a page.
const MAX_PAGE_SIZE: u32 = 1_000;
/// Maximum number of bytes of a text that a service gives for an entry.
const MAX_TEXT_BYTES: usize = 500;

#[tonic::async_trait]
impl AuditService for Grpc {
    async fn list_audit_entries(
        &self,
        request: Request<pb::ListAuditEntriesRequest>,
    ) -> Reply<pb::ListAuditEntriesResponse> {
        let pb::ListAuditEntriesRequest { object, actor, from, until, page_size, page_token } =
            request.into_inner();
        let question = format!("audit {object:?} {actor:?} {from:?} {until:?}");
        let mut page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        page.size = rpc::page_size(page_size, MAX_PAGE_SIZE);
        let filter = AuditFilter { object, actor, from: moment(from), until: moment(until) };
        let after = page.after.parse().unwrap_or(0);
        let entries = self.0.audit_entries(after, &filter, page.size).await?;
        let next_page_token =
            next_token(&entries, &page, &question, |entry| entry.position.to_string());
        Ok(Shown::unpublished("audit", question).by(pb::ListAuditEntriesResponse {
            entries: entries.into_iter().map(Into::into).collect(),
            next_page_token,
        }))
    }

    type ExportAuditStream = BoxStream<'static, Result<pb::ExportAuditResponse, Status>>;

    async fn export_audit(
        &self,
        _: Request<pb::ExportAuditRequest>,
    ) -> Reply<Self::ExportAuditStream> {
        let parts = export_parts(self.0.clone());
        let messages =
            parts.map_ok(|part| stream::iter(messages(part)).map(Ok::<_, Error>)).try_flatten();
        Ok(Shown::unpublished("audit", "").by(messages.map_err(Status::from).boxed()))
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
            if text.is_empty() || text.len() > MAX_TEXT_BYTES {
                let problem = format!("has {} bytes; 1 to {MAX_TEXT_BYTES} are taken", text.len());
                return Err(Error::invalid(name, "INVALID_LENGTH", problem).into());
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

/// The parts of an export, which begins once it is read: after its own entry was written, so that it has that too.
fn export_parts(storage: Arc<Storage>) -> impl Stream<Item = Result<ExportPart, Error>> {
    let begun = async move {
        let place = storage.begin_export().await?;
        Ok::<_, Error>(stream::try_unfold((storage, place), |(storage, mut place)| async move {
            let part = storage.export_part(&mut place).await?;
            Ok::<_, Error>(part.map(|part| (part, (storage, place))))
        }))
    };
    stream::once(begun).try_flatten()
}

fn moment(timestamp: Option<wire::Timestamp>) -> Option<Instant> {
    timestamp.as_ref().map(wire::instant)
}

fn messages(part: ExportPart) -> Vec<pb::ExportAuditResponse> {
    let message = |part| pb::ExportAuditResponse { part: Some(part) };
    match part {
        ExportPart::Entries(entries, rows) => {
            let mut rows = rows.into_iter().peekable();
            let with_rows = entries.into_iter().flat_map(|entry| {
                let position = entry.position;
                let of_it = std::iter::from_fn(|| rows.next_if(|row| row.position == position));
                let rows: Vec<Part> = of_it.map(|row| Part::Row(row.into())).collect();
                std::iter::once(Part::Entry(entry.into())).chain(rows)
            });
            with_rows.map(message).collect()
        }
        ExportPart::Names(names) => {
            let names = names.iter().map(ToString::to_string).collect();
            vec![message(Part::Names(pb::RecordedNames { names }))]
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
            written_rows: rows,
            chain_hash,
            ..
        } = entry;
        Self {
            position,
            time: Some(wire::timestamp(time)),
            actor,
            origin,
            action,
            object,
            result,
            payload_hash,
            chain_hash,
            rows,
        }
    }
}

impl From<FoundRow> for pb::RecordedRow {
    fn from(row: FoundRow) -> Self {
        let FoundRow { position, name, hash } = row;
        Self { position, name, hash: hash.unwrap_or_default() }
    }
}

impl From<CheckpointRow> for pb::Checkpoint {
    fn from(checkpoint: CheckpointRow) -> Self {
        let CheckpointRow { position, chain_hash, time, cause, key, signature } = checkpoint;
        let (time, signature) = (Some(wire::timestamp(time)), Bytes::from(signature));
        Self { position, chain_hash, time, cause, key, signature }
    }
}
