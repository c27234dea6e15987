//! The generated traits of reminders onto the verbs: convert, call, convert; nothing else.

use model::{Asked, CycleName};
use rpc::Page;
use tonic::Request;
use wire::v1::{self as pb, reminder_service_server::ReminderService};

use crate::{
    Error,
    audit::reads::Shown,
    grpc::{
        Grpc, Reply,
        convert::{next_token, parse_or_none},
    },
    store::ReminderRow,
};

/// Reminders on a page where no number is asked for.
const DEFAULT_PAGE_SIZE: i32 = 100;
/// Maximum number of reminders on a page.
const MAX_PAGE_SIZE: u32 = 1_000;

#[tonic::async_trait]
impl ReminderService for Grpc {
    async fn list_reminders(
        &self,
        request: Request<pb::ListRemindersRequest>,
    ) -> Reply<pb::ListRemindersResponse> {
        let pb::ListRemindersRequest { cycle, recipient, page_size, page_token, show_notices } =
            request.into_inner();
        let question = format!("reminders {cycle:?} {recipient:?} {show_notices}");
        let mut page = Page::read(page_size, &page_token, &question).map_err(Error::from)?;
        page.size = rpc::page_size(
            if page_size == 0 { DEFAULT_PAGE_SIZE } else { page_size },
            MAX_PAGE_SIZE,
        );
        let name = parse_or_none::<CycleName>(&cycle, "cycle")?;
        let found = self.0.reminders(name.as_ref(), &recipient, show_notices, &page).await?;
        let next_page_token = next_token(&found, &page, &question, |(key, _)| key.clone());
        let reminders = found.into_iter().map(|(_, row)| row.into()).collect();
        let shown =
            Shown::unpublished(if cycle.is_empty() { "reminders" } else { &cycle }, question);
        Ok(shown.by(pb::ListRemindersResponse { reminders, next_page_token }))
    }
}

impl From<ReminderRow> for pb::Reminder {
    fn from(row: ReminderRow) -> Self {
        let ReminderRow {
            id,
            recipient,
            cycle,
            step,
            escalation,
            asked,
            notices,
            subject,
            text,
            create_time,
            send_time,
            error,
        } = row;
        Self {
            id,
            recipient,
            cycle,
            step,
            escalation,
            obligations: asked.iter().map(path).collect(),
            subject,
            text,
            create_time: Some(wire::timestamp(create_time)),
            send_time: send_time.map(wire::timestamp),
            error,
            notices,
        }
    }
}

fn path(Asked { organisation, goal, indicator }: &Asked) -> String {
    match indicator.as_str() {
        "" => format!("{organisation}/{goal}"),
        indicator => format!("{organisation}/{goal}/{indicator}"),
    }
}
