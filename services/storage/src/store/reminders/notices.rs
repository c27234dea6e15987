//! Rows of notices: who is to hear of which entry of the audit log, and up to where the log was looked through.

use jiff::civil::Date;
use model::{CycleName, NoticeKind};
use sqlx::{Row as _, any::AnyRow};

use crate::{
    Error,
    store::{
        Result, Tx,
        inserts::{BATCH, Insert, places},
        reminders::{NewReminder, ReminderRow},
        signed, unsigned,
    },
};

/// Somebody who is to hear of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoticeItem {
    /// Id of the person.
    pub(crate) recipient: String,
    /// Position of the entry of the audit log.
    pub(crate) position: u64,
    /// What happened.
    pub(crate) kind: NoticeKind,
    /// Id or name of what it is about.
    pub(crate) object: String,
    pub(crate) cycle: CycleName,
    /// Id of the contribution; empty where it is about none.
    pub(crate) contribution: String,
}

/// An item that waits for a mail, or is in one that is still to go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WaitingNotice {
    /// Id of the mail; empty while it waits for one.
    pub(crate) reminder: String,
    /// Id of the person.
    pub(crate) recipient: String,
    pub(crate) cycle: CycleName,
    /// Position of the entry of the audit log.
    pub(crate) position: u64,
}

impl Tx {
    /// Up to which position the audit log was looked through.
    pub(crate) async fn notices_seen(&mut self) -> Result<u64> {
        let sql = "SELECT COALESCE(MAX(position), 0) AS position FROM notice_cursor";
        unsigned(&sqlx::query(sql).fetch_one(&mut *self.inner).await?, "position")
    }

    /// Notes that it was looked through up to a position.
    pub(crate) async fn put_notices_seen(&mut self, position: u64) -> Result<()> {
        sqlx::query("UPDATE notice_cursor SET position = $1")
            .bind(signed(position))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Adds items that were found on a day. One that is there stays as it is.
    pub(crate) async fn insert_notice_items(
        &mut self,
        items: &[NoticeItem],
        day: Date,
    ) -> Result<()> {
        let day = day.to_string();
        let into =
            "notice_items (recipient, position, kind, object, cycle, contribution, day, reminder)";
        let insert = Insert::of(into, 8, "ON CONFLICT DO NOTHING", items, |statement, item| {
            let NoticeItem { recipient, position, kind, object, cycle, contribution } = item;
            statement
                .bind(recipient.as_str())
                .bind(signed(*position))
                .bind(kind.name())
                .bind(object.as_str())
                .bind(cycle.as_str())
                .bind(contribution.as_str())
                .bind(day.as_str())
                .bind("")
        });
        self.insert(&[insert]).await
    }

    /// Items that a mail is due for, to one person or with an empty id to all, by recipient, cycle and position: those of
    /// whoever chose one mail a day from the day after on, the others at once.
    pub(crate) async fn waiting_notices(
        &mut self,
        today: Date,
        recipient: &str,
    ) -> Result<Vec<WaitingNotice>> {
        let sql = "SELECT n.reminder, n.recipient, n.cycle, n.position FROM notice_items n LEFT JOIN people p ON p.id = n.recipient \
                   WHERE n.reminder = '' AND (n.day < $1 OR COALESCE(p.notices, '') <> 'daily') AND ($2 = '' OR n.recipient = $2) \
                   ORDER BY n.recipient, n.cycle, n.position";
        let query = sqlx::query(sql).bind(today.to_string()).bind(recipient);
        query.fetch_all(&mut *self.inner).await?.iter().map(waiting).collect()
    }

    /// Items of one mail that is to go out now, or with an empty id of all of them, by mail and position.
    pub(crate) async fn unsent_notices(&mut self, reminder: &str) -> Result<Vec<WaitingNotice>> {
        let sql = "SELECT n.reminder, n.recipient, n.cycle, n.position FROM reminders r JOIN notice_items n ON n.reminder = r.id \
                   WHERE r.send_time = 0 AND r.is_notice = 1 AND r.try_time <= $1 AND r.text <> '' AND ($2 = '' OR r.id = $2) \
                   ORDER BY n.reminder, n.position";
        let query = sqlx::query(sql).bind(self.now().0).bind(reminder);
        query.fetch_all(&mut *self.inner).await?.iter().map(waiting).collect()
    }

    /// Gives a mail another subject and text.
    pub(crate) async fn put_words(
        &mut self,
        id: &str,
        (subject, text): (&str, &str),
    ) -> Result<()> {
        sqlx::query("UPDATE reminders SET subject = $2, text = $3 WHERE id = $1")
            .bind(id)
            .bind(subject)
            .bind(text)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Removes an item that nobody is to hear of any more.
    pub(crate) async fn delete_notice_item(&mut self, item: &WaitingNotice) -> Result<()> {
        sqlx::query("DELETE FROM notice_items WHERE recipient = $1 AND position = $2")
            .bind(item.recipient.as_str())
            .bind(signed(item.position))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Adds a mail about what happened in a cycle, with the positions of the items that are in it.
    pub(crate) async fn insert_notice(
        &mut self,
        (id, recipient, cycle): (&str, &str, &CycleName),
        positions: &[u64],
        day: Date,
        (subject, text): (&str, &str),
    ) -> Result<()> {
        let (step, escalation, is_notice) = (0, false, true);
        let row =
            NewReminder { id, recipient, cycle, step, escalation, is_notice, day, subject, text };
        self.insert_reminder_row(&row).await?;
        for position in positions {
            sqlx::query(
                "UPDATE notice_items SET reminder = $1 WHERE recipient = $2 AND position = $3",
            )
            .bind(id)
            .bind(recipient)
            .bind(signed(*position))
            .execute(&mut *self.inner)
            .await?;
        }
        Ok(())
    }

    /// Mails that say something of a contribution and whose text is still there.
    pub(crate) async fn mails_about(&mut self, contribution: &str) -> Result<Vec<String>> {
        let sql = "SELECT DISTINCT r.id FROM notice_items n JOIN reminders r ON r.id = n.reminder \
                   WHERE n.contribution = $1 AND r.text <> '' ORDER BY r.id";
        let rows = sqlx::query(sql).bind(contribution).fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
    }

    /// Gives each reminder what happened, as a word and what it is about, in order.
    pub(super) async fn add_notices(&mut self, to: &mut [ReminderRow]) -> Result<()> {
        for rows in to.chunks_mut(BATCH) {
            let sql = format!(
                "SELECT reminder, kind, object FROM notice_items WHERE reminder IN {} ORDER BY reminder, position",
                places(1, rows.len())
            );
            let mut statement = sqlx::query(sqlx::AssertSqlSafe(sql));
            for row in rows.iter() {
                statement = statement.bind(row.id.as_str());
            }
            let items = statement.fetch_all(&mut *self.inner).await?;
            for found in &items {
                let reminder: String = found.try_get("reminder")?;
                let (kind, object): (String, String) =
                    (found.try_get("kind")?, found.try_get("object")?);
                if let Some(row) = rows.iter_mut().find(|row| row.id == reminder) {
                    row.notices.push(format!("{kind} {object}"));
                }
            }
        }
        Ok(())
    }
}

fn waiting(row: &AnyRow) -> Result<WaitingNotice> {
    let cycle: String = row.try_get("cycle")?;
    let bad = |error: model::InvalidField| Error::BadRow {
        table: "notice_items",
        problem: error.to_string(),
    };
    Ok(WaitingNotice {
        reminder: row.try_get("reminder")?,
        recipient: row.try_get("recipient")?,
        cycle: cycle.parse().map_err(bad)?,
        position: unsigned(row, "position")?,
    })
}
