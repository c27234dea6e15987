//! `publish`: pins an edition, waits for it, and fetches its files.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use model::{Format, Hash};
use tokio::time::Instant;
use wire::v1::{self as pb, GetSearchStatusRequest};

use crate::{
    cli::PublishArgs,
    client::{Client, ask},
    commands::{names::Names, some, word},
    error::{Error, FAILED, NOT_READY},
    output::{Output, note, progress},
    results::{FileShown, Message, Published},
};

/// Pause between the first two polls of an edition that is being rendered. Later ones are longer, since each poll of what is
/// not public yet has an entry in the audit log.
const PAUSE: Duration = Duration::from_millis(100);
/// The longest pause between two polls.
const MAX_PAUSE: Duration = Duration::from_secs(1);
/// How long search may lag behind.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(30);
/// How many answers in a row must be up to date: each may come from another replica.
const SEARCH_ANSWERS: u32 = 12;

pub(crate) async fn run(
    arguments: PublishArgs,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    let published = publish(&arguments, client).await?;
    let actors = published.edition.0.changes.iter().map(|change| change.actor.as_str());
    let names = Names::of(actors, client, output).await;
    output.result(&published, || text(&published, &names))?;
    let errors = errors(&published.edition.0);
    for error in &errors {
        note(format_args!("error: {error}"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::silent(FAILED)) }
}

/// The state of an edition in a word.
pub(crate) fn state(edition: &pb::Edition) -> String {
    word(edition.state().as_str_name(), "EDITION_STATE_")
}

/// Why files of an edition could not be made.
pub(crate) fn errors(edition: &pb::Edition) -> Vec<String> {
    let failed = edition.jobs.iter().filter(|job| job.state() == pb::JobState::Failed);
    failed.map(|job| format!("{}: {}", job.name, job.error)).collect()
}

/// Publishes an edition as the arguments say.
pub(crate) async fn publish(arguments: &PublishArgs, client: &Client) -> Result<Published, Error> {
    let pb::PublishEditionResponse { edition, created } =
        client.editions().publish_edition(ask(order(arguments)?)).await?.into_inner();
    let mut edition = edition.unwrap_or_default();
    if arguments.retry && !errors(&edition).is_empty() {
        let request = pb::RetryEditionRequest { name: edition.name.clone() };
        edition = client
            .editions()
            .retry_edition(ask(request))
            .await?
            .into_inner()
            .edition
            .unwrap_or_default();
    }
    if arguments.wait || arguments.out.is_some() {
        edition = wait(edition.name, Duration::from_secs(arguments.timeout), client).await?;
        if edition.state() == pb::EditionState::Published && !is_found(client).await {
            note("it is published; search has not indexed it yet");
        }
    }
    let mut files = Vec::new();
    for artefact in &edition.artefacts {
        let is_asked = arguments.format.iter().any(|name| {
            Format::from_name(name)
                .is_some_and(|format| pb::Format::from(format) == artefact.format())
        });
        if is_asked && edition.state() == pb::EditionState::Published {
            files.push(fetch(artefact, arguments.out.as_deref(), client).await?);
        }
    }
    Ok(Published { edition: Message(edition), created, files })
}

fn order(arguments: &PublishArgs) -> Result<pb::PublishEditionRequest, Error> {
    let format = |name: &String| {
        let format = Format::from_name(name).ok_or_else(|| {
            let known = Format::ALL.map(Format::name).join(", ");
            Error::failed(format!("`{name}` is no format; there are {known}"))
        })?;
        Ok(pb::Format::from(format).into())
    };
    let exclusion = |name: &String| {
        let (organisation, contribution) = name.split_once('/').ok_or_else(|| {
            Error::failed(format!("`{name}` is no contribution; one is `ORGANISATION/ID`"))
        })?;
        Ok(pb::Exclusion {
            organisation: organisation.to_owned(),
            contribution: contribution.to_owned(),
            reason: arguments.leave_out_reason.clone(),
        })
    };
    Ok(pb::PublishEditionRequest {
        cycle: arguments.cycle.clone(),
        date: arguments.date.clone(),
        formats: arguments.format.iter().map(format).collect::<Result<_, Error>>()?,
        languages: arguments.language.clone(),
        request_id: String::new(),
        override_reason: arguments.override_reason.clone(),
        exclusions: arguments.leave_out.iter().map(exclusion).collect::<Result<_, Error>>()?,
    })
}

/// Waits until no file of an edition is to be rendered any more.
pub(crate) async fn wait(
    name: String,
    timeout: Duration,
    client: &Client,
) -> Result<pb::Edition, Error> {
    let deadline = Instant::now() + timeout;
    let bar = progress(1, "rendering");
    let mut pause = PAUSE;
    loop {
        let request = pb::GetEditionRequest { name: name.clone() };
        let edition = client
            .editions()
            .get_edition(ask(request))
            .await?
            .into_inner()
            .edition
            .unwrap_or_default();
        let is_gone = edition.state() == pb::EditionState::Withdrawn;
        bar.set_length(edition.jobs.len() as u64);
        bar.set_position(edition.artefacts.len() as u64);
        let is_settled = edition
            .jobs
            .iter()
            .all(|job| matches!(job.state(), pb::JobState::Done | pb::JobState::Failed));
        if is_settled || is_gone {
            bar.finish_and_clear();
            return Ok(edition);
        }
        if Instant::now() >= deadline {
            let message = format!(
                "`{name}` is not published after {} seconds; rendering goes on: publish again with --wait and a longer --timeout",
                timeout.as_secs()
            );
            return Err(Error { code: NOT_READY, ..Error::failed(message) });
        }
        tokio::time::sleep(pause).await;
        pause = MAX_PAUSE.min(pause * 2);
    }
}

/// Waits until search knows all that storage knows, so that whoever searches next finds the edition.
async fn is_found(client: &Client) -> bool {
    let Ok(status) =
        client.operations().get_storage_status(ask(pb::GetStorageStatusRequest {})).await
    else {
        return false;
    };
    let position = status.into_inner().last_position;
    let deadline = Instant::now() + SEARCH_TIMEOUT;
    let mut answers = 0;
    while answers < SEARCH_ANSWERS && Instant::now() < deadline {
        let status = client.search_index().get_search_status(ask(GetSearchStatusRequest {})).await;
        let is_there = status.is_ok_and(|status| position <= status.into_inner().watermark);
        if is_there {
            answers += 1;
        } else {
            answers = 0;
            tokio::time::sleep(PAUSE).await;
        }
    }
    answers == SEARCH_ANSWERS
}

/// Describes a file, and writes it to the folder where there is one.
async fn fetch(
    artefact: &pb::Artefact,
    out: Option<&Path>,
    client: &Client,
) -> Result<FileShown, Error> {
    let pb::Artefact { sha256, size, file_name, .. } = artefact.clone();
    let path = match out {
        Some(out) => Some(write(out, &file_name, &download(artefact, client).await?)?),
        None => None,
    };
    let path = path.map(|path| path.display().to_string());
    Ok(FileShown { file_name, sha256, size, path })
}

/// Downloads a file and checks its hash.
async fn download(artefact: &pb::Artefact, client: &Client) -> Result<Vec<u8>, Error> {
    let request = pb::DownloadArtefactRequest { sha256: artefact.sha256.clone() };
    let mut stream = client.editions().download_artefact(ask(request)).await?.into_inner();
    let mut bytes = Vec::new();
    while let Some(message) = stream.message().await? {
        bytes.extend_from_slice(&message.chunk);
    }
    if Hash::of(&bytes).to_string() != artefact.sha256 {
        return Err(Error::failed(format!("`{}` arrived damaged; try again", artefact.file_name)));
    }
    Ok(bytes)
}

fn write(out: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, Error> {
    let path = out.join(name);
    let written = std::fs::create_dir_all(out).and_then(|()| std::fs::write(&path, bytes));
    written.map_err(|error| {
        Error::failed(format!("`{}` cannot be written: {error}", path.display()))
    })?;
    Ok(path)
}

fn text(published: &Published, names: &Names) -> String {
    let Published { edition: Message(edition), created, files } = published;
    let state = state(edition);
    let pb::Edition { name, contribution_count, .. } = edition;
    let how = if *created { "" } else { " (it had this content already)" };
    let head = format!("{name} {state}, {contribution_count} contributions{how}\n");
    let file = |file: &FileShown| {
        format!(
            "{}  {} bytes  sha256 {}\n",
            file.path.as_ref().unwrap_or(&file.file_name),
            file.size,
            file.sha256
        )
    };
    head + &changes(edition, names)
        + &open_gaps(edition)
        + &waiting(edition)
        + &files.iter().map(file).collect::<String>()
}

/// What the edition changes, a line for each difference.
pub(crate) fn changes(edition: &pb::Edition, names: &Names) -> String {
    let line = |change: &pb::EditionChange| {
        let kind = word(change.kind().as_str_name(), "EDITION_CHANGE_KIND_").replace('_', " ");
        let of = [change.organisation.as_str(), change.contribution.as_str()];
        let of = of.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        let by = some(&change.actor);
        let by = by.map_or(String::new(), |actor| format!(" by {}", names.with_id(actor)));
        let of = if of.is_empty() { of } else { format!(": {of}") };
        format!("since {}: {kind}{of}{by}\n", edition.changed_from)
    };
    edition.changes.iter().map(line).collect()
}

/// What is still open, a line for each: required, neither answered nor accepted, and printed as open.
pub(crate) fn open_gaps(edition: &pb::Edition) -> String {
    let line = |gap: &pb::Obligation| {
        let pb::Obligation { organisation, goal, indicator, .. } = gap;
        let asked = some(indicator).map_or_else(
            || format!("goal {goal}"),
            |indicator| format!("goal {goal}, indicator {indicator}"),
        );
        format!("open: {organisation} {asked}\n")
    };
    edition.open_gaps.iter().map(line).collect()
}

/// The files that are not there yet.
fn waiting(edition: &pb::Edition) -> String {
    let is_waiting =
        |job: &&pb::Job| matches!(job.state(), pb::JobState::Queued | pb::JobState::Running);
    let names: Vec<&str> =
        edition.jobs.iter().filter(is_waiting).map(|job| job.name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!("being rendered: {}\n", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_named_when_it_is_published() {
        let gap = |organisation: &str, goal: &str, indicator: &str| pb::Obligation {
            organisation: organisation.into(),
            goal: goal.into(),
            indicator: indicator.into(),
            ..pb::Obligation::default()
        };
        let edition = pb::Edition {
            name: "plan/2021/1".into(),
            open_gaps: vec![gap("alfa", "1", ""), gap("beta", "1.1", "1.1-a")],
            ..pb::Edition::default()
        };
        let published = Published { edition: Message(edition), created: true, files: Vec::new() };
        let shown = text(&published, &Names::default());
        assert!(
            shown.ends_with("open: alfa goal 1\nopen: beta goal 1.1, indicator 1.1-a\n"),
            "{shown}"
        );
    }
}
