//! `contribution list`, `show`, `history`, `compare` and `erase`.

use model::AnswerStatus;
use wire::storage::{self as pb, DifferenceKind};

use crate::{
    cli::{ContributionCommand, ContributionName},
    client::{Client, ask},
    commands::moment,
    output::Output,
    results::{
        ContributionEntry, ContributionErased, ContributionHistory, ContributionList,
        ContributionShown, DifferenceShown, NarrativeShown, PassageEntry, RevisionShown,
        RevisionsCompared,
    },
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
                page_size: 200,
                as_of: moment(&as_of)?,
                ..pb::ListContributionsRequest::default()
            };
            let list = list(request, client).await?;
            output.result(&list, || listed(&list))
        }
        ContributionCommand::Show { name, version, as_of } => {
            let shown = shown(get(name, version, &as_of, client).await?);
            output.result(&shown, || whole(&shown))
        }
        ContributionCommand::History { name, all } => {
            let history = history(name, all, client).await?;
            output.result(&history, || told(&history))
        }
        ContributionCommand::Erase { name, reason } => {
            let erased = erase(name, reason, client).await?;
            output.result(&erased, || {
                let ContributionErased { contribution, revisions } = &erased;
                format!("{contribution}: the text of {revisions} revisions is erased")
            })
        }
        ContributionCommand::Compare { name, from, to } => {
            let compared = compare(name, from, to, client).await?;
            output.result(&compared, || differences(&compared))
        }
    }
}

async fn erase(
    name: ContributionName,
    reason: String,
    client: &Client,
) -> Result<ContributionErased, Stop> {
    let ContributionName { cycle, organisation, external_id } = name;
    let request = pb::EraseContributionRequest {
        id: String::new(),
        reason,
        cycle,
        organisation,
        external_id,
    };
    let answer = client.people().erase_contribution(ask(request)).await?.into_inner();
    let pb::EraseContributionResponse { revisions, contribution } = answer;
    Ok(ContributionErased { contribution, revisions })
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
    let answer = client.storage().get_contribution(ask(request)).await?.into_inner();
    Ok(answer.contribution.unwrap_or_default())
}

async fn list(
    mut request: pb::ListContributionsRequest,
    client: &Client,
) -> Result<ContributionList, Stop> {
    let mut contributions = Vec::new();
    loop {
        let page = client.storage().list_contributions(ask(request.clone())).await?.into_inner();
        contributions.extend(page.contributions.iter().map(entry));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return Ok(ContributionList { contributions });
        }
    }
}

async fn history(
    name: ContributionName,
    show_autosaves: bool,
    client: &Client,
) -> Result<ContributionHistory, Stop> {
    let id = get(name, 0, "", client).await?.id;
    let mut request = pb::ListRevisionsRequest {
        id: id.clone(),
        show_autosaves,
        page_size: 200,
        page_token: String::new(),
    };
    let mut revisions = Vec::new();
    loop {
        let page = client.history().list_revisions(ask(request.clone())).await?.into_inner();
        revisions.extend(page.revisions.into_iter().map(revision));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return Ok(ContributionHistory { id, revisions });
        }
    }
}

async fn compare(
    name: ContributionName,
    from: u64,
    to: u64,
    client: &Client,
) -> Result<RevisionsCompared, Stop> {
    let id = get(name, 0, "", client).await?.id;
    let request = pb::CompareRevisionsRequest { id, from, to };
    Ok(compared(client.history().compare_revisions(ask(request)).await?.into_inner()))
}

/// What differs, as it is printed.
pub(crate) fn compared(
    pb::CompareRevisionsResponse { from, to, differences }: pb::CompareRevisionsResponse,
) -> RevisionsCompared {
    let differences = differences.into_iter().map(difference).collect();
    RevisionsCompared { from, to, differences }
}

/// Name of a contribution's state.
pub(crate) fn state(contribution: &pb::Contribution) -> String {
    state_name(contribution.state())
}

fn state_name(state: pb::ContributionState) -> String {
    state.as_str_name().trim_start_matches("CONTRIBUTION_STATE_").to_ascii_lowercase()
}

/// Number of the state with a name.
fn state_of(name: &str) -> i32 {
    let name = format!("CONTRIBUTION_STATE_{}", name.to_ascii_uppercase());
    pb::ContributionState::from_str_name(&name).unwrap_or_default().into()
}

/// A moment, RFC 3339.
pub(crate) fn time(time: Option<prost_types::Timestamp>) -> String {
    let millis = time.as_ref().map_or(0, |time| wire::instant(time).0);
    jiff::Timestamp::from_millisecond(millis).map_or(String::new(), |time| time.to_string())
}

fn entry(contribution: &pb::Contribution) -> ContributionEntry {
    let content = contribution.content.clone().unwrap_or_default();
    ContributionEntry {
        organisation: contribution.organisation.clone(),
        external_id: contribution.external_id.clone(),
        state: state(contribution),
        version: contribution.version,
        goals: content.goals,
        indicators: content.indicators,
        rolled_forward: contribution.rolled_forward,
        update_time: time(contribution.update_time),
    }
}

fn shown(contribution: pb::Contribution) -> ContributionShown {
    let content = contribution.content.clone().unwrap_or_default();
    let answer = AnswerStatus::try_from(content.answer()).map_or("", AnswerStatus::name);
    let is_erased = content.kind() == pb::ContributionKind::Erased;
    let passage = |pb::Passage { id, language, text }| PassageEntry { id, language, text };
    let narrative = |pb::Narrative { language, markdown }| NarrativeShown { language, markdown };
    ContributionShown {
        entry: entry(&contribution),
        id: contribution.id,
        cycle: contribution.cycle,
        etag: contribution.etag,
        content_hash: contribution.content_hash,
        author: contribution.author,
        answer: answer.to_owned(),
        erased_reason: is_erased.then(|| content.note.clone()),
        approved_version: contribution.approved_version,
        narratives: content.narratives.into_iter().map(narrative).collect(),
        passages: contribution.passages.into_iter().map(passage).collect(),
        figures: content.figures.len(),
        references: content.references.len(),
    }
}

fn revision(entry: pb::RevisionEntry) -> RevisionShown {
    RevisionShown {
        version: entry.version,
        state: state_name(entry.state()),
        time: time(entry.time),
        author: entry.author,
        content_hash: entry.content_hash,
        autosave: entry.autosave,
        left_out: entry.left_out,
    }
}

fn difference(difference: pb::Difference) -> DifferenceShown {
    let kind = difference.kind().as_str_name().trim_start_matches("DIFFERENCE_KIND_");
    let kind = kind.to_ascii_lowercase();
    let run = |run: pb::WordRun| match run.kind() {
        DifferenceKind::Added => format!("{{+{}+}}", run.text),
        DifferenceKind::Removed => format!("[-{}-]", run.text),
        DifferenceKind::Changed | DifferenceKind::Unspecified => run.text,
    };
    let pb::Difference { field, passage, kind: _, before, after, words } = difference;
    let words = words.into_iter().map(run).collect();
    DifferenceShown { field, passage, kind, before, after, words }
}

fn listed(list: &ContributionList) -> String {
    if list.contributions.is_empty() {
        return "no contributions".to_owned();
    }
    list.contributions.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(entry: &ContributionEntry) -> String {
    let ContributionEntry { organisation, external_id, state, version, goals, update_time, .. } =
        entry;
    let goals = goals.join(", ");
    let mark = if entry.rolled_forward { "  text of the last cycle, not edited" } else { "" };
    format!(
        "{organisation}  {external_id}  {state}  revision {version}  {update_time}  goals {goals}{mark}"
    )
}

fn whole(contribution: &ContributionShown) -> String {
    let ContributionShown { entry, etag, author, answer, narratives, figures, references, .. } =
        contribution;
    let text = |NarrativeShown { language, markdown }: &NarrativeShown| {
        format!("\n[{language}]\n{markdown}")
    };
    let texts = narratives.iter().map(text).collect::<Vec<_>>().join("\n");
    let head = line(entry);
    if let Some(reason) = &contribution.erased_reason {
        return format!("{head}\nits text was erased: {reason}");
    }
    format!(
        "{head}\netag {etag}, saved by {author}\nanswer {answer}, figures {figures}, references {references}\n{texts}"
    )
}

fn told(history: &ContributionHistory) -> String {
    let line = |revision: &RevisionShown| {
        let RevisionShown { version, state, time, author, content_hash, autosave, left_out } =
            revision;
        let how = if *autosave { "  saved while writing" } else { "" };
        let more = if *left_out == 0 {
            String::new()
        } else {
            format!("  ({left_out} earlier ones of the run left out; --all shows them)")
        };
        format!(
            "{version}  {state}  {time}  {author}  {}{how}{more}",
            &content_hash[..16.min(content_hash.len())]
        )
    };
    history.revisions.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What differs, part by part.
pub(crate) fn differences(compared: &RevisionsCompared) -> String {
    let RevisionsCompared { from, to, differences } = compared;
    let head = format!("revision {from} against {to}");
    if differences.is_empty() {
        return format!("{head}: the same content");
    }
    let part = |difference: &DifferenceShown| {
        let DifferenceShown { field, passage, kind, before, after, words } = difference;
        let place = if passage.is_empty() { field.clone() } else { format!("{field} {passage}") };
        let what = match (words.is_empty(), kind.as_str()) {
            (false, _) => words.clone(),
            (true, "added") => format!("{{+{after}+}}"),
            (true, "removed") => format!("[-{before}-]"),
            (true, _) => format!("[-{before}-]{{+{after}+}}"),
        };
        format!("{place} {kind}\n  {what}")
    };
    let parts: Vec<String> = differences.iter().map(part).collect();
    format!("{head}\n{}", parts.join("\n"))
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
