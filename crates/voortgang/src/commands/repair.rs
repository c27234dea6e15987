//! `repair`: has the files of an edition made again that are lost or damaged.

use std::time::Duration;

use wire::v1 as pb;

use crate::{
    client::{Client, ask},
    commands::publish::{errors, wait},
    error::{Error, FAILED},
    output::{Output, note},
};

/// How long making them may take.
const TIMEOUT: Duration = Duration::from_mins(10);

pub(crate) async fn run(edition: String, client: &Client, output: Output) -> Result<(), Error> {
    let request = pb::RepairEditionRequest { name: edition };
    let mut answer = client.editions().repair_edition(ask(request)).await?.into_inner();
    let mut errors_left = Vec::new();
    if !answer.broken.is_empty() {
        let name = answer.edition.take().unwrap_or_default().name;
        let edition = wait(name, TIMEOUT, client).await?;
        errors_left = errors(&edition);
        answer.edition = Some(edition);
    }
    output.message(answer, text)?;
    for error in &errors_left {
        note(format_args!("error: {error}"));
    }
    if errors_left.is_empty() { Ok(()) } else { Err(Error::silent(FAILED)) }
}

fn text(answer: &pb::RepairEditionResponse) -> String {
    let pb::RepairEditionResponse { edition, broken } = answer;
    let name = edition.as_ref().map_or("", |edition| edition.name.as_str());
    if broken.is_empty() {
        return format!("{name}: all files are whole");
    }
    let line = |pb::BrokenFile { artefact, problem }: &pb::BrokenFile| {
        let file = artefact.as_ref().map_or("", |artefact| artefact.file_name.as_str());
        format!("{file}: {problem}; rendered again")
    };
    broken.iter().map(line).collect::<Vec<_>>().join("\n")
}
