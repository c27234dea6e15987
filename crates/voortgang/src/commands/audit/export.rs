//! `audit export`: the log as it streams in, never the whole of it in memory.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::Path,
};

use audit::{Checkpoint, Entry, Line, Row};
use data_encoding::HEXLOWER;
use wire::v1::{self as pb, export_audit_response::Part};

use crate::{
    client::Client, commands::audit::millis, error::Error, output::Output, results::AuditExported,
};

/// The file appears under its name only once it is whole.
pub(crate) async fn run(file: &Path, client: &Client, output: Output) -> Result<(), Error> {
    let part = file.with_added_extension("part");
    let unwritable = |error: std::io::Error| {
        Error::failed(format!("`{}` cannot be written: {error}", part.display()))
    };
    let mut writer = BufWriter::new(File::create(&part).map_err(unwritable)?);
    let mut exported =
        AuditExported { file: file.display().to_string(), entries: 0, checkpoints: 0, rows: 0 };
    let mut parts = client.audit().export_audit(pb::ExportAuditRequest {}).await?.into_inner();
    while let Some(message) = parts.message().await? {
        let line = match message.part {
            Some(Part::Entry(found)) => {
                exported.entries += 1;
                Line::Entry(entry(found))
            }
            Some(Part::Checkpoint(found)) => {
                exported.checkpoints += 1;
                Line::Checkpoint(checkpoint(found))
            }
            Some(Part::Row(pb::RecordedRow { position, name, hash })) => {
                exported.rows += 1;
                Line::Row(Row { position, name: name.into(), hash: hash.into() })
            }
            Some(Part::Names(pb::RecordedNames { names })) => Line::Names(names),
            None => continue,
        };
        serde_json::to_writer(&mut writer, &line).map_err(|error| unwritable(error.into()))?;
        writer.write_all(b"\n").map_err(unwritable)?;
    }
    let whole = writer.into_inner().map_err(|error| unwritable(error.into_error()))?;
    whole.sync_all().and_then(|()| fs::rename(&part, file)).map_err(unwritable)?;
    output.result(&exported, || {
        let AuditExported { file, entries, checkpoints, rows } = &exported;
        format!("{entries} entries with {rows} rows, and {checkpoints} checkpoints in {file}")
    })
}

fn entry(entry: pb::AuditEntry) -> Entry<'static> {
    let pb::AuditEntry {
        position,
        time,
        actor,
        origin,
        action,
        object,
        result,
        payload_hash,
        chain_hash,
        rows,
    } = entry;
    Entry {
        position,
        time_millis: millis(time),
        actor: actor.into(),
        origin: origin.into(),
        action: action.into(),
        object: object.into(),
        result: result.into(),
        payload_hash: payload_hash.into(),
        rows: rows.into(),
        chain_hash: chain_hash.into(),
    }
}

fn checkpoint(checkpoint: pb::Checkpoint) -> Checkpoint<'static> {
    let pb::Checkpoint { position, chain_hash, time, cause, key, signature } = checkpoint;
    Checkpoint {
        position,
        chain_hash: chain_hash.into(),
        time_millis: millis(time),
        cause: cause.into(),
        key: key.into(),
        signature: HEXLOWER.encode(&signature).into(),
    }
}
