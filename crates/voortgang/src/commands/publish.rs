//! `publish`: pins an edition, waits for it, and fetches its files.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use model::{Format, Hash};
use tokio::time::Instant;
use wire::{search::GetSearchStatusRequest, storage as pb};

use crate::{
    cli::PublishArgs,
    client::{Client, ask},
    output::{Output, note, progress},
    results::{FileShown, Published},
    stop::{FAILED, NOT_READY, Stop},
};

/// Pause between the first two looks at an edition that is being rendered; later ones are longer, since each look at what is not
/// public yet has an entry in the audit log.
const PAUSE: Duration = Duration::from_millis(100);
/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How long search may lag behind.
const SEARCH_PATIENCE: Duration = Duration::from_secs(30);
/// As many answers in a row: each may come from another replica.
const SEARCH_ANSWERS: u32 = 12;

pub(crate) async fn run(
    arguments: PublishArgs,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    let published = publish(&arguments, client).await?;
    output.result(&published, || text(&published))?;
    for error in &published.errors {
        note(format_args!("error: {error}"));
    }
    if published.errors.is_empty() { Ok(()) } else { Err(Stop::silent(FAILED)) }
}

/// Publishes an edition as the arguments say.
pub(crate) async fn publish(arguments: &PublishArgs, client: &Client) -> Result<Published, Stop> {
    let pb::PublishEditionResponse { edition, created } =
        client.storage().publish_edition(ask(order(arguments)?)).await?.into_inner();
    let mut edition = edition.unwrap_or_default();
    if arguments.retry && edition.state() == pb::EditionState::Failed {
        let request = pb::RetryEditionRequest { name: edition.name.clone() };
        edition = client
            .storage()
            .retry_edition(ask(request))
            .await?
            .into_inner()
            .edition
            .unwrap_or_default();
    }
    if arguments.wait || arguments.out.is_some() {
        edition = wait(edition.name, Duration::from_secs(arguments.timeout), client).await?;
        if edition.state() == pb::EditionState::Published && !is_found(client).await {
            note("it is published; search does not know it yet");
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
    Ok(shown(edition, created, files))
}

fn order(arguments: &PublishArgs) -> Result<pb::PublishEditionRequest, Stop> {
    let format = |name: &String| {
        let format = Format::from_name(name).ok_or_else(|| {
            Stop::failed(format!("`{name}` is no format; there are pdf, html and json"))
        })?;
        Ok(pb::Format::from(format).into())
    };
    Ok(pb::PublishEditionRequest {
        cycle: arguments.cycle.clone(),
        date: arguments.date.clone(),
        formats: arguments.format.iter().map(format).collect::<Result<_, Stop>>()?,
        languages: arguments.language.clone(),
        request_id: String::new(),
        override_reason: arguments.override_reason.clone(),
    })
}

async fn wait(name: String, patience: Duration, client: &Client) -> Result<pb::Edition, Stop> {
    let deadline = Instant::now() + patience;
    let bar = progress(1, "rendering");
    let mut pause = PAUSE;
    loop {
        let request = pb::GetEditionRequest { name: name.clone() };
        let edition = client
            .storage()
            .get_edition(ask(request))
            .await?
            .into_inner()
            .edition
            .unwrap_or_default();
        bar.set_length(edition.jobs.len() as u64);
        bar.set_position(edition.artefacts.len() as u64);
        let is_settled = edition
            .jobs
            .iter()
            .all(|job| matches!(job.state(), pb::JobState::Done | pb::JobState::Failed));
        if edition.state() == pb::EditionState::Published || is_settled {
            bar.finish_and_clear();
            return Ok(edition);
        }
        if deadline <= Instant::now() {
            let message = format!(
                "`{name}` is not published after {} seconds; it goes on: look with `voortgang status`, or wait longer with --timeout",
                patience.as_secs()
            );
            return Err(Stop { code: NOT_READY, ..Stop::failed(message) });
        }
        tokio::time::sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

/// Waits until search knows all that storage knows, so that whoever searches next finds the edition.
async fn is_found(client: &Client) -> bool {
    let Ok(status) = client.storage().get_storage_status(ask(pb::GetStorageStatusRequest {})).await
    else {
        return false;
    };
    let position = status.into_inner().last_position;
    let deadline = Instant::now() + SEARCH_PATIENCE;
    let mut answers = 0;
    while answers < SEARCH_ANSWERS && Instant::now() < deadline {
        let status = client.search().get_search_status(ask(GetSearchStatusRequest {})).await;
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

/// Fetches a file, and holds it against its hash before it is written under its name.
async fn fetch(
    artefact: &pb::Artefact,
    out: Option<&Path>,
    client: &Client,
) -> Result<FileShown, Stop> {
    let mut path = None;
    if let Some(out) = out {
        let request = pb::DownloadArtefactRequest { sha256: artefact.sha256.clone() };
        let mut stream = client.storage().download_artefact(ask(request)).await?.into_inner();
        let mut bytes = Vec::new();
        while let Some(message) = stream.message().await? {
            bytes.extend_from_slice(&message.chunk);
        }
        if Hash::of(&bytes).to_string() != artefact.sha256 {
            return Err(Stop::failed(format!(
                "`{}` arrived damaged; try again",
                artefact.file_name
            )));
        }
        path = Some(write(out, &artefact.file_name, &bytes)?);
    }
    let format = Format::try_from(artefact.format()).map_or("", Format::name);
    Ok(FileShown {
        format: format.to_owned(),
        language: artefact.language.clone(),
        name: artefact.file_name.clone(),
        sha256: artefact.sha256.clone(),
        size: artefact.size,
        path: path.map(|path| path.display().to_string()),
    })
}

fn write(out: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, Stop> {
    let path = out.join(name);
    let written = std::fs::create_dir_all(out).and_then(|()| std::fs::write(&path, bytes));
    written.map_err(|error| {
        Stop::failed(format!("`{}` cannot be written: {error}", path.display()))
    })?;
    Ok(path)
}

fn shown(edition: pb::Edition, created: bool, files: Vec<FileShown>) -> Published {
    let state = match edition.state() {
        pb::EditionState::Published => "published",
        pb::EditionState::Failed => "failed",
        pb::EditionState::Withdrawn => "withdrawn",
        pb::EditionState::Rendering | pb::EditionState::Unspecified => "rendering",
    };
    let failed =
        edition.jobs.into_iter().filter(|job| job.state == i32::from(pb::JobState::Failed));
    Published {
        edition: edition.name,
        state: state.to_owned(),
        date: edition.date,
        created,
        manifest_hash: edition.manifest_hash,
        contributions: edition.contribution_count,
        files,
        errors: failed.map(|job| format!("{}: {}", job.name, job.error)).collect(),
    }
}

fn text(published: &Published) -> String {
    let Published { edition, state, created, contributions, files, .. } = published;
    let how = if *created { "" } else { " (it had this content already)" };
    let head = format!("{edition} {state}, {contributions} contributions{how}\n");
    let file = |file: &FileShown| {
        format!(
            "{}  {} bytes  sha256 {}\n",
            file.path.as_ref().unwrap_or(&file.name),
            file.size,
            file.sha256
        )
    };
    head + &files.iter().map(file).collect::<String>()
}
