//! `reminders list` and `show`.

use wire::storage as pb;

use crate::{
    cli::{RemindersCommand, RemindersListArgs},
    client::{Client, ask},
    commands::some,
    output::Output,
    results::{ReminderList, ReminderShown},
    stop::Stop,
};

/// Reminders of a page.
const PAGE: usize = 1_000;

pub(crate) async fn run(
    command: RemindersCommand,
    client: &Client,
    output: Output,
) -> Result<(), Stop> {
    match command {
        RemindersCommand::List(arguments) => {
            let list = list(arguments, client).await?;
            output.result(&list, || text(&list))
        }
        RemindersCommand::Show { id } => {
            let reminder = find(&id, client).await?;
            output.result(&reminder, || whole(&reminder))
        }
    }
}

async fn list(arguments: RemindersListArgs, client: &Client) -> Result<ReminderList, Stop> {
    let RemindersListArgs { cycle, recipient, limit } = arguments;
    let mut request = pb::ListRemindersRequest {
        cycle,
        recipient,
        page_size: i32::try_from(limit.clamp(1, PAGE)).unwrap_or(1),
        page_token: String::new(),
    };
    let mut reminders = Vec::new();
    loop {
        let page = client.reminders().list_reminders(ask(request.clone())).await?.into_inner();
        reminders.extend(page.reminders.into_iter().map(shown));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() || limit <= reminders.len() {
            break;
        }
    }
    let more = !request.page_token.is_empty() || limit < reminders.len();
    reminders.truncate(limit);
    Ok(ReminderList { reminders, more })
}

/// The reminder with this id. There is one for each person and step, so that looking through them is no great work.
async fn find(id: &str, client: &Client) -> Result<ReminderShown, Stop> {
    let everything =
        RemindersListArgs { cycle: String::new(), recipient: String::new(), limit: usize::MAX };
    let found = list(everything, client).await?.reminders.into_iter();
    let mut found = found.filter(|reminder| reminder.id == id);
    found.next().ok_or_else(|| Stop::failed(format!("there is no reminder `{id}`")))
}

fn shown(reminder: pb::Reminder) -> ReminderShown {
    let pb::Reminder {
        id,
        recipient,
        cycle,
        step,
        escalation,
        obligations,
        subject,
        text,
        create_time,
        send_time,
        error,
    } = reminder;
    let time = |time: wire::Timestamp| wire::instant(&time).to_string();
    ReminderShown {
        id,
        recipient,
        cycle,
        step,
        escalation,
        obligations,
        subject: some(subject),
        text: some(text),
        create_time: create_time.map(time).unwrap_or_default(),
        send_time: send_time.map(time),
        error: some(error),
    }
}

fn text(list: &ReminderList) -> String {
    let mut lines: Vec<String> = list.reminders.iter().map(line).collect();
    if lines.is_empty() {
        lines.push("no reminders".to_owned());
    }
    if list.more {
        lines.push("there are more: raise --limit, or name a cycle or a recipient".to_owned());
    }
    lines.join("\n")
}

fn line(reminder: &ReminderShown) -> String {
    let ReminderShown { id, recipient, cycle, step, escalation, obligations, .. } = reminder;
    let mark = if *escalation { ", escalation" } else { "" };
    let count = obligations.len();
    format!("{id}  {cycle}  {step:+}{mark}  to {recipient}  {count} open  {}", state(reminder))
}

fn state(reminder: &ReminderShown) -> String {
    match (&reminder.send_time, &reminder.error) {
        (Some(time), _) => format!("sent {time}"),
        (None, Some(error)) => format!("not sent: {error}"),
        (None, None) => "waits".to_owned(),
    }
}

fn whole(reminder: &ReminderShown) -> String {
    let text = reminder.text.as_deref().unwrap_or("(the recipient was erased)\n");
    let subject = reminder.subject.as_deref().unwrap_or("");
    format!(
        "{}\n{}\n\n{subject}\n\n{}",
        line(reminder),
        reminder.obligations.join("\n"),
        text.trim_end()
    )
}
