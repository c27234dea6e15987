//! `reminders list` and `show`.

use rpc::pages;
use wire::v1 as pb;

use crate::{
    cli::{RemindersCommand, RemindersListArgs},
    client::{Client, ask},
    commands::{names::Names, some, time},
    error::Error,
    output::Output,
};

/// Reminders of a page.
const PAGE: usize = 1_000;

pub(crate) async fn run(
    command: RemindersCommand,
    client: &Client,
    output: Output,
) -> Result<(), Error> {
    match command {
        RemindersCommand::List(arguments) => {
            let list = list(arguments, client).await?;
            let recipients = list.reminders.iter().map(|one| one.recipient.as_str());
            let names = Names::of(recipients, client, output).await;
            output.message(list, |list| text(list, &names))
        }
        RemindersCommand::Show { id } => {
            let reminder = find(&id, client).await?;
            let names = Names::of([reminder.recipient.as_str()], client, output).await;
            output.message(reminder, |reminder| whole(reminder, &names))
        }
    }
}

async fn list(
    arguments: RemindersListArgs,
    client: &Client,
) -> Result<pb::ListRemindersResponse, Error> {
    let RemindersListArgs { cycle, recipient, notices, limit } = arguments;
    let request = pb::ListRemindersRequest {
        cycle,
        recipient,
        page_size: i32::try_from(limit.clamp(1, PAGE)).unwrap_or(1),
        page_token: String::new(),
        show_notices: notices,
    };
    let (reminders, next_page_token) = pages(limit, |page_token| {
        let request = pb::ListRemindersRequest { page_token, ..request.clone() };
        async move {
            let page = client.reminders().list_reminders(ask(request)).await?.into_inner();
            Ok((page.reminders, page.next_page_token))
        }
    })
    .await?;
    Ok(pb::ListRemindersResponse { reminders, next_page_token })
}

/// The reminder with this id, or the notice. There are a few for each person, so that looking through them is no great work.
async fn find(id: &str, client: &Client) -> Result<pb::Reminder, Error> {
    let everything = RemindersListArgs {
        cycle: String::new(),
        recipient: String::new(),
        notices: true,
        limit: usize::MAX,
    };
    let found = list(everything, client).await?.reminders.into_iter();
    let mut found = found.filter(|reminder| reminder.id == id);
    found.next().ok_or_else(|| Error::failed(format!("there is no reminder `{id}`")))
}

fn text(list: &pb::ListRemindersResponse, names: &Names) -> String {
    let mut lines: Vec<String> = list.reminders.iter().map(|one| line(one, names)).collect();
    if lines.is_empty() {
        lines.push("no reminders".to_owned());
    }
    if !list.next_page_token.is_empty() {
        lines.push("there are more: raise --limit, or name a cycle or a recipient".to_owned());
    }
    lines.join("\n")
}

fn line(reminder: &pb::Reminder, names: &Names) -> String {
    let pb::Reminder { id, recipient, cycle, step, escalation, obligations, notices, .. } =
        reminder;
    let (kind, about) = if notices.is_empty() {
        let mark = if *escalation { ", escalation" } else { "" };
        (format!("{step:+}{mark}"), format!("{} open", obligations.len()))
    } else {
        ("notice".to_owned(), format!("{} happened", notices.len()))
    };
    let recipient = names.with_id(recipient);
    format!("{id}  {cycle}  {kind}  to {recipient}  {about}  {}", state(reminder))
}

fn state(reminder: &pb::Reminder) -> String {
    match (&reminder.send_time, reminder.error.as_str()) {
        (Some(sent), _) => format!("sent {}", time(Some(sent))),
        (None, "") => "waits".to_owned(),
        (None, error) => format!("not sent: {error}"),
    }
}

fn whole(reminder: &pb::Reminder, names: &Names) -> String {
    let text = some(&reminder.text).unwrap_or("(the recipient or the text was erased)\n");
    let subject = &reminder.subject;
    let about = [reminder.obligations.as_slice(), reminder.notices.as_slice()].concat();
    format!("{}\n{}\n\n{subject}\n\n{}", line(reminder, names), about.join("\n"), text.trim_end())
}
