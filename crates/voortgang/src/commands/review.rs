//! `review`: approve, return, withdraw, and what was decided.

mod many;

use model::ReturnReason;
use wire::v1 as pb;

use crate::{
    cli::{IdOrName, ReviewCommand},
    client::{Client, ask},
    commands::{
        contribution::{differences, state},
        decision::{line, target},
        lines, some, time,
    },
    output::Output,
    stop::Stop,
};

pub(crate) async fn run(
    command: ReviewCommand,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    match command {
        ReviewCommand::Decisions { name } => {
            let request = pb::ListDecisionsRequest { contribution: id(name, client).await? };
            let answer = client.reviews().list_decisions(ask(request)).await?.into_inner();
            output.message(answer, |list| lines(&list.decisions, line, "nothing was decided yet"))
        }
        ReviewCommand::Compare { name } => {
            let request = pb::CompareWithApprovedRequest { contribution: id(name, client).await? };
            let answer = client.reviews().compare_with_approved(ask(request)).await?.into_inner();
            output.message(answer, comparison_text)
        }
        ReviewCommand::Overrides { cycle } => {
            let request = pb::ListOverridesRequest { cycle };
            let answer = client.overrides().list_overrides(ask(request)).await?.into_inner();
            output.message(answer, |list| lines(&list.overrides, override_line, "no overrides"))
        }
        ReviewCommand::Confirm { id } => {
            let request = pb::ConfirmOverrideRequest { id };
            let answer = client.overrides().confirm_override(ask(request)).await?.into_inner();
            output.message(answer.r#override.unwrap_or_default(), override_line)
        }
        ReviewCommand::Approve {
            name, of: Some(organisation), dry_run, override_reason, ..
        } => {
            let order = many::Order { cycle: name.first, organisation, override_reason, dry_run };
            many::approve(order, client, output).await
        }
        ReviewCommand::Approve { name, etag, override_reason, of: None, .. } => {
            let (id, etag) = (id(name, client).await?, etag.unwrap_or_default());
            let request = pb::ApproveContributionRequest { id, etag, override_reason };
            let answer = client.reviews().approve_contribution(ask(request)).await?.into_inner();
            output.message(answer, |answer| {
                decided(answer.contribution.as_ref(), answer.decision.as_ref())
            })
        }
        ReviewCommand::Return { name, etag, reason, text, targets } => {
            let reason = ReturnReason::from_name(&reason)
                .map_or(0, |reason| pb::ReturnReason::from(reason).into());
            let targets = targets.iter().map(|text| target(text)).collect::<Result<_, _>>()?;
            let id = id(name, client).await?;
            let request = pb::ReturnContributionRequest { id, etag, reason, text, targets };
            let answer = client.reviews().return_contribution(ask(request)).await?.into_inner();
            output.message(answer, |answer| {
                decided(answer.contribution.as_ref(), answer.decision.as_ref())
            })
        }
        ReviewCommand::Withdraw { name, etag, reason } => {
            let id = id(name, client).await?;
            let request = pb::WithdrawContributionRequest { id, etag, reason };
            let answer = client.reviews().withdraw_contribution(ask(request)).await?.into_inner();
            output.message(answer, |answer| {
                decided(answer.contribution.as_ref(), answer.decision.as_ref())
            })
        }
    }
}

/// The id that a contribution is named by.
pub(crate) async fn id(name: IdOrName, client: &Client) -> Result<String, Stop> {
    let IdOrName { first, organisation, external_id } = name;
    let (Some(organisation), Some(external_id)) = (organisation, external_id) else {
        return Ok(first);
    };
    let request = pb::GetContributionRequest {
        cycle: first,
        organisation,
        external_id,
        ..pb::GetContributionRequest::default()
    };
    let answer = client.contributions().get_contribution(ask(request)).await?.into_inner();
    Ok(answer.contribution.unwrap_or_default().id)
}

fn decided(contribution: Option<&pb::Contribution>, decision: Option<&pb::Decision>) -> String {
    let contribution = contribution.cloned().unwrap_or_default();
    let version = decision.map_or(0, |decision| decision.version);
    let state = state(&contribution);
    let pb::Contribution { organisation, external_id, .. } = contribution;
    format!("{organisation}/{external_id} {state} at revision {version}")
}

fn override_line(made: &pb::Override) -> String {
    let pb::Override { id, action, object, actor, reason, confirmed_by, .. } = made;
    let confirmed = match some(confirmed_by) {
        Some(person) => format!("confirmed by {person}"),
        None => "waits for a second person".to_owned(),
    };
    let time = time(made.time.as_ref());
    format!("{id}  {time}  {action} {object}  by {actor}  {reason}  ({confirmed})")
}

fn comparison_text(answer: &pb::CompareWithApprovedResponse) -> String {
    let Some(comparison) = &answer.comparison else { return "it was never approved".to_owned() };
    let holds = if answer.holds { "the approval holds" } else { "the approval does not hold" };
    format!("{holds}\n{}", differences(comparison))
}
