//! The generated traits of contributions and their history onto the verbs: convert, call, convert; nothing else.

use model::CycleName;
use richtext::{Change, Difference, WordRun};
use rpc::Page;
use tonic::{Request, Response};
use wire::v1::{self as pb, contribution_service_server::ContributionService};

use crate::{
    Error,
    audit::reads::Shown,
    grpc::{
        Grpc, Reply,
        convert::{self, name, next_token, parse, uuid},
    },
    verbs::Entry,
};

#[tonic::async_trait]
impl ContributionService for Grpc {
    async fn get_contribution(
        &self,
        request: Request<pb::GetContributionRequest>,
    ) -> Reply<pb::GetContributionResponse> {
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
            self.0.contribution(convert::uuid(&id, "id")?, version).await?
        };
        let shown = Shown::unpublished(contribution.id, contribution.etag());
        Ok(shown.by(pb::GetContributionResponse { contribution: Some(contribution.into()) }))
    }

    async fn list_contributions(
        &self,
        request: Request<pb::ListContributionsRequest>,
    ) -> Reply<pb::ListContributionsResponse> {
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
            let shown = convert::shown(cycle.as_str(), &organisation, &found);
            return Ok(shown.by(pb::ListContributionsResponse {
                contributions: found.into_iter().map(Into::into).collect(),
                next_page_token: last.map_or(String::new(), |last| Page::token(&last, &question)),
            }));
        }
        let contributions = self.0.contributions(&cycle, &organisation, state, &page).await?;
        let next_page_token = next_token(&contributions, &page, &question, |(key, _)| key.clone());
        let found = contributions.iter().map(|(_, contribution)| contribution);
        let shown = convert::shown(cycle.as_str(), &organisation, found);
        let contributions =
            contributions.into_iter().map(|(_, contribution)| contribution.into()).collect();
        Ok(shown.by(pb::ListContributionsResponse { contributions, next_page_token }))
    }

    async fn list_revisions(
        &self,
        request: Request<pb::ListRevisionsRequest>,
    ) -> Reply<pb::ListRevisionsResponse> {
        let pb::ListRevisionsRequest { id, show_autosaves, page_size, page_token } =
            request.into_inner();
        let question = format!("revisions {id} {show_autosaves}");
        let page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        let after = page.after.parse().unwrap_or(0);
        let entries = self.0.revisions(uuid(&id, "id")?, show_autosaves, after, page.size).await?;
        let next_page_token =
            next_token(&entries, &page, &question, |entry| entry.revision.version.to_string());
        let revisions = entries.into_iter().map(Into::into).collect();
        let shown = Shown::unpublished(id, question);
        Ok(shown.by(pb::ListRevisionsResponse { revisions, next_page_token }))
    }

    async fn compare_revisions(
        &self,
        request: Request<pb::CompareRevisionsRequest>,
    ) -> Reply<pb::CompareRevisionsResponse> {
        let pb::CompareRevisionsRequest { id, from, to } = request.into_inner();
        let (from, to, differences) = self.0.compare(uuid(&id, "id")?, from, to).await?;
        let shown = Shown::unpublished(id, format!("{from} {to}"));
        Ok(shown.by(comparison((from, to, differences))))
    }

    async fn erase_contribution(
        &self,
        request: Request<pb::EraseContributionRequest>,
    ) -> Reply<pb::EraseContributionResponse> {
        let pb::EraseContributionRequest { id, reason, cycle, organisation, external_id } =
            request.into_inner();
        let name = name(&id, &cycle, &organisation, &external_id)?;
        let (id, revisions) = self.0.erase_contribution(&name, &reason).await?;
        let contribution = id.to_string();
        Ok(Response::new(pb::EraseContributionResponse { revisions, contribution }))
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
