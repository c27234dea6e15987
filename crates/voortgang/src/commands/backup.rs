//! `backup`: copies an embedded installation while it runs, without calling it.
//!
//! Invariant: every file that the copied database names is in the backup. Files come and go while it is made, so that they are
//! taken before the database, for those that go, and again after it, for those that came. The bus is left out: what it holds
//! follows from the record, which publishes it anew after a restore.

mod list;
mod source;

use std::path::Path;

use backup::{Check, Folder, Manifest, Recipients, Writer};
use indicatif::ProgressBar;
use model::Instant;

pub(crate) use crate::commands::backup::source::DATABASE;
use crate::{
    cli::{BackupArgs, BackupCommand},
    commands::backup::source::{Source, SourceFile},
    config::Config,
    error::Error,
    output::{Output, counted, note, progress},
    results::BackupMade,
};

pub(crate) async fn run(arguments: BackupArgs, output: Output) -> Result<(), Error> {
    let BackupArgs { command, dir, data, config, recipients, verify, keep } = arguments;
    match (command, dir) {
        (Some(BackupCommand::List { dir }), _) => list::list(&Folder::new(&dir), output),
        (Some(BackupCommand::Verify { dir }), _) => list::verify(&Folder::new(&dir), output),
        (None, Some(dir)) => {
            let mut config = Config::load(config.as_deref())?;
            config.data = data.unwrap_or(config.data);
            let source = Source::of(&config.placed())?;
            let check = if verify { Check::Bytes } else { Check::Size };
            make(&source, &dir, (&recipients, check), keep, output).await
        }
        (None, None) => Err(Error::failed("name the folder of backups")),
    }
}

async fn make(
    source: &Source,
    dir: &Path,
    (recipients, check): (&[String], Check),
    keep: Option<u32>,
    output: Output,
) -> Result<(), Error> {
    if recipients.is_empty() {
        note(
            "the backup is not encrypted and holds keys of the server: keep it as safe as the data folder, or name a --recipient",
        );
    }
    let folder = Folder::new(dir);
    let recipients = Recipients::parse(recipients).map_err(failed)?;
    let mut writer = Writer::begin(&folder, recipients, check).map_err(failed)?;
    let time = copy(source, &mut writer).await?;
    let stored_bytes = writer.stored();
    let manifest = writer.finish(time, env!("CARGO_PKG_VERSION")).map_err(failed)?;
    let removed = keep.map_or(Ok(0), |keep| folder.prune(keep as usize)).map_err(failed)?;
    let Manifest { time, ref recipients, ref files, .. } = manifest;
    let made = BackupMade {
        time: time.to_string(),
        files: files.len() as u64,
        bytes: manifest.size(),
        stored_bytes,
        encrypted: !recipients.is_empty(),
        removed: removed as u64,
    };
    output.result(&made, || text(&made))
}

/// Copies everything; returns the moment before which all that was acknowledged is in the copy.
async fn copy(source: &Source, writer: &mut Writer<'_>) -> Result<Instant, Error> {
    let before = source.files_before()?;
    let bar = progress(before.len() as u64 + 1, "files");
    add_all(writer, &before, &bar)?;
    let time = Instant(runtime::now_millis());
    source.add_database(writer).await?;
    let after = source.files_since(&before)?;
    bar.inc_length(after.len() as u64);
    add_all(writer, &after, &bar)?;
    bar.finish_and_clear();
    Ok(time)
}

fn add_all(writer: &mut Writer<'_>, files: &[SourceFile], bar: &ProgressBar) -> Result<(), Error> {
    for SourceFile { path, file, name } in files {
        match name {
            Some(name) => writer.add_named(path.clone(), file, *name),
            None => writer.add(path.clone(), file),
        }
        .map_err(failed)?;
        bar.inc(1);
    }
    Ok(())
}

fn text(made: &BackupMade) -> String {
    let BackupMade { time, files, bytes, stored_bytes, encrypted: _, removed } = made;
    let removed = if *removed == 0 { String::new() } else { format!(", {removed} older removed") };
    format!(
        "backup of {time}: {}, {bytes} bytes, of which {stored_bytes} are new{removed}",
        counted(*files, "file")
    )
}

/// A failure of the folder of backups.
pub(crate) fn failed(error: backup::Error) -> Error {
    anyhow::Error::from(error).into()
}
