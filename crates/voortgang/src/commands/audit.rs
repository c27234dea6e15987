//! `audit list`, `export`, `verify` and `key`.

mod export;
mod list;
mod verify;

use std::path::Path;

use crate::{
    cli::AuditCommand, client, config::Config, error::Error, output::Output, results::AuditKey,
};

pub(crate) async fn run(
    command: AuditCommand,
    server: Option<&str>,
    output: Output,
) -> Result<(), Error> {
    match command {
        AuditCommand::List(arguments) => list::run(arguments, &client::find(server)?, output).await,
        AuditCommand::Export { file } => export::run(&file, &client::find(server)?, output).await,
        AuditCommand::Verify { export, keys, anchors } => {
            verify::run(&export, &keys, anchors.as_deref(), output)
        }
        AuditCommand::Key { data, config } => key(data.as_deref(), config.as_deref(), output),
    }
}

/// Needs the file of the private key, and no server: a server could name any key.
fn key(data: Option<&Path>, file: Option<&Path>, output: Output) -> Result<(), Error> {
    let mut config = Config::load(file)?;
    if let Some(data) = data {
        data.clone_into(&mut config.data);
    }
    let file = config.placed().storage.audit.key;
    let (public_key, id) = storage::public_key(&file).map_err(|error| {
        Error::failed(format!(
            "{error}; storage makes it on its first start: name its data folder with --data or its configuration with --config"
        ))
    })?;
    let key = AuditKey { public_key, id };
    output.result(&key, || key.public_key.clone())
}

/// Milliseconds since 1970 of a timestamp on the wire.
fn millis(time: Option<wire::Timestamp>) -> i64 {
    time.as_ref().map_or(0, |time| wire::instant(time).0)
}
