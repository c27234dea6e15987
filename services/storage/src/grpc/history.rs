//! The generated trait of history onto its verbs.

use std::sync::Arc;

use richtext::{Change, Difference, WordRun};
use rpc::Page;
use tonic::{Request, Response};
use wire::storage::{
    self as pb, history_service_server::HistoryService,
    history_service_server::HistoryServiceServer,
};

use crate::{
    Error, Storage,
    grpc::{
        Reply,
        convert::{next_token, uuid},
    },
    verbs::Entry,
};

/// The service, ready to be added to a server.
pub(crate) fn service(storage: Arc<Storage>) -> HistoryServiceServer<History> {
    HistoryServiceServer::new(History(storage)).max_encoding_message_size(rpc::MAX_INNER_MESSAGE)
}

#[derive(Debug)]
pub(crate) struct History(Arc<Storage>);

#[tonic::async_trait]
impl HistoryService for History {
    async fn list_revisions(
        &self,
        request: Request<pb::ListRevisionsRequest>,
    ) -> Reply<pb::ListRevisionsResponse> {
        let is_outsider = identity::is_outsider(&request);
        let pb::ListRevisionsRequest { id, show_autosaves, page_size, page_token } =
            request.into_inner();
        let question = format!("revisions {id} {show_autosaves}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        let after = page.after.parse().unwrap_or(0);
        let entries = self.0.revisions(uuid(&id)?, show_autosaves, after, page.size).await?;
        self.0.outsider_reads(is_outsider, "revision.list", &id, question.clone()).await?;
        let next_page_token =
            next_token(&entries, &page, &question, |entry| entry.revision.version.to_string());
        let revisions = entries.into_iter().map(Into::into).collect();
        Ok(Response::new(pb::ListRevisionsResponse { revisions, next_page_token }))
    }

    async fn compare_revisions(
        &self,
        request: Request<pb::CompareRevisionsRequest>,
    ) -> Reply<pb::CompareRevisionsResponse> {
        let is_outsider = identity::is_outsider(&request);
        let pb::CompareRevisionsRequest { id, from, to } = request.into_inner();
        let (from, to, differences) = self.0.compare(uuid(&id)?, from, to).await?;
        let shown = format!("{from} {to}");
        self.0.outsider_reads(is_outsider, "revision.compare", &id, shown).await?;
        Ok(Response::new(comparison((from, to, differences))))
    }
}

/// Two revisions and what differs between them.
pub(super) fn comparison(
    (from, to, differences): (u64, u64, Vec<Difference>),
) -> pb::CompareRevisionsResponse {
    let differences = differences.into_iter().map(difference).collect();
    pb::CompareRevisionsResponse { from, to, differences }
}

impl From<Entry> for pb::RevisionEntry {
    fn from(Entry { revision, left_out }: Entry) -> Self {
        Self {
            version: revision.version,
            state: pb::ContributionState::from(revision.state).into(),
            content_hash: revision.content_hash.to_string(),
            time: Some(wire::timestamp(revision.update_time)),
            autosave: revision.autosave,
            left_out,
            author: revision.author,
        }
    }
}

fn kind(change: Change) -> i32 {
    match change {
        Change::Added => pb::DifferenceKind::Added,
        Change::Removed => pb::DifferenceKind::Removed,
        Change::Changed => pb::DifferenceKind::Changed,
    }
    .into()
}

fn difference(difference: Difference) -> pb::Difference {
    let Difference { field, passage, change, before, after, words } = difference;
    let run = |WordRun { text, change }| pb::WordRun { text, kind: change.map_or(0, kind) };
    let words = words.into_iter().map(run).collect();
    pb::Difference { field, passage, kind: kind(change), before, after, words }
}
