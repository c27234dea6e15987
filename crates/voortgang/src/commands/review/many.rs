//! `review approve` of all that an organisation submitted.

use wire::v1 as pb;

use crate::{
    client::{Client, ask},
    commands::{contribution, lines, word},
    output::{Output, note},
    results::{ApprovalShown, ManyApproved, Message},
    stop::{FAILED, Stop},
};

/// Approvals in one call.
const BATCH: usize = 500;

/// What is to be approved.
pub(super) struct Order {
    pub(super) cycle: String,
    pub(super) organisation: String,
    pub(super) override_reason: String,
    pub(super) dry_run: bool,
}

/// Approves each contribution at the revision that is listed now.
pub(super) async fn approve(order: Order, client: &Client, output: Output) -> Result<(), Stop> {
    let submitted = submitted(&order, client).await?;
    if submitted.is_empty() {
        must_report(&order, client).await?;
    }
    let mut approved = ManyApproved {
        cycle: order.cycle.clone(),
        dry_run: order.dry_run,
        ..ManyApproved::default()
    };
    for batch in submitted.chunks(BATCH) {
        let approval =
            |one: &pb::Contribution| pb::Approval { id: one.id.clone(), etag: one.etag.clone() };
        let request = pb::ApproveContributionsRequest {
            approvals: batch.iter().map(approval).collect(),
            override_reason: order.override_reason.clone(),
            validate_only: order.dry_run,
        };
        let answer = client.reviews().approve_contributions(ask(request)).await?.into_inner();
        for (one, result) in batch.iter().zip(answer.results) {
            let shown = shown(one, result.error);
            let count =
                if shown.reason.is_none() { &mut approved.approved } else { &mut approved.refused };
            *count += 1;
            approved.items.push(shown);
        }
    }
    for ApprovalShown { external_id, message, reason, .. } in &approved.items {
        if let (Some(message), Some(reason)) = (message, reason) {
            note(format_args!("{external_id}: {message} ({reason})"));
        }
    }
    output.result(&approved, || text(&approved))?;
    if approved.refused > 0 { Err(Stop::silent(FAILED)) } else { Ok(()) }
}

/// Fails where the organisation does not report in the cycle, which has nothing to approve of it ever.
async fn must_report(order: &Order, client: &Client) -> Result<(), Stop> {
    let request = pb::GetCycleRequest { name: order.cycle.clone() };
    let cycle = client.cycles().get_cycle(ask(request)).await?.into_inner().cycle;
    let organisations = cycle.unwrap_or_default().organisations;
    if organisations.contains(&order.organisation) {
        return Ok(());
    }
    Err(Stop::failed(format!(
        "`{}` does not report in {}; these do: {}",
        order.organisation,
        order.cycle,
        organisations.join(", ")
    )))
}

async fn submitted(order: &Order, client: &Client) -> Result<Vec<pb::Contribution>, Stop> {
    let request = pb::ListContributionsRequest {
        cycle: order.cycle.clone(),
        organisation: order.organisation.clone(),
        state: pb::ContributionState::Submitted.into(),
        ..pb::ListContributionsRequest::default()
    };
    Ok(contribution::list(request, client).await?.contributions)
}

fn shown(one: &pb::Contribution, error: Option<pb::ItemError>) -> ApprovalShown {
    let (reason, message) = error.map(|error| (error.reason, error.message)).unzip();
    let external_id =
        if one.external_id.is_empty() { one.id.clone() } else { one.external_id.clone() };
    ApprovalShown {
        external_id,
        id: one.id.clone(),
        etag: one.etag.clone(),
        goals: one.content.as_ref().map_or(Vec::new(), |content| content.goals.clone()),
        author: one.author.clone(),
        rolled_forward: one.rolled_forward,
        findings: one.findings.iter().cloned().map(Message).collect(),
        reason,
        message,
    }
}

/// A line on what is approved, and one on each finding that is more than good to know.
fn line(item: &ApprovalShown) -> String {
    let ApprovalShown { external_id, etag, goals, author, rolled_forward, findings, .. } = item;
    let mark = if *rolled_forward { "  text of an earlier cycle, not edited" } else { "" };
    let mut line = format!("{external_id}  {etag}  goals {}  by {author}{mark}", goals.join(", "));
    for Message(finding) in findings.iter().filter(|one| one.0.severity() != pb::Severity::Info) {
        let severity = word(finding.severity().as_str_name(), "SEVERITY_");
        line = format!("{line}\n  {severity}: {} ({})", finding.message, finding.reason);
    }
    line
}

fn text(approved: &ManyApproved) -> String {
    let ManyApproved { cycle: _, dry_run, approved: count, refused, items } = approved;
    let of: Vec<&ApprovalShown> = items.iter().filter(|item| item.reason.is_none()).collect();
    let listed = lines(&of, |item| line(item), "nothing to approve");
    let dry = if *dry_run { "dry run: nothing was kept\n" } else { "" };
    format!("{listed}\n{dry}{count} approved, {refused} refused")
}
