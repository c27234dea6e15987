//! Rows of reminders and of what each is about.

mod notices;
mod recipients;

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::{
    Asked, CycleName, Instant,
    reminder::{Digest, PastDigest},
};
use sqlx::{Row as _, any::AnyRow};

use crate::{
    Error,
    store::{
        Result, Tx,
        inserts::{BATCH, Insert, places},
        unsigned,
    },
};

pub(crate) use crate::store::reminders::{
    notices::{NoticeItem, WaitingNotice},
    recipients::Recipient,
};

/// Never tried again.
const NEVER: i64 = i64::MAX;

/// A reminder as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReminderRow {
    /// Id, a UUID.
    pub(crate) id: String,
    /// Id of the person.
    pub(crate) recipient: String,
    /// Name of the cycle.
    pub(crate) cycle: String,
    /// Days after the deadline; negative before it.
    pub(crate) step: i32,
    /// Whether it reminds a coordinator of what organisations did not answer.
    pub(crate) escalation: bool,
    /// What it is about.
    pub(crate) asked: Vec<Asked>,
    /// What happened, where it is a notice of that.
    pub(crate) notices: Vec<String>,
    /// Subject; empty once the recipient is erased.
    pub(crate) subject: String,
    /// Text; empty once the recipient is erased.
    pub(crate) text: String,
    /// When it was decided.
    pub(crate) create_time: Instant,
    /// When it went out.
    pub(crate) send_time: Option<Instant>,
    /// Why sending failed last; empty otherwise.
    pub(crate) error: String,
}

/// A reminder that is to go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unsent {
    /// Id, a UUID.
    pub(crate) id: String,
    /// Address of the recipient; empty where there is none any more.
    pub(crate) address: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    /// When it was decided.
    pub(crate) create_time: Instant,
    /// How often sending failed.
    pub(crate) tries: u64,
}

/// A reminder that was decided and is to go out.
#[derive(Debug, Clone, Copy)]
struct NewReminder<'a> {
    id: &'a str,
    recipient: &'a str,
    cycle: &'a CycleName,
    step: i32,
    escalation: bool,
    is_notice: bool,
    /// The day it was decided on.
    day: Date,
    subject: &'a str,
    text: &'a str,
}

impl Tx {
    /// Every digest about a cycle that was decided.
    pub(crate) async fn past_digests(&mut self, cycle: &CycleName) -> Result<Vec<PastDigest>> {
        let sql = "SELECT r.id, r.recipient, r.escalation, r.day, r.step, i.organisation, i.goal, i.indicator \
                   FROM reminders r JOIN reminder_items i ON i.reminder = r.id WHERE r.cycle = $1 ORDER BY r.id, i.number";
        let rows = sqlx::query(sql).bind(cycle.as_str()).fetch_all(&mut *self.inner).await?;
        let mut digests: Vec<PastDigest> = Vec::new();
        let mut last = String::new();
        for row in &rows {
            let id: String = row.try_get("id")?;
            if id != last {
                let day = wire::date(&row.try_get::<String, _>("day")?, "day");
                digests.push(PastDigest {
                    person: row.try_get("recipient")?,
                    step: step(row)?,
                    escalation: row.try_get::<i64, _>("escalation")? != 0,
                    day: day.map_err(|error| bad("reminders", &error))?,
                    asked: Vec::new(),
                });
                last = id;
            }
            if let Some(digest) = digests.last_mut() {
                digest.asked.push(asked(row)?);
            }
        }
        Ok(digests)
    }

    /// Adds a reminder that was decided on a day.
    pub(crate) async fn insert_reminder(
        &mut self,
        id: &str,
        cycle: &CycleName,
        (digest, day): (&Digest, Date),
        (subject, text): (&str, &str),
    ) -> Result<()> {
        let Digest { person, step, escalation, asked } = digest;
        let (recipient, step, escalation, is_notice) = (person.as_str(), *step, *escalation, false);
        let row =
            NewReminder { id, recipient, cycle, step, escalation, is_notice, day, subject, text };
        self.insert_reminder_row(&row).await?;
        let numbered: Vec<(i64, &Asked)> = (0..).zip(asked).collect();
        let into = "reminder_items (recipient, cycle, organisation, goal, indicator, step, reminder, number)";
        let items = Insert::of(into, 8, "", &numbered, |statement, (number, asked)| {
            let Asked { organisation, goal, indicator } = asked;
            statement
                .bind(person.as_str())
                .bind(cycle.as_str())
                .bind(organisation.as_str())
                .bind(goal.as_str())
                .bind(indicator.as_str())
                .bind(i64::from(step))
                .bind(id)
                .bind(*number)
        });
        self.insert(&[items]).await
    }

    async fn insert_reminder_row(&mut self, row: &NewReminder<'_>) -> Result<()> {
        let NewReminder { id, recipient, cycle, step, escalation, is_notice, day, subject, text } =
            *row;
        let sql = "INSERT INTO reminders (id, recipient, cycle, step, escalation, is_notice, day, subject, text, create_time, send_time, tries, try_time, error) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, '')";
        sqlx::query(sql)
            .bind(id)
            .bind(recipient)
            .bind(cycle.as_str())
            .bind(i64::from(step))
            .bind(i64::from(escalation))
            .bind(i64::from(is_notice))
            .bind(day.to_string())
            .bind(subject)
            .bind(text)
            .bind(self.now().0)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Reminders that are to go out, in the order in which they were decided.
    pub(crate) async fn unsent(&mut self, limit: u32) -> Result<Vec<Unsent>> {
        let sql = "SELECT r.id, COALESCE(p.email, '') AS address, r.subject, r.text, r.create_time, r.tries \
                   FROM reminders r LEFT JOIN people p ON p.id = r.recipient AND p.erase_time = 0 \
                   WHERE r.send_time = 0 AND r.try_time <= $1 AND r.text <> '' ORDER BY r.create_time, r.id LIMIT $2";
        let rows = sqlx::query(sql)
            .bind(self.now().0)
            .bind(i64::from(limit))
            .fetch_all(&mut *self.inner)
            .await?;
        let read = |row: &AnyRow| {
            Ok(Unsent {
                id: row.try_get("id")?,
                address: row.try_get("address")?,
                subject: row.try_get("subject")?,
                text: row.try_get("text")?,
                create_time: Instant(row.try_get("create_time")?),
                tries: unsigned(row, "tries")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Marks a reminder as gone out. A moment is never 0, which stands for none.
    pub(crate) async fn mark_sent(&mut self, id: &str) -> Result<()> {
        sqlx::query("UPDATE reminders SET send_time = $2, error = '' WHERE id = $1")
            .bind(id)
            .bind(self.now().0.max(1))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Marks a reminder as failed, to be tried again at a moment, or never.
    pub(crate) async fn mark_failed(
        &mut self,
        id: &str,
        error: &str,
        again: Option<Instant>,
    ) -> Result<()> {
        let sql = "UPDATE reminders SET tries = tries + 1, try_time = $2, error = $3 WHERE id = $1";
        sqlx::query(sql)
            .bind(id)
            .bind(again.map_or(NEVER, |again| again.0))
            .bind(error)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Reminders to people who were erased and whose text is still there.
    pub(crate) async fn reminders_to_the_erased(&mut self) -> Result<Vec<String>> {
        let sql = "SELECT r.id FROM reminders r JOIN people p ON p.id = r.recipient WHERE p.erase_time > 0 AND r.text <> '' ORDER BY r.id";
        let rows = sqlx::query(sql).fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
    }

    /// Takes subject and text out of a reminder.
    pub(crate) async fn empty_reminder(&mut self, id: &str) -> Result<()> {
        sqlx::query("UPDATE reminders SET subject = '', text = '', error = '' WHERE id = $1")
            .bind(id)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Reminders before a moment and id, newest first, with what they are about; notices of what happened where they are wanted.
    pub(crate) async fn reminders(
        &mut self,
        cycle: &str,
        recipient: &str,
        (time, id): (Instant, &str),
        show_notices: bool,
        limit: u32,
    ) -> Result<Vec<ReminderRow>> {
        let sql = "SELECT r.id, r.recipient, r.cycle, r.step, r.escalation, r.create_time, r.send_time, r.error, \
                   CASE WHEN p.erase_time > 0 THEN '' ELSE r.subject END AS subject, CASE WHEN p.erase_time > 0 THEN '' ELSE r.text END AS text \
                   FROM reminders r LEFT JOIN people p ON p.id = r.recipient \
                   WHERE (r.create_time < $1 OR (r.create_time = $1 AND r.id < $2)) AND ($3 = '' OR r.cycle = $3) AND ($4 = '' OR r.recipient = $4) \
                   AND r.is_notice <= $5 ORDER BY r.create_time DESC, r.id DESC LIMIT $6";
        let rows = sqlx::query(sql)
            .bind(time.0)
            .bind(id)
            .bind(cycle)
            .bind(recipient)
            .bind(i64::from(show_notices))
            .bind(i64::from(limit))
            .fetch_all(&mut *self.inner)
            .await?;
        let mut found: Vec<ReminderRow> = rows.iter().map(reminder).collect::<Result<_>>()?;
        let mut items = self.items_of(&found).await?;
        for row in &mut found {
            row.asked = items.remove(&row.id).unwrap_or_default();
        }
        if show_notices {
            self.add_notices(&mut found).await?;
        }
        Ok(found)
    }

    /// What some reminders are about, in order.
    async fn items_of(&mut self, of: &[ReminderRow]) -> Result<BTreeMap<String, Vec<Asked>>> {
        let mut items: BTreeMap<String, Vec<Asked>> = BTreeMap::new();
        for batch in of.chunks(BATCH) {
            let sql = format!(
                "SELECT reminder, organisation, goal, indicator FROM reminder_items WHERE reminder IN {} ORDER BY reminder, number",
                places(1, batch.len())
            );
            let mut statement = sqlx::query(sqlx::AssertSqlSafe(sql));
            for row in batch {
                statement = statement.bind(row.id.as_str());
            }
            for row in statement.fetch_all(&mut *self.inner).await? {
                items.entry(row.try_get("reminder")?).or_default().push(asked(&row)?);
            }
        }
        Ok(items)
    }
}

fn reminder(row: &AnyRow) -> Result<ReminderRow> {
    let send_time: i64 = row.try_get("send_time")?;
    Ok(ReminderRow {
        id: row.try_get("id")?,
        recipient: row.try_get("recipient")?,
        cycle: row.try_get("cycle")?,
        step: step(row)?,
        escalation: row.try_get::<i64, _>("escalation")? != 0,
        asked: Vec::new(),
        notices: Vec::new(),
        subject: row.try_get("subject")?,
        text: row.try_get("text")?,
        create_time: Instant(row.try_get("create_time")?),
        send_time: (send_time != 0).then_some(Instant(send_time)),
        error: row.try_get("error")?,
    })
}

fn step(row: &AnyRow) -> Result<i32> {
    let step: i64 = row.try_get("step")?;
    i32::try_from(step)
        .map_err(|error| Error::BadRow { table: "reminders", problem: error.to_string() })
}

fn asked(row: &AnyRow) -> Result<Asked> {
    let organisation: String = row.try_get("organisation")?;
    Ok(Asked {
        organisation: organisation.parse().map_err(|error| bad("reminder_items", &error))?,
        goal: row.try_get("goal")?,
        indicator: row.try_get("indicator")?,
    })
}

fn bad(table: &'static str, error: &model::InvalidField) -> Error {
    Error::BadRow { table, problem: error.to_string() }
}
