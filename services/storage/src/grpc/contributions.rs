//! The generated traits of contributions and their history onto the verbs: convert, call, convert; nothing else.

use model::{CycleName, Reporter};
use richtext::{Change, Difference, WordRun};
use rpc::Page;
use tonic::{Request, Response};
use wire::v1::{self as pb, contribution_service_server::ContributionService};

use crate::{
    Error,
    audit::reads::Shown,
    grpc::{
        Grpc, Reply,
        convert::{self, contribution_key, next_token, parse, uuid},
    },
    verbs::{At, ListedRevision},
};

#[tonic::async_trait]
impl ContributionService for Grpc {
    async fn get_contribution(
        &self,
        request: Request<pb::GetContributionRequest>,
    ) -> Reply<pb::GetContributionResponse> {
        let pb::GetContributionRequest { id, cycle, organisation, external_id, version, as_of } =
            request.into_inner();
        let at = match (as_of, version) {
            (Some(as_of), _) => At::Moment(convert::moment(&as_of, version)?),
            (None, 0) => At::Latest,
            (None, version) => At::Version(version),
        };
        let key = contribution_key(&id, &cycle, &organisation, &external_id)?;
        let contribution = self.0.contribution(&key, at).await?;
        let shown = Shown::unpublished(contribution.id, contribution.etag());
        let reporters = match at {
            At::Latest => self.0.reporters(std::slice::from_ref(&contribution)).await?,
            At::Version(_) | At::Moment(_) => Vec::new(),
        };
        let reporters = reporters.into_iter().flat_map(|(_, of_it)| of_it);
        Ok(shown.by(pb::GetContributionResponse {
            contribution: Some(contribution.into()),
            reporters: reporters.map(Into::into).collect(),
        }))
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
        let moment = as_of.map(|as_of| convert::moment(&as_of, 0)).transpose()?;
        let (found, next) =
            self.0.contributions(&cycle, &organisation, state, &page, moment).await?;
        let shown = convert::shown(cycle.as_str(), &organisation, &found);
        let latest = if moment.is_none() { found.as_slice() } else { &[] };
        let joint = self.0.reporters(latest).await?;
        Ok(shown.by(pb::ListContributionsResponse {
            contributions: found.into_iter().map(Into::into).collect(),
            joint: joint.into_iter().map(joint_contribution).collect(),
            next_page_token: next.map_or(String::new(), |key| Page::token(&key, &question)),
        }))
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
        let key = contribution_key(&id, &cycle, &organisation, &external_id)?;
        let (id, revisions) = self.0.erase_contribution(&key, &reason).await?;
        let contribution = id.to_string();
        Ok(Response::new(pb::EraseContributionResponse { revisions, contribution }))
    }
}

fn joint_contribution((contribution, reporters): (String, Vec<Reporter>)) -> pb::JointContribution {
    let reporters = reporters.into_iter().map(Into::into).collect();
    pb::JointContribution { contribution, reporters }
}

/// Two revisions and what differs between them.
pub(super) fn comparison(
    (from, to, differences): (u64, u64, Vec<Difference>),
) -> pb::CompareRevisionsResponse {
    let differences = differences.into_iter().map(difference).collect();
    pb::CompareRevisionsResponse { from, to, differences }
}

impl From<ListedRevision> for pb::RevisionEntry {
    fn from(ListedRevision { revision, left_out }: ListedRevision) -> Self {
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
