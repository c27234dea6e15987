//! `dead-letters list`, `show` and `replay`.

use data_encoding::HEXLOWER;
use rpc::all_pages;
use wire::v1 as pb;

use crate::{
    cli::DeadLettersCommand,
    client::{Client, PAGE_SIZE, ask},
    commands::lines,
    error::Error,
    output::Output,
};

pub(crate) async fn run(
    command: DeadLettersCommand,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
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

async fn list(show_replayed: bool, client: &Client, output: Output) -> Result<(), Error> {
    let dead_letters = all_pages(|page_token| {
        let page_size = PAGE_SIZE;
        let request = pb::ListDeadLettersRequest { show_replayed, page_size, page_token };
        async move {
            let page = client.operations().list_dead_letters(ask(request)).await?.into_inner();
            Ok((page.dead_letters, page.next_page_token))
        }
    })
    .await?;
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
