//! `contribution list`, `show`, `history`, `compare` and `erase`.

mod show;

use rpc::all_pages;
use wire::v1::{self as pb, DifferenceKind};

use crate::{
    cli::{ContributionCommand, ContributionName},
    client::{Client, PAGE_SIZE, ask},
    commands::{decision, lines, moment, names::Names, time, word},
    error::Error,
    output::Output,
    results::{ContributionShown, Message},
};

pub(crate) async fn run(
    command: ContributionCommand,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    match command {
        ContributionCommand::List { cycle, organisation, state, as_of } => {
            let request = pb::ListContributionsRequest {
                cycle,
                organisation,
                state: state.map_or(0, |name| state_of(&name)),
                as_of: moment(&as_of)?,
                ..pb::ListContributionsRequest::default()
            };
            let list = list(request, client).await?;
            output.message(list, |list| {
                lines(
                    &list.contributions,
                    |one| line(one, reporters(list, &one.id)),
                    "no contributions",
                )
            })
        }
        ContributionCommand::Show { name, version, as_of } => {
            let answer = read(name, version, &as_of, client).await?;
            let shown = answer.contribution.clone().unwrap_or_default();
            let decision = returned(&shown, client).await;
            let approvals = answer.reporters.iter().map(|one| one.actor.as_str());
            let actors = decision.iter().map(|decision| decision.actor.as_str());
            let people = [shown.author.as_str()].into_iter().chain(approvals).chain(actors);
            let names = Names::of(people, client, output).await;
            let returned = decision.map_or(String::new(), |last| {
                format!("\nreturned: {}", decision::line(&last, &names))
            });
            let words = show::whole(&shown, &answer.reporters, &names);
            let shown = ContributionShown {
                contribution: Message(shown),
                reporters: answer.reporters.into_iter().map(Message).collect(),
            };
            output.result(&shown, || format!("{words}{returned}"))
        }
        ContributionCommand::History { name, all } => {
            let history = history(name, all, client).await?;
            let authors = history.revisions.iter().map(|one| one.author.as_str());
            let names = Names::of(authors, client, output).await;
            let line = |one: &pb::RevisionEntry| revision(one, &names);
            output.message(history, |history| lines(&history.revisions, line, "no revisions"))
        }
        ContributionCommand::Erase { name, reason } => {
            let erased = erase(name, reason, client).await?;
            output.message(erased, |erased| {
                let pb::EraseContributionResponse { contribution, revisions } = erased;
                format!("{contribution}: the text of {revisions} revisions is erased")
            })
        }
        ContributionCommand::Compare { name, from, to } => {
            let compared = compare(name, from, to, client).await?;
            output.message(compared, differences)
        }
    }
}

async fn erase(
    name: ContributionName,
    reason: String,
    client: &Client,
) -> Result<pb::EraseContributionResponse, Error> {
    let ContributionName { cycle, organisation, external_id } = name;
    let request = pb::EraseContributionRequest {
        id: String::new(),
        reason,
        cycle,
        organisation,
        external_id,
    };
    Ok(client.contributions().erase_contribution(ask(request)).await?.into_inner())
}

async fn get(name: ContributionName, client: &Client) -> Result<pb::Contribution, Error> {
    Ok(read(name, 0, "", client).await?.contribution.unwrap_or_default())
}

async fn read(
    name: ContributionName,
    version: u64,
    as_of: &str,
    client: &Client,
) -> Result<pb::GetContributionResponse, Error> {
    let ContributionName { cycle, organisation, external_id } = name;
    let request = pb::GetContributionRequest {
        id: String::new(),
        cycle,
        organisation,
        external_id,
        version,
        as_of: moment(as_of)?,
    };
    Ok(client.contributions().get_contribution(ask(request)).await?.into_inner())
}

/// The organisations of a joint contribution in a list; none where one reports it alone.
pub(crate) fn reporters<'a>(
    list: &'a pb::ListContributionsResponse,
    id: &str,
) -> &'a [pb::Reporter] {
    let found = list.joint.iter().find(|one| one.contribution == id);
    found.map_or(&[], |one| &one.reporters)
}

/// Every contribution that a request lists, page by page.
pub(crate) async fn list(
    request: pb::ListContributionsRequest,
    client: &Client,
) -> Result<pb::ListContributionsResponse, Error> {
    let pages = all_pages(|page_token| {
        let request =
            pb::ListContributionsRequest { page_size: PAGE_SIZE, page_token, ..request.clone() };
        async move {
            let mut page =
                client.contributions().list_contributions(ask(request)).await?.into_inner();
            let next = std::mem::take(&mut page.next_page_token);
            Ok((vec![page], next))
        }
    })
    .await?;
    let mut all = pb::ListContributionsResponse::default();
    for page in pages {
        all.contributions.extend(page.contributions);
        all.joint.extend(page.joint);
    }
    Ok(all)
}

async fn history(
    name: ContributionName,
    show_autosaves: bool,
    client: &Client,
) -> Result<pb::ListRevisionsResponse, Error> {
    let id = get(name, client).await?.id;
    let revisions = all_pages(|page_token| {
        let (id, page_size) = (id.clone(), PAGE_SIZE);
        let request = pb::ListRevisionsRequest { id, show_autosaves, page_size, page_token };
        async move {
            let page = client.contributions().list_revisions(ask(request)).await?.into_inner();
            Ok((page.revisions, page.next_page_token))
        }
    })
    .await?;
    Ok(pb::ListRevisionsResponse { revisions, ..Default::default() })
}

async fn compare(
    name: ContributionName,
    from: u64,
    to: u64,
    client: &Client,
) -> Result<pb::CompareRevisionsResponse, Error> {
    let id = get(name, client).await?.id;
    let request = pb::CompareRevisionsRequest { id, from, to };
    Ok(client.contributions().compare_revisions(ask(request)).await?.into_inner())
}

/// Name of a contribution's state.
pub(crate) fn state(contribution: &pb::Contribution) -> String {
    state_name(contribution.state())
}

fn state_name(state: pb::ContributionState) -> String {
    word(state.as_str_name(), "CONTRIBUTION_STATE_")
}

/// Number of the state with a name.
fn state_of(name: &str) -> i32 {
    let name = format!("CONTRIBUTION_STATE_{}", name.to_ascii_uppercase());
    pb::ContributionState::from_str_name(&name).unwrap_or_default().into()
}

fn line(contribution: &pb::Contribution, reporters: &[pb::Reporter]) -> String {
    let pb::Contribution { organisation, external_id, version, update_time, .. } = contribution;
    let state = state(contribution);
    let time = time(update_time.as_ref());
    let content = contribution.content.clone().unwrap_or_default();
    let goals = content.goals.join(", ");
    let together = if content.partners.is_empty() {
        String::new()
    } else {
        format!("  with {}{}", content.partners.join(", "), where_approvals_stand(reporters))
    };
    let mark =
        if contribution.rolled_forward { "  text of the last cycle, not edited" } else { "" };
    format!(
        "{organisation}  {external_id}  {state}  revision {version}  {time}  goals {goals}{together}{mark}"
    )
}

/// Of the organisations of a joint contribution: who does not report, whose approval is awaited, and who gave it.
fn where_approvals_stand(reporters: &[pb::Reporter]) -> String {
    use pb::ApprovalState::{Awaited, Given, NotReporting};
    let in_state = |state, words: &str| {
        let found = reporters.iter().filter(|one| one.approval() == state);
        let codes = found.map(|one| one.organisation.as_str()).collect::<Vec<_>>().join(", ");
        (!codes.is_empty()).then(|| format!("{words} {codes}"))
    };
    let parts = [
        in_state(Given, "approved by"),
        in_state(Awaited, "waits for"),
        in_state(NotReporting, "not reporting:"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) }
}

/// Whose approval a text still waits for after a decision about it; nobody's unless that was a consent.
pub(crate) fn waits_for(reporters: &[pb::Reporter], decision: &pb::Decision) -> Vec<String> {
    if decision.kind() != pb::DecisionKind::Consent {
        return Vec::new();
    }
    let waits = |one: &&pb::Reporter| {
        one.approval() == pb::ApprovalState::Awaited
            && !decision.organisations.contains(&one.organisation)
    };
    reporters.iter().filter(waits).map(|one| one.organisation.clone()).collect()
}

/// The decision by which a contribution was returned, to who may read that; none where it was not.
async fn returned(contribution: &pb::Contribution, client: &Client) -> Option<pb::Decision> {
    if contribution.state() != pb::ContributionState::Returned {
        return None;
    }
    let request = pb::ListDecisionsRequest { contribution: contribution.id.clone() };
    let answer = client.reviews().list_decisions(ask(request)).await.ok()?;
    let decisions = answer.into_inner().decisions;
    decisions.into_iter().rfind(|one| one.kind() == pb::DecisionKind::Return)
}

fn revision(revision: &pb::RevisionEntry, names: &Names) -> String {
    let pb::RevisionEntry { version, author, content_hash, autosave, left_out, .. } = revision;
    let state = state_name(revision.state());
    let time = time(revision.time.as_ref());
    let how = if *autosave { "  saved while writing" } else { "" };
    let more = if *left_out == 0 {
        String::new()
    } else {
        format!("  ({left_out} earlier ones of the run left out; --all shows them)")
    };
    let hash = &content_hash[..16.min(content_hash.len())];
    let author = names.with_id(author);
    format!("{version}  {state}  {time}  {author}  {hash}{how}{more}")
}

/// Returns what differs, part by part.
pub(crate) fn differences(compared: &pb::CompareRevisionsResponse) -> String {
    let pb::CompareRevisionsResponse { from, to, differences } = compared;
    let head = format!("revision {from} against {to}");
    if differences.is_empty() {
        return format!("{head}: the same content");
    }
    let parts: Vec<String> = differences.iter().map(difference).collect();
    format!("{head}\n{}", parts.join("\n"))
}

/// Returns a part that differs; of a text that changed, the words between `[-` and `-]` went and those between `{+` and `+}` came in.
fn difference(difference: &pb::Difference) -> String {
    let pb::Difference { field, passage, before, after, words, .. } = difference;
    let kind = word(difference.kind().as_str_name(), "DIFFERENCE_KIND_");
    let place = if passage.is_empty() { field.clone() } else { format!("{field} {passage}") };
    let marked = |text: &str, kind: DifferenceKind| match kind {
        DifferenceKind::Added => format!("{{+{text}+}}"),
        DifferenceKind::Removed => format!("[-{text}-]"),
        DifferenceKind::Changed | DifferenceKind::Unspecified => text.to_owned(),
    };
    let what = match (words.is_empty(), difference.kind()) {
        (false, _) => words.iter().map(|run| marked(&run.text, run.kind())).collect(),
        (true, DifferenceKind::Added) => marked(after, DifferenceKind::Added),
        (true, DifferenceKind::Removed) => marked(before, DifferenceKind::Removed),
        (true, DifferenceKind::Changed | DifferenceKind::Unspecified) => {
            format!("[-{before}-]{{+{after}+}}")
        }
    };
    format!("{place} {kind}\n  {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_joint_text_says_who_approved_it_and_who_is_awaited() {
        let reporter = |code: &str, approval: pb::ApprovalState| pb::Reporter {
            organisation: code.into(),
            approval: approval.into(),
            ..pb::Reporter::default()
        };
        let all = [
            reporter("alfa", pb::ApprovalState::Given),
            reporter("beta", pb::ApprovalState::Awaited),
            reporter("gamma", pb::ApprovalState::Awaited),
            reporter("delta", pb::ApprovalState::NotReporting),
        ];
        let expected = " (approved by alfa; waits for beta, gamma; not reporting: delta)";
        assert_eq!(where_approvals_stand(&all), expected);
        assert_eq!(where_approvals_stand(&[reporter("alfa", pb::ApprovalState::NotAwaited)]), "");
    }

    #[test]
    fn a_moment_is_a_day_or_has_a_zone() {
        let at = |text: &str| moment(text).ok().flatten().map(|at| wire::instant(&at).to_string());
        for (text, expected) in [
            ("2022-10-30", "2022-10-30T23:59:59.999Z"),
            ("2024-02-29", "2024-02-29T23:59:59.999Z"),
            // The hour that comes twice in Amsterdam, each by its offset.
            ("2022-10-30T02:30:00+02:00", "2022-10-30T00:30:00.000Z"),
            ("2022-10-30T02:30:00+01:00", "2022-10-30T01:30:00.000Z"),
            ("2022-01-01T00:30:00+01:00", "2021-12-31T23:30:00.000Z"),
            // A leap second counts as the second before it.
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"),
        ] {
            assert_eq!(at(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["2022-10-30T12:00:00", "2021-02-29", "20221030", "2022-10-30T23:59:61Z"] {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
