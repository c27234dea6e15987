//! `restore`: makes a data folder out of a backup.
//!
//! Invariant: the folder appears whole or not at all.

use std::{
    fs::{self, File},
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

use backup::{Folder, Identities, Manifest};

use crate::{
    cli::RestoreArgs,
    commands::backup::{DATABASE, failed},
    config::Config,
    error::Error,
    output::{Output, note, progress},
    results::Restored,
    server::{SystemClock, SystemIds},
};

pub(crate) async fn run(arguments: RestoreArgs, output: Output) -> Result<(), Error> {
    let RestoreArgs { dir, data, at, identity } = arguments;
    refuse_used(&data)?;
    let folder = Folder::new(&dir);
    let manifest = folder.choose(at).map_err(failed)?;
    let keys = identity.as_deref().map_or_else(|| Ok(Identities::default()), Identities::read);
    verify(&folder, &manifest)?;
    let fresh = fresh_beside(&data)?;
    extract(&folder, &manifest, &keys.map_err(failed)?, &fresh)?;
    begin_epoch(&fresh).await?;
    File::open(&fresh)?.sync_all()?;
    fs::rename(&fresh, &data)?;
    let restored = Restored {
        data: data.display().to_string(),
        time: manifest.time.to_string(),
        files: manifest.files.len() as u64,
        bytes: manifest.size(),
    };
    output.result(&restored, || text(&restored))?;
    note(format!(
        "withdraw, erase and revoke again what was withdrawn, erased and revoked after {}; docs/OPERATIONS.md has the list",
        restored.time
    ));
    Ok(())
}

/// All is read and checked before anything is written.
fn verify(folder: &Folder, manifest: &Manifest) -> Result<(), Error> {
    let bar = progress(manifest.files.len() as u64, "checked");
    for entry in &manifest.files {
        folder.verify(entry).map_err(failed)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    if manifest.files.iter().any(|entry| entry.path.as_str() == DATABASE) {
        return Ok(());
    }
    Err(Error::failed(format!("the backup of {} holds no database", manifest.time)))
}

fn extract(
    folder: &Folder,
    manifest: &Manifest,
    keys: &Identities,
    to: &Path,
) -> Result<(), Error> {
    let bar = progress(manifest.files.len() as u64, "restored");
    for entry in &manifest.files {
        folder.extract(manifest, entry, keys, to).map_err(failed)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

async fn begin_epoch(data: &Path) -> Result<(), Error> {
    let config = Config { data: data.to_owned(), ..Config::default() }.placed();
    storage::begin_epoch(&config.storage, Arc::new(SystemClock), Arc::new(SystemIds))
        .await
        .map_err(|error| anyhow::Error::from(error).into())
}

fn refuse_used(data: &Path) -> Result<(), Error> {
    let is_empty = match fs::read_dir(data) {
        Err(error) if error.kind() == ErrorKind::NotFound => true,
        entries => entries?.next().is_none(),
    };
    if is_empty {
        return Ok(());
    }
    Err(Error::failed(format!(
        "`{}` is not empty: name a new folder with --data, and move it into place afterwards",
        data.display()
    )))
}

/// A folder on the same disk, for what is not whole yet; what an earlier restore left there is removed.
fn fresh_beside(data: &Path) -> Result<PathBuf, Error> {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".restoring");
    let fresh = data.with_file_name(name);
    match fs::remove_dir_all(&fresh) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    fs::create_dir_all(&fresh)?;
    Ok(fresh)
}

fn text(restored: &Restored) -> String {
    let Restored { data, time, files, bytes } = restored;
    format!(
        "restored the backup of {time}: {files} files, {bytes} bytes; start it with `voortgang up --data {data}`"
    )
}
