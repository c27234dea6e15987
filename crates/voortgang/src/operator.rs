//! The token of whoever runs `voortgang up`: every role, in a file that only they can read.
//!
//! Commands find it by the address of the server that they call: a note in the user's state folder
//! (XDG Base Directory Specification) names the file of a server's token. A token is valid for an hour and renewed before that.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use identity::LocalIssuer;
use model::{Grant, Instant, Role};
use tokio_util::sync::CancellationToken;

use crate::error::Error;

/// Subject of the token, under which what the operator does is audited.
const SUBJECT: &str = "local-operator";
/// Seconds that a token holds.
const SECONDS: u32 = 3_600;
/// How often it is renewed.
const RENEWAL: Duration = Duration::from_mins(20);

/// Keeps the operator's token.
#[derive(Debug)]
pub(crate) struct Operator {
    issuer: LocalIssuer,
    file: PathBuf,
    note: Option<PathBuf>,
}

impl Operator {
    /// Writes the first token into the data folder, signed with this key of our own issuer, and the note by which commands find
    /// it by the server's address.
    pub(crate) fn new(key: &Path, data: &Path, address: &str) -> Result<Self, Error> {
        let issuer = issuer(key)?;
        let file = std::path::absolute(data.join("operator.token"))
            .map_err(|error| Error::failed(error.to_string()))?;
        let operator = Self { issuer, file, note: note_of(address) };
        operator.write()?;
        if let Some(note) = &operator.note {
            let written = note.parent().map_or(Ok(()), fs::create_dir_all);
            let text = operator.file.display().to_string();
            if let Err(error) = written.and_then(|()| write_private(note, &text)) {
                tracing::warn!(%error, note = %note.display(), "commands will not find the operator's token by themselves: set VOORTGANG_TOKEN");
            }
        }
        Ok(operator)
    }

    /// Renews the token until `stop`, then takes it back.
    pub(crate) async fn keep(self, stop: CancellationToken) -> anyhow::Result<()> {
        loop {
            tokio::select! {
                () = tokio::time::sleep(RENEWAL) => {}
                () = stop.cancelled() => break,
            }
            if let Err(error) = self.write() {
                tracing::error!(error = error.message, "the operator's token cannot be renewed");
            }
        }
        let _ = fs::remove_file(&self.file);
        if let Some(note) = &self.note {
            let _ = fs::remove_file(note);
        }
        Ok(())
    }

    fn write(&self) -> Result<(), Error> {
        let token = token(&self.issuer, SUBJECT, every_role(), SECONDS)?;
        write_private(&self.file, &token).map_err(|error| {
            let is_full = error.kind() == ErrorKind::StorageFull;
            let hint = if is_full { "; the disk is full: make room" } else { "" };
            Error::failed(format!("`{}` cannot be written: {error}{hint}", self.file.display()))
        })
    }
}

/// Opens the key of our own issuer, and makes it where there is none.
pub(crate) fn issuer(key: &Path) -> Result<LocalIssuer, Error> {
    LocalIssuer::open(key)
        .map_err(|error| Error::failed(format!("key `{}`: {error}", key.display())))
}

/// Every role, for all organisations.
pub(crate) fn every_role() -> Vec<Grant> {
    Role::NAMES.map(|(role, _)| Grant::everywhere(role)).to_vec()
}

/// A token of our own issuer, from now on.
pub(crate) fn token(
    issuer: &LocalIssuer,
    subject: &str,
    grants: Vec<Grant>,
    seconds: u32,
) -> Result<String, Error> {
    issuer
        .issue(subject, grants, Instant(runtime::now_millis()), seconds)
        .map_err(|error| Error::failed(format!("no token can be made: {error}")))
}

/// The token that `VOORTGANG_TOKEN` gives.
pub(crate) fn given_token() -> Option<String> {
    let given = runtime::variable("VOORTGANG_TOKEN")?.trim().to_owned();
    (!given.is_empty()).then_some(given)
}

/// The token of the operator of a server, where this user runs it.
pub(crate) fn token_of_operator(address: &str) -> Option<String> {
    let file = fs::read_to_string(note_of(address)?).ok()?;
    Some(fs::read_to_string(file.trim()).ok()?.trim().to_owned())
}

/// The folder of the user's state that is ours.
pub(crate) fn state_folder() -> Option<PathBuf> {
    let state = runtime::variable("XDG_STATE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(runtime::variable("HOME")?).join(".local").join("state")))?;
    Some(state.join("voortgang"))
}

/// Where the note about a server is. An address has one form, whatever it was written like.
fn note_of(address: &str) -> Option<PathBuf> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.trim_end_matches('/').replace("localhost", "127.0.0.1");
    let name: String =
        host.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).collect();
    Some(state_folder()?.join(format!("{name}.token")))
}

/// Writes a file that only its owner can read, whole or not at all.
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    let fresh = file.with_extension(format!("new-{}", std::process::id()));
    let mut opened =
        File::options().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    opened.write_all(text.as_bytes())?;
    drop(opened);
    fs::rename(&fresh, file)
}
