//! `review`: approve, return, withdraw, and what was decided.

mod many;

use model::ReturnReason;
use wire::v1 as pb;

use crate::{
    cli::{IdOrName, ReviewCommand},
    client::{Client, ask},
    commands::{
        contribution::{differences, state, waits_for},
        decision::{line, target},
        lines,
        names::Names,
        some, time,
    },
    error::Error,
    output::Output,
};

pub(crate) async fn run(
    command: ReviewCommand,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    match command {
        ReviewCommand::Decisions { name } => {
            list_decisions(id(name, client).await?, client, output).await
        }
        ReviewCommand::Compare { name } => {
            let request = pb::CompareWithApprovedRequest { contribution: id(name, client).await? };
            let answer = client.reviews().compare_with_approved(ask(request)).await?.into_inner();
            output.message(answer, comparison_text)
        }
        ReviewCommand::Overrides { cycle } => list_overrides(cycle, client, output).await,
        ReviewCommand::Confirm { id } => {
            let request = pb::ConfirmOverrideRequest { id };
            let answer = client.overrides().confirm_override(ask(request)).await?.into_inner();
            let made = answer.r#override.unwrap_or_default();
            let names = Names::of(people_of(&made), client, output).await;
            output.message(made, |made| override_line(made, &names))
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
            let waits_for = waits_after(answer.decision.as_ref(), client).await;
            output.message(answer, |answer| {
                let decided = decided(answer.contribution.as_ref(), answer.decision.as_ref());
                format!("{decided}{waits_for}")
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
        ReviewCommand::Withdraw { name, etag, reason, dry_run } => {
            let id = id(name, client).await?;
            let request =
                pb::WithdrawContributionRequest { id, etag, reason, validate_only: dry_run };
            let answer = client.reviews().withdraw_contribution(ask(request)).await?.into_inner();
            output.message(answer, |answer| {
                let decided = decided(answer.contribution.as_ref(), answer.decision.as_ref());
                if dry_run { format!("dry run: nothing was kept\n{decided}") } else { decided }
            })
        }
    }
}

async fn list_decisions(
    contribution: String,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    let request = pb::ListDecisionsRequest { contribution };
    let answer = client.reviews().list_decisions(ask(request)).await?.into_inner();
    let actors = answer.decisions.iter().map(|one| one.actor.as_str());
    let names = Names::of(actors, client, output).await;
    let line = |one: &pb::Decision| line(one, &names);
    output.message(answer, |list| lines(&list.decisions, line, "nothing was decided yet"))
}

async fn list_overrides(cycle: String, client: &Client, output: Output) -> Result<(), Error> {
    let request = pb::ListOverridesRequest { cycle };
    let answer = client.overrides().list_overrides(ask(request)).await?.into_inner();
    let people = answer.overrides.iter().flat_map(people_of);
    let names = Names::of(people, client, output).await;
    let line = |one: &pb::Override| override_line(one, &names);
    output.message(answer, |list| lines(&list.overrides, line, "no overrides"))
}

/// What a joint contribution waits for after a consent, in words; empty after any other decision.
async fn waits_after(decision: Option<&pb::Decision>, client: &Client) -> String {
    let Some(decision) = decision.filter(|one| one.kind() == pb::DecisionKind::Consent) else {
        return String::new();
    };
    let id = decision.contribution.clone();
    let request = pb::GetContributionRequest { id, ..pb::GetContributionRequest::default() };
    let Ok(answer) = client.contributions().get_contribution(ask(request)).await else {
        return String::new();
    };
    let given = decision.organisations.join(", ");
    let awaited = waits_for(&answer.into_inner().reporters, decision).join(", ");
    format!("\napproved for {given}; it waits for the approval of {awaited}")
}

/// The id that a contribution is named by.
pub(crate) async fn id(name: IdOrName, client: &Client) -> Result<String, Error> {
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

/// Who made an override, and who confirmed it.
fn people_of(made: &pb::Override) -> [&str; 2] {
    [&made.actor, &made.confirmed_by]
}

fn override_line(made: &pb::Override, names: &Names) -> String {
    let pb::Override { id, action, object, actor, reason, confirmed_by, .. } = made;
    let confirmed = match some(confirmed_by) {
        Some(person) => format!("confirmed by {}", names.with_id(person)),
        None => "waits for a second person".to_owned(),
    };
    let (time, actor) = (time(made.time.as_ref()), names.with_id(actor));
    format!("{id}  {time}  {action} {object}  by {actor}  {reason}  ({confirmed})")
}

fn comparison_text(answer: &pb::CompareWithApprovedResponse) -> String {
    let Some(comparison) = &answer.comparison else { return "it was never approved".to_owned() };
    let holds = if answer.holds { "the approval holds" } else { "the approval does not hold" };
    format!("{holds}\n{}", differences(comparison))
}
