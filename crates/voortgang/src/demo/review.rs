//! Review in the example: a text returned and mended, a remark, and the approvals.
//!
//! Invariant: a step that was made is not made again, so that a second run changes nothing.

use futures::future;
use model::Role;
use wire::v1::{self as pb, SubmitContributionRequest};

use crate::{
    client::{Client, ask},
    commands::contribution,
    demo::role_clients::RoleClients,
    error::Error,
    files::contributions::Item,
    output::note,
};

/// What is submitted with vague words first: organisation, its own id, the words of the file, and the vague ones.
pub(super) const RETURNED: [&str; 4] = ["bz", "bz-4.0-a", "twee miljoen euro", "een flink bedrag"];
const RETURNED_BECAUSE: &str = "Noem het bedrag.";

/// What a remark is made on: organisation and its own id. The remark is on the first figure.
pub(super) const REMARKED: [&str; 2] = ["def", "def-5.1-a"];
const REMARK: &str = "Waarop berust dit cijfer?";
const ANSWER: &str = "Op de personeelsadministratie (voorbeeld).";

/// Submits the vague text and returns the passage with the vague words. The file of the cycle, submitted next, corrects it.
pub(super) async fn return_one(
    cycle: &str,
    items: impl Iterator<Item = &Item>,
    clients: &RoleClients,
) -> Result<(), Error> {
    let [organisation, external_id, clear, vague] = RETURNED;
    let Some(save) = vague_save(cycle, items) else { return Ok(()) };
    let contributor = clients.of_one(Role::Contributor, organisation)?;
    let contribution = match find(cycle, organisation, external_id, &contributor).await? {
        Some(contribution) => contribution,
        None => submit_one(save, &contributor).await?,
    };
    let passage = contribution.passages.iter().find(|passage| passage.text.contains(vague));
    let is_open = contribution.state() == pb::ContributionState::Submitted;
    let Some(passage) = passage.filter(|_| is_open) else { return Ok(()) };
    let request = pb::ReturnContributionRequest {
        targets: vec![pb::Target { passage: passage.id.clone(), ..pb::Target::default() }],
        id: contribution.id,
        etag: contribution.etag,
        reason: pb::ReturnReason::Unclear.into(),
        text: RETURNED_BECAUSE.to_owned(),
    };
    let reviewer = clients.of_one(Role::Reviewer, organisation)?;
    reviewer.reviews().return_contribution(ask(request)).await?;
    note(format_args!(
        "{cycle}: reviewer of {organisation}: a passage of {external_id} returned, “{vague}” is unclear: {RETURNED_BECAUSE}"
    ));
    note(format_args!("{cycle}: contributor of {organisation}: it says “{clear}” now"));
    Ok(())
}

/// The text with vague words; none where the cycle has no such text.
pub(super) fn vague_save<'a>(
    cycle: &str,
    items: impl Iterator<Item = &'a Item>,
) -> Option<pb::Save> {
    let [organisation, external_id, clear, vague] = RETURNED;
    let is_meant =
        |save: &&pb::Save| save.organisation == organisation && save.external_id == external_id;
    let mut save = items.map(|item| &item.save).find(is_meant)?.clone();
    cycle.clone_into(&mut save.cycle);
    let markdown = &mut save.content.as_mut()?.narratives.first_mut()?.markdown;
    if !markdown.contains(clear) {
        return None;
    }
    *markdown = markdown.replace(clear, vague);
    Some(save)
}

async fn submit_one(save: pb::Save, contributor: &Client) -> Result<pb::Contribution, Error> {
    let request = SubmitContributionRequest { save: Some(save), validate_only: false };
    let answer = contributor.submissions().submit_contribution(ask(request)).await?.into_inner();
    Ok(answer.result.and_then(|result| result.contribution).unwrap_or_default())
}

/// Has a remark made, answered and resolved.
pub(super) async fn remark_on_one(cycle: &str, clients: &RoleClients) -> Result<(), Error> {
    let [organisation, external_id] = REMARKED;
    let reviewer = clients.of_one(Role::Reviewer, organisation)?;
    let Some(found) = find(cycle, organisation, external_id, &reviewer).await? else {
        return Ok(());
    };
    let request = pb::AddRemarkRequest {
        contribution: found.id,
        target: Some(pb::Target { figure: 1, ..pb::Target::default() }),
        text: REMARK.to_owned(),
        request_id: format!("demo/remark/{cycle}"),
    };
    let made = reviewer.remarks().add_remark(ask(request)).await?.into_inner().remark;
    let made = made.unwrap_or_default();
    if made.resolve_time.is_some() {
        return Ok(());
    }
    let contributor = clients.of_one(Role::Contributor, organisation)?;
    let request = pb::AnswerRemarkRequest {
        remark: made.id.clone(),
        text: ANSWER.to_owned(),
        request_id: format!("demo/answer/{cycle}"),
    };
    contributor.remarks().answer_remark(ask(request)).await?;
    reviewer.remarks().resolve_remark(ask(pb::ResolveRemarkRequest { remark: made.id })).await?;
    note(format_args!(
        "{cycle}: reviewer of {organisation}: remark on {external_id}, answered by its contributor, resolved"
    ));
    Ok(())
}

/// Approves everything that was submitted, by a reviewer of each organisation.
pub(super) async fn approve_all(
    cycle: &str,
    organisations: &[String],
    clients: &RoleClients,
) -> Result<(), Error> {
    let approvals = organisations.iter().map(async |organisation| {
        let reviewer = clients.of_one(Role::Reviewer, organisation)?;
        approve_all_of(cycle, organisation, &reviewer).await
    });
    let approved: usize = future::try_join_all(approvals).await?.into_iter().sum();
    let count = organisations.len();
    note(format_args!("{cycle}: reviewers of {count} organisations: {approved} approved"));
    Ok(())
}

async fn approve_all_of(
    cycle: &str,
    organisation: &str,
    reviewer: &Client,
) -> Result<usize, Error> {
    let submitted = submitted(cycle, organisation, reviewer).await?;
    let count = submitted.len();
    for pb::Contribution { id, etag, .. } in submitted {
        let request = pb::ApproveContributionRequest { id, etag, override_reason: String::new() };
        reviewer.reviews().approve_contribution(ask(request)).await?;
    }
    Ok(count)
}

/// What an organisation submitted and nobody has decided on yet.
async fn submitted(
    cycle: &str,
    organisation: &str,
    reviewer: &Client,
) -> Result<Vec<pb::Contribution>, Error> {
    let request = pb::ListContributionsRequest {
        cycle: cycle.to_owned(),
        organisation: organisation.to_owned(),
        state: pb::ContributionState::Submitted.into(),
        ..pb::ListContributionsRequest::default()
    };
    Ok(contribution::list(request, reviewer).await?.contributions)
}

/// A contribution by its organisation's own id; none where there is none.
async fn find(
    cycle: &str,
    organisation: &str,
    external_id: &str,
    client: &Client,
) -> Result<Option<pb::Contribution>, Error> {
    let request = pb::GetContributionRequest {
        cycle: cycle.to_owned(),
        organisation: organisation.to_owned(),
        external_id: external_id.to_owned(),
        ..pb::GetContributionRequest::default()
    };
    match client.contributions().get_contribution(ask(request)).await {
        Ok(answer) => Ok(answer.into_inner().contribution),
        Err(status) if status.code() == tonic::Code::NotFound => Ok(None),
        Err(status) => Err(status.into()),
    }
}
