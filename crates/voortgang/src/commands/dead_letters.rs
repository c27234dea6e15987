//! `dead-letters list`, `show` and `replay`.

use data_encoding::HEXLOWER;
use wire::storage as pb;

use crate::{
    cli::DeadLettersCommand,
    client::{Client, ask},
    output::Output,
    results::{DeadLetterList, DeadLetterShown},
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
                .storage()
                .get_dead_letter(ask(pb::GetDeadLetterRequest { id }))
                .await?
                .into_inner()
                .dead_letter;
            let letter = shown(letter.unwrap_or_default());
            output.result(&letter, || whole(&letter))
        }
        DeadLettersCommand::Replay { id } => {
            let letter = client
                .storage()
                .replay_dead_letter(ask(pb::ReplayDeadLetterRequest { id }))
                .await?
                .into_inner()
                .dead_letter;
            let letter = shown(letter.unwrap_or_default());
            output.result(&letter, || format!("{} handed to {} again", letter.id, letter.queue))
        }
    }
}

async fn list(show_replayed: bool, client: &Client, output: Output) -> Result<(), Stop> {
    let mut dead_letters = Vec::new();
    let mut request =
        pb::ListDeadLettersRequest { show_replayed, page_size: 200, page_token: String::new() };
    loop {
        let page = client.storage().list_dead_letters(ask(request.clone())).await?.into_inner();
        dead_letters.extend(page.dead_letters.into_iter().map(shown));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let list = DeadLetterList { dead_letters };
    output.result(&list, || match list.dead_letters.as_slice() {
        [] => "no dead letters".to_owned(),
        letters => letters.iter().map(line).collect::<Vec<_>>().join("\n"),
    })
}

fn line(letter: &DeadLetterShown) -> String {
    let DeadLetterShown { id, queue, topic, attempts, reason, .. } = letter;
    format!("{id}  {queue}  {topic}  {attempts} tries  {reason}")
}

fn whole(letter: &DeadLetterShown) -> String {
    let DeadLetterShown {
        id,
        queue,
        topic,
        event_id,
        subject,
        reason,
        attempts,
        payload,
        attributes,
        replayed,
        ..
    } = letter;
    let attributes: Vec<String> =
        attributes.iter().map(|(name, value)| format!("  {name}: {value}")).collect();
    let attributes = attributes.join("\n");
    let state = if replayed.is_some() { "replayed" } else { "parked" };
    let payload = payload.as_deref().unwrap_or("");
    format!(
        "{id} {state}\nqueue {queue}\ntopic {topic}\nevent {event_id}\nsubject {subject}\nreason {reason}\ntries {attempts}\nattributes\n{attributes}\npayload {payload}"
    )
}

fn shown(letter: pb::DeadLetter) -> DeadLetterShown {
    DeadLetterShown {
        id: letter.id,
        queue: letter.queue,
        topic: letter.topic,
        event_id: letter.event_id,
        subject: letter.subject,
        reason: letter.reason,
        attempts: letter.attempts,
        parked: letter.park_time.map_or(0, |time| time.seconds),
        replayed: letter.replay_time.map(|time| time.seconds),
        payload: (!letter.payload.is_empty()).then(|| HEXLOWER.encode(&letter.payload)),
        attributes: letter.attributes,
    }
}
