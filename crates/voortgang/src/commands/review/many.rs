//! `review approve` of all that an organisation submitted.

use wire::v1 as pb;

use crate::{
    client::{Client, ask},
    commands::{
        contribution::{list, reporters, waits_for},
        lines,
        names::Names,
        word,
    },
    error::{Error, FAILED},
    output::{Output, note},
    results::{ApprovalShown, ManyApproved, Message},
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
pub(super) async fn approve(order: Order, client: &Client, output: Output) -> Result<(), Error> {
    let listed = submitted(&order, client).await?;
    if listed.contributions.is_empty() {
        must_report(&order, client).await?;
    }
    let is_given = |one: &pb::Contribution| gave(&order.organisation, reporters(&listed, &one.id));
    let (given, submitted): (Vec<_>, Vec<_>) =
        listed.contributions.iter().cloned().partition(is_given);
    let mut approved = ManyApproved {
        cycle: order.cycle.clone(),
        dry_run: order.dry_run,
        given: given.iter().map(name).collect(),
        ..ManyApproved::default()
    };
    for batch in submitted.chunks(BATCH) {
        let approval =
            |one: &pb::Contribution| pb::Approval { id: one.id.clone(), etag: one.etag.clone() };
        let request = pb::ApproveContributionsRequest {
            approvals: batch.iter().map(approval).collect(),
            override_reason: order.override_reason.clone(),
            validate_only: order.dry_run,
            organisation: order.organisation.clone(),
        };
        let answer = client.reviews().approve_contributions(ask(request)).await?.into_inner();
        for (one, result) in batch.iter().zip(answer.results) {
            let waits_for =
                waits_for(reporters(&listed, &one.id), &result.decision.unwrap_or_default());
            let shown = ApprovalShown { waits_for, ..shown(one, result.error) };
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
    let authors = approved.items.iter().map(|item| item.author.as_str());
    let names = Names::of(authors, client, output).await;
    output.result(&approved, || text(&approved, &order.organisation, &names))?;
    if approved.refused > 0 { Err(Error::silent(FAILED)) } else { Ok(()) }
}

/// Fails where the organisation does not report in the cycle, which has nothing to approve of it ever.
async fn must_report(order: &Order, client: &Client) -> Result<(), Error> {
    let request = pb::GetCycleRequest { name: order.cycle.clone() };
    let cycle = client.cycles().get_cycle(ask(request)).await?.into_inner().cycle;
    let organisations = cycle.unwrap_or_default().organisations;
    if organisations.contains(&order.organisation) {
        return Ok(());
    }
    Err(Error::failed(format!(
        "`{}` does not report in {}; these do: {}",
        order.organisation,
        order.cycle,
        organisations.join(", ")
    )))
}

/// Whether an organisation gave its approval of a joint contribution, which waits for others.
fn gave(organisation: &str, reporters: &[pb::Reporter]) -> bool {
    let is_given = |one: &pb::Reporter| one.approval() == pb::ApprovalState::Given;
    reporters.iter().any(|one| one.organisation == organisation && is_given(one))
}

/// Everything of the organisation that is handed in and not approved.
async fn submitted(order: &Order, client: &Client) -> Result<pb::ListContributionsResponse, Error> {
    let request = pb::ListContributionsRequest {
        cycle: order.cycle.clone(),
        organisation: order.organisation.clone(),
        state: pb::ContributionState::Submitted.into(),
        ..pb::ListContributionsRequest::default()
    };
    list(request, client).await
}

/// The sender's own id, or the id where there is none.
fn name(one: &pb::Contribution) -> String {
    if one.external_id.is_empty() { one.id.clone() } else { one.external_id.clone() }
}

fn shown(one: &pb::Contribution, error: Option<pb::ItemError>) -> ApprovalShown {
    let (reason, message) = error.map(|error| (error.reason, error.message)).unzip();
    ApprovalShown {
        external_id: name(one),
        id: one.id.clone(),
        etag: one.etag.clone(),
        goals: one.content.as_ref().map_or(Vec::new(), |content| content.goals.clone()),
        author: one.author.clone(),
        rolled_forward: one.rolled_forward,
        waits_for: Vec::new(),
        findings: one.findings.iter().cloned().map(Message).collect(),
        reason,
        message,
    }
}

/// A line on what is approved, and one on each finding that is more than good to know.
fn line(item: &ApprovalShown, names: &Names) -> String {
    let ApprovalShown { external_id, etag, goals, author, rolled_forward, findings, .. } = item;
    let mark = if *rolled_forward { "  text of an earlier cycle, not edited" } else { "" };
    let author = names.with_id(author);
    let waits = item.waits_for.join(", ");
    let waits = if waits.is_empty() {
        waits
    } else {
        format!("  (waits for the approval of {waits} then)")
    };
    let mut line =
        format!("{external_id}  {etag}  goals {}  by {author}{mark}{waits}", goals.join(", "));
    for Message(finding) in findings.iter().filter(|one| one.0.severity() != pb::Severity::Info) {
        let severity = word(finding.severity().as_str_name(), "SEVERITY_");
        line = format!("{line}\n  {severity}: {} ({})", finding.message, finding.reason);
    }
    line
}

fn text(approved: &ManyApproved, organisation: &str, names: &Names) -> String {
    let ManyApproved { cycle: _, dry_run, approved: count, refused, given, items } = approved;
    let of: Vec<&ApprovalShown> = items.iter().filter(|item| item.reason.is_none()).collect();
    let mut listed = lines(&of, |item| line(item, names), "nothing to approve");
    if !given.is_empty() {
        let given = given.join(", ");
        listed = format!(
            "{listed}\n{organisation} approved these already, which wait for others: {given}"
        );
    }
    let dry = if *dry_run { "dry run: nothing was kept\n" } else { "" };
    format!("{listed}\n{dry}{count} approved, {refused} refused")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_organisation_approved_is_left_alone_in_one_line() {
        let reporter = |code: &str, approval: pb::ApprovalState| pb::Reporter {
            organisation: code.into(),
            approval: approval.into(),
            ..pb::Reporter::default()
        };
        let reporters = [
            reporter("alfa", pb::ApprovalState::Given),
            reporter("beta", pb::ApprovalState::Awaited),
        ];
        assert!(gave("alfa", &reporters));
        assert!(!gave("beta", &reporters) && !gave("alfa", &[]));
        let approved =
            ManyApproved { given: vec!["a-1".into(), "a-2".into()], ..Default::default() };
        let shown = text(&approved, "alfa", &Names::default());
        let expected = "nothing to approve\nalfa approved these already, which wait for others: a-1, a-2\n0 approved, 0 refused";
        assert_eq!(shown, expected);
    }
}
