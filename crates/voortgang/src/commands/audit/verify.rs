//! `audit verify`: offline, by the verifier that shares nothing with storage.

use std::{fs, fs::File, io::BufReader, path::Path};

use audit::{Finding, PublicKey, Report};

use crate::{
    error::{Error, UNSOUND},
    output::{Output, note},
    results::{AuditFinding, AuditVerified},
};

pub(crate) fn run(
    export: &Path,
    keys: &[String],
    anchors: Option<&Path>,
    output: Output,
) -> Result<(), Error> {
    let keys: Vec<PublicKey> = keys.iter().map(|key| read_key(key)).collect::<Result<_, _>>()?;
    let anchors = match anchors {
        Some(folder) => {
            audit::read_anchors(folder).map_err(|error| Error::failed(error.to_string()))?
        }
        None => Vec::new(),
    };
    let unreadable = |error: std::io::Error| {
        Error::failed(format!("`{}` cannot be read: {error}", export.display()))
    };
    let file = BufReader::new(File::open(export).map_err(unreadable)?);
    let report = audit::verify(file, &keys, &anchors).map_err(unreadable)?;
    let verified = shown(report);
    output.result(&verified, || text(&verified))?;
    if !verified.sound {
        return Err(Error::silent(UNSOUND));
    }
    if anchors.is_empty() {
        note("without --anchors nothing shows whether the end was cut off or all was rewritten");
    }
    Ok(())
}

/// The key itself, or the file that holds it.
fn read_key(text: &str) -> Result<PublicKey, Error> {
    text.parse().or_else(|invalid: audit::InvalidKey| {
        let held = fs::read_to_string(text).map_err(|_| {
            Error::failed(format!("`{text}` is {invalid}, nor a file that can be read"))
        })?;
        held.parse().map_err(|invalid| Error::failed(format!("`{text}` holds {invalid}")))
    })
}

fn shown(report: Report) -> AuditVerified {
    let Report { entries, checkpoints, anchors, rows, anchored_until, head, finding } = report;
    let finding = finding.map(|Finding { position, reason, message }| AuditFinding {
        position,
        reason: reason.name().to_owned(),
        message,
    });
    AuditVerified {
        sound: finding.is_none(),
        entries,
        checkpoints,
        anchors,
        rows,
        anchored_until,
        head: (!head.is_empty()).then_some(head),
        finding,
    }
}

fn text(verified: &AuditVerified) -> String {
    let AuditVerified { entries, checkpoints, anchors, rows, anchored_until, finding, .. } =
        verified;
    match finding {
        None => format!(
            "sound: {entries} entries, {rows} rows, {checkpoints} checkpoints, {anchors} anchors; signed up to entry {anchored_until}"
        ),
        Some(AuditFinding { position, reason, message }) => {
            format!("not sound: entry {position}: {message} ({reason})")
        }
    }
}
