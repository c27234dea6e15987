//! `edition list` and `show`.

use rpc::all_pages;
use wire::v1 as pb;

use crate::{
    cli::EditionCommand,
    client::{Client, PAGE_SIZE, ask},
    commands::{
        lines,
        names::Names,
        publish::{changes, errors, open_gaps, state},
        some, time,
    },
    error::Error,
    output::Output,
};

pub(crate) async fn run(
    command: EditionCommand,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    match command {
        EditionCommand::List { cycle } => {
            let editions = list(cycle, client).await?;
            output.message(editions, |list| lines(&list.editions, line, "no edition yet"))
        }
        EditionCommand::Show { name } => {
            let request = pb::GetEditionRequest { name };
            let answer = client.editions().get_edition(ask(request)).await?.into_inner();
            let edition = answer.edition.unwrap_or_default();
            let actors = edition.changes.iter().map(|change| change.actor.as_str());
            let names = Names::of(actors, client, output).await;
            output.message(edition, |edition| whole(edition, &names))
        }
    }
}

async fn list(cycle: String, client: &Client) -> Result<pb::ListEditionsResponse, Error> {
    let editions = all_pages(|page_token| {
        let cycle = cycle.clone();
        let request = pb::ListEditionsRequest { cycle, page_size: PAGE_SIZE, page_token };
        async move {
            let page = client.editions().list_editions(ask(request)).await?.into_inner();
            Ok((page.editions, page.next_page_token))
        }
    })
    .await?;
    Ok(pb::ListEditionsResponse { editions, ..Default::default() })
}

/// The edition in a line; of one that was withdrawn the reason.
fn line(edition: &pb::Edition) -> String {
    let pb::Edition { name, date, contribution_count, withdraw_reason, .. } = edition;
    let state = state(edition);
    let why = some(withdraw_reason)
        .map_or(String::new(), |why| format!("  {}: {why}", time(edition.withdraw_time.as_ref())));
    format!("{name}  {state}  {date}  {contribution_count} contributions{why}")
}

fn whole(edition: &pb::Edition, names: &Names) -> String {
    let file = |file: &pb::Artefact| format!("{}  sha256 {}", file.file_name, file.sha256);
    let left_out = |one: &pb::Exclusion| {
        format!("left out: {}/{}: {}", one.organisation, one.contribution, one.reason)
    };
    let published = time(edition.publish_time.as_ref());
    let published = some(&published).map(|at| format!("published {at}"));
    let files = edition.artefacts.iter().map(file);
    let exclusions = edition.exclusions.iter().map(left_out);
    let failed = errors(edition).into_iter().map(|error| format!("error: {error}"));
    let parts = [line(edition)].into_iter().chain(published).chain(files).chain(exclusions);
    let lines: Vec<String> = parts.chain(failed).collect();
    format!("{}\n{}{}", lines.join("\n"), changes(edition, names), open_gaps(edition))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_withdrawn_edition_says_why() {
        let edition = pb::Edition {
            name: "plan/2021/2".into(),
            date: "2022-03-01".into(),
            state: pb::EditionState::Withdrawn.into(),
            withdraw_reason: "Noemt iemand.".into(),
            changed_from: "plan/2021/1".into(),
            changes: vec![pb::EditionChange {
                kind: pb::EditionChangeKind::Changed.into(),
                organisation: "alfa".into(),
                contribution: "a-1".into(),
                actor: String::new(),
            }],
            ..pb::Edition::default()
        };
        assert!(line(&edition).ends_with(": Noemt iemand."), "{}", line(&edition));
        let shown = whole(&edition, &Names::default());
        assert!(shown.contains("since plan/2021/1: changed: alfa/a-1"), "{shown}");
    }
}
