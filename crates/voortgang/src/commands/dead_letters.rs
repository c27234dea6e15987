//! `dead-letters list`, `show` and `replay`.

use data_encoding::HEXLOWER;
use wire::v1 as pb;

use crate::{
    cli::DeadLettersCommand,
    client::{Client, ask},
    commands::lines,
    output::Output,
    stop::Stop,
};

pub(crate) async fn run(
    command: DeadLettersCommand,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    match command {
        DeadLettersCommand::List { all } => list(all, client, output).await,
        DeadLettersCommand::Show { id } => {
            let letter = client
                .operations()
                .get_dead_letter(ask(pb::GetDeadLetterRequest { id }))
                .await?
                .into_inner()
                .dead_letter;
            output.message(letter.unwrap_or_default(), whole)
        }
        DeadLettersCommand::Replay { id } => {
            let letter = client
                .operations()
                .replay_dead_letter(ask(pb::ReplayDeadLetterRequest { id }))
                .await?
                .into_inner()
                .dead_letter;
            output.message(letter.unwrap_or_default(), |letter| {
                format!("{} put back on {}", letter.id, letter.queue)
            })
        }
    }
}

async fn list(show_replayed: bool, client: &Client, output: Output) -> Result<(), Stop> {
    let mut dead_letters = Vec::new();
    let mut request =
        pb::ListDeadLettersRequest { show_replayed, page_size: 200, page_token: String::new() };
    loop {
        let page = client.operations().list_dead_letters(ask(request.clone())).await?.into_inner();
        dead_letters.extend(page.dead_letters);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let list = pb::ListDeadLettersResponse { dead_letters, ..Default::default() };
    output.message(list, |list| lines(&list.dead_letters, line, "no dead letters"))
}

fn line(letter: &pb::DeadLetter) -> String {
    let pb::DeadLetter { id, queue, topic, attempts, reason, .. } = letter;
    format!("{id}  {queue}  {topic}  {attempts} tries  {reason}")
}

fn whole(letter: &pb::DeadLetter) -> String {
    let pb::DeadLetter {
        id,
        queue,
        topic,
        event_id,
        subject,
        reason,
        attempts,
        payload,
        attributes,
        replay_time,
        ..
    } = letter;
    let attributes: Vec<String> =
        attributes.iter().map(|(name, value)| format!("  {name}: {value}")).collect();
    let attributes = attributes.join("\n");
    let state = if replay_time.is_some() { "replayed" } else { "parked" };
    let payload = HEXLOWER.encode(payload);
    format!(
        "{id} {state}\nqueue {queue}\ntopic {topic}\nevent {event_id}\nsubject {subject}\nreason {reason}\ntries {attempts}\nattributes\n{attributes}\npayload {payload}"
    )
}
