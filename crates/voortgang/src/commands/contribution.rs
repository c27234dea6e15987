//! `contribution list`, `show`, `history`, `compare` and `erase`.

mod show;

use rpc::all_pages;
use wire::v1::{self as pb, DifferenceKind};

use crate::{
    cli::{ContributionCommand, ContributionName},
    client::{Client, PAGE_SIZE, ask},
    commands::{decision, lines, moment, time, word},
    output::Output,
    stop::Stop,
};

pub(crate) async fn run(
    command: ContributionCommand,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
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
            output.message(list, |list| lines(&list.contributions, line, "no contributions"))
        }
        ContributionCommand::Show { name, version, as_of } => {
            let shown = get(name, version, &as_of, client).await?;
            let returned = returned(&shown, client).await;
            output.message(shown, |shown| format!("{}{returned}", show::whole(shown)))
        }
        ContributionCommand::History { name, all } => {
            let history = history(name, all, client).await?;
            output.message(history, |history| lines(&history.revisions, revision, "no revisions"))
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
) -> Result<pb::EraseContributionResponse, Stop> {
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

async fn get(
    name: ContributionName,
    version: u64,
    as_of: &str,
    client: &Client,
) -> Result<pb::Contribution, Stop> {
    let ContributionName { cycle, organisation, external_id } = name;
    let request = pb::GetContributionRequest {
        id: String::new(),
        cycle,
        organisation,
        external_id,
        version,
        as_of: moment(as_of)?,
    };
    let answer = client.contributions().get_contribution(ask(request)).await?.into_inner();
    Ok(answer.contribution.unwrap_or_default())
}

/// Every contribution that a request lists, page by page.
pub(crate) async fn list(
    request: pb::ListContributionsRequest,
    client: &Client,
) -> Result<pb::ListContributionsResponse, Stop> {
    let contributions = all_pages(|page_token| {
        let request =
            pb::ListContributionsRequest { page_size: PAGE_SIZE, page_token, ..request.clone() };
        async move {
            let page = client.contributions().list_contributions(ask(request)).await?.into_inner();
            Ok((page.contributions, page.next_page_token))
        }
    })
    .await?;
    Ok(pb::ListContributionsResponse { contributions, ..Default::default() })
}

async fn history(
    name: ContributionName,
    show_autosaves: bool,
    client: &Client,
) -> Result<pb::ListRevisionsResponse, Stop> {
    let id = get(name, 0, "", client).await?.id;
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
) -> Result<pb::CompareRevisionsResponse, Stop> {
    let id = get(name, 0, "", client).await?.id;
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

fn line(contribution: &pb::Contribution) -> String {
    let pb::Contribution { organisation, external_id, version, update_time, .. } = contribution;
    let state = state(contribution);
    let time = time(update_time.as_ref());
    let content = contribution.content.clone().unwrap_or_default();
    let goals = content.goals.join(", ");
    let together = if content.partners.is_empty() {
        String::new()
    } else {
        format!("  with {}", content.partners.join(", "))
    };
    let mark =
        if contribution.rolled_forward { "  text of the last cycle, not edited" } else { "" };
    format!(
        "{organisation}  {external_id}  {state}  revision {version}  {time}  goals {goals}{together}{mark}"
    )
}

/// What was asked for when a contribution was returned, to who may read that; empty where it was not.
async fn returned(contribution: &pb::Contribution, client: &Client) -> String {
    if contribution.state() != pb::ContributionState::Returned {
        return String::new();
    }
    let request = pb::ListDecisionsRequest { contribution: contribution.id.clone() };
    let Ok(answer) = client.reviews().list_decisions(ask(request)).await else {
        return String::new();
    };
    let decisions = answer.into_inner().decisions;
    let last = decisions.iter().rfind(|one| one.kind() == pb::DecisionKind::Return);
    last.map_or(String::new(), |last| format!("\nreturned: {}", decision::line(last)))
}

fn revision(revision: &pb::RevisionEntry) -> String {
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
