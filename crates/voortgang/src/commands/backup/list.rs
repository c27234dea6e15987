//! `backup list` and `backup verify`.

use std::collections::BTreeMap;

use backup::{Folder, Manifest};

use crate::{
    commands::backup::failed,
    error::Error,
    output::{Output, counted, progress},
    results::{BackupList, BackupShown, BackupsVerified},
};

pub(crate) fn list(folder: &Folder, output: Output) -> Result<(), Error> {
    folder.choose(None).map_err(failed)?;
    let backups = folder.list().map_err(failed)?.iter().map(shown).collect();
    let list = BackupList { backups };
    output.result(&list, || list.backups.iter().map(line).collect())
}

/// Checks every stored file once, however many backups share it, and names each that is damaged.
pub(crate) fn verify(folder: &Folder, output: Output) -> Result<(), Error> {
    folder.choose(None).map_err(failed)?;
    let backups = folder.list().map_err(failed)?;
    let entries = backups.iter().flat_map(|manifest| &manifest.files);
    let parts: BTreeMap<_, _> = entries.map(|entry| (entry.part, entry)).collect();
    let bar = progress(parts.len() as u64, "files");
    let mut damaged = Vec::new();
    for entry in parts.values() {
        damaged.extend(folder.verify(entry).err().map(|error| failed(error).message));
        bar.inc(1);
    }
    bar.finish_and_clear();
    if !damaged.is_empty() {
        return Err(Error::failed(damaged.join("\n")));
    }
    let verified =
        BackupsVerified { backups: backups.len() as u64, stored_files: parts.len() as u64 };
    output.result(&verified, || {
        let BackupsVerified { backups, stored_files } = &verified;
        let (backups, files) = (counted(*backups, "backup"), counted(*stored_files, "stored file"));
        format!("whole: {backups}, {files}")
    })
}

fn shown(manifest: &Manifest) -> BackupShown {
    BackupShown {
        time: manifest.time.to_string(),
        program: manifest.program.clone(),
        files: manifest.files.len() as u64,
        bytes: manifest.size(),
        recipients: manifest.recipients.clone(),
    }
}

fn line(backup: &BackupShown) -> String {
    let BackupShown { time, program, files, bytes, recipients } = backup;
    let encrypted = if recipients.is_empty() { "" } else { ", encrypted" };
    let files = counted(*files, "file");
    format!("{time}  {files}, {bytes} bytes, by version {program}{encrypted}\n")
}
