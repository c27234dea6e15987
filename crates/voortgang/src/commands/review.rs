//! `review`: approve, return, withdraw, and what was decided.

use model::{DecisionKind, ReturnReason};
use wire::storage as pb;

use crate::{
    cli::{IdOrName, ReviewCommand},
    client::{Client, ask},
    commands::{
        contribution::{compared, differences, state, time},
        some,
    },
    output::Output,
    results::{
        ApprovalCompared, Decided, DecisionList, DecisionShown, OverrideList, OverrideShown,
    },
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
            let answer = client.review().list_decisions(ask(request)).await?.into_inner();
            let list =
                DecisionList { decisions: answer.decisions.into_iter().map(decision).collect() };
            output.result(&list, || lines(&list.decisions, line, "nothing was decided yet"))
        }
        ReviewCommand::Compare { name } => {
            let shown = compare(name, client).await?;
            output.result(&shown, || comparison_text(&shown))
        }
        ReviewCommand::Overrides { cycle } => {
            let request = pb::ListOverridesRequest { cycle };
            let answer = client.review().list_overrides(ask(request)).await?.into_inner();
            let list = OverrideList { overrides: answer.overrides.into_iter().map(made).collect() };
            output.result(&list, || lines(&list.overrides, override_line, "no overrides"))
        }
        ReviewCommand::Confirm { id } => {
            let request = pb::ConfirmOverrideRequest { id };
            let answer = client.review().confirm_override(ask(request)).await?.into_inner();
            let made = made(answer.r#override.unwrap_or_default());
            output.result(&made, || override_line(&made))
        }
        command => {
            let decided = decide(command, client).await?;
            output.result(&decided, || {
                let Decided { organisation, external_id, state, decision, .. } = &decided;
                format!("{organisation}/{external_id} {state} at revision {}", decision.version)
            })
        }
    }
}

/// Approves, returns or withdraws.
async fn decide(command: ReviewCommand, client: &Client) -> Result<Decided, Stop> {
    match command {
        ReviewCommand::Approve { name, etag, override_reason } => {
            let id = id(name, client).await?;
            let request = pb::ApproveContributionRequest { id, etag, override_reason };
            let answer = client.review().approve_contribution(ask(request)).await?.into_inner();
            Ok(decided(answer.contribution, answer.decision))
        }
        ReviewCommand::Return { name, etag, reason, text, targets } => {
            let reason = ReturnReason::from_name(&reason)
                .map_or(0, |reason| pb::ReturnReason::from(reason).into());
            let targets = targets.iter().map(|text| target(text)).collect::<Result<_, _>>()?;
            let id = id(name, client).await?;
            let request = pb::ReturnContributionRequest { id, etag, reason, text, targets };
            let answer = client.review().return_contribution(ask(request)).await?.into_inner();
            Ok(decided(answer.contribution, answer.decision))
        }
        ReviewCommand::Withdraw { name, etag, reason } => {
            let id = id(name, client).await?;
            let request = pb::WithdrawContributionRequest { id, etag, reason };
            let answer = client.review().withdraw_contribution(ask(request)).await?.into_inner();
            Ok(decided(answer.contribution, answer.decision))
        }
        ReviewCommand::Decisions { .. }
        | ReviewCommand::Compare { .. }
        | ReviewCommand::Overrides { .. }
        | ReviewCommand::Confirm { .. } => Err(Stop::failed("this decides nothing")),
    }
}

async fn compare(name: IdOrName, client: &Client) -> Result<ApprovalCompared, Stop> {
    let request = pb::CompareWithApprovedRequest { contribution: id(name, client).await? };
    let answer = client.review().compare_with_approved(ask(request)).await?.into_inner();
    let pb::CompareWithApprovedResponse { approval, holds, comparison } = answer;
    Ok(ApprovalCompared {
        approval: approval.map(decision),
        holds,
        comparison: comparison.map(compared),
    })
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
    let answer = client.storage().get_contribution(ask(request)).await?.into_inner();
    Ok(answer.contribution.unwrap_or_default().id)
}

/// Reads a target: `figure:2`, a passage, or `PASSAGE:2` and `PASSAGE:2-3` for sentences of it.
pub(crate) fn target(text: &str) -> Result<pb::Target, Stop> {
    let fault = || {
        Stop::failed(format!(
            "`{text}` is no target; write PASSAGE, PASSAGE:2, PASSAGE:2-3 or figure:1"
        ))
    };
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| 0 < *n).ok_or_else(fault);
    let (passage, sentences) = text.split_once(':').unwrap_or((text, ""));
    if passage == "figure" {
        return Ok(pb::Target { figure: number(sentences)?, ..pb::Target::default() });
    }
    let is_bare = passage.len() == text.len();
    if passage.is_empty() || (sentences.is_empty() && !is_bare) {
        return Err(fault());
    }
    let passage = pb::Target { passage: passage.to_owned(), ..pb::Target::default() };
    if is_bare {
        return Ok(passage);
    }
    let (first, last) = sentences.split_once('-').unwrap_or((sentences, sentences));
    Ok(pb::Target { first_sentence: number(first)?, last_sentence: number(last)?, ..passage })
}

/// A target as [`target`] reads it.
pub(crate) fn target_text(target: &pb::Target) -> String {
    let pb::Target { passage, first_sentence, last_sentence, figure, .. } = target;
    match (passage.as_str(), *first_sentence, (*last_sentence).max(*first_sentence)) {
        ("", ..) => format!("figure:{figure}"),
        (passage, 0, _) => passage.to_owned(),
        (passage, first, last) if first == last => format!("{passage}:{first}"),
        (passage, first, last) => format!("{passage}:{first}-{last}"),
    }
}

fn decided(contribution: Option<pb::Contribution>, made: Option<pb::Decision>) -> Decided {
    let contribution = contribution.unwrap_or_default();
    Decided {
        state: state(&contribution),
        contribution: contribution.id,
        organisation: contribution.organisation,
        external_id: contribution.external_id,
        approved_version: contribution.approved_version,
        decision: decision(made.unwrap_or_default()),
    }
}

fn decision(decision: pb::Decision) -> DecisionShown {
    let kind = match DecisionKind::try_from(decision.kind()) {
        Ok(DecisionKind::Approve) => "approve",
        Ok(DecisionKind::Return) => "return",
        Ok(DecisionKind::Withdraw) => "withdraw",
        Err(_) => "unknown",
    };
    let reason = ReturnReason::try_from(decision.reason()).ok();
    DecisionShown {
        number: decision.number,
        kind: kind.to_owned(),
        version: decision.version,
        content_hash: decision.content_hash,
        actor: decision.actor,
        time: time(decision.time),
        reason: reason.map(|reason| reason.name().to_owned()),
        text: decision.text,
        targets: decision.targets.iter().map(target_text).collect(),
    }
}

fn made(made: pb::Override) -> OverrideShown {
    OverrideShown {
        id: made.id,
        action: made.action,
        object: made.object,
        actor: made.actor,
        reason: made.reason,
        time: time(made.time),
        confirmed_by: some(made.confirmed_by),
        confirm_time: made.confirm_time.map(|confirmed| time(Some(confirmed))),
    }
}

/// A line for each, or what is said of none.
pub(crate) fn lines<T>(all: &[T], line: impl Fn(&T) -> String, none: &str) -> String {
    if all.is_empty() {
        return none.to_owned();
    }
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(decision: &DecisionShown) -> String {
    let DecisionShown { number, kind, version, actor, time, reason, text, targets, .. } = decision;
    let mut line = format!("{number}  {time}  {kind}  revision {version}  by {actor}");
    for part in reason.iter().chain([text].into_iter().filter(|text| !text.is_empty())) {
        line = format!("{line}  {part}");
    }
    if targets.is_empty() { line } else { format!("{line}  [{}]", targets.join(", ")) }
}

fn override_line(made: &OverrideShown) -> String {
    let OverrideShown { id, action, object, actor, reason, time, confirmed_by, .. } = made;
    let confirmed = confirmed_by
        .as_ref()
        .map_or_else(|| "waits for a second person".to_owned(), |by| format!("confirmed by {by}"));
    format!("{id}  {time}  {action} {object}  by {actor}  {reason}  ({confirmed})")
}

fn comparison_text(shown: &ApprovalCompared) -> String {
    let Some(comparison) = &shown.comparison else { return "it was never approved".to_owned() };
    let holds = if shown.holds { "the approval holds" } else { "the approval does not hold" };
    format!("{holds}\n{}", differences(comparison))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_reads_back_as_written() {
        for text in ["p5hk2m3n4q7", "p5hk2m3n4q7:2", "p5hk2m3n4q7:2-3", "figure:1"] {
            assert_eq!(target_text(&target(text).unwrap()), text);
        }
        for text in ["", ":1", "p1:", "p1:x", "p1:0", "p1:1-", "figure:", "figure:0"] {
            assert!(target(text).is_err(), "{text}");
        }
    }
}
