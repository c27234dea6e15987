//! Who may be reminded: people who can be written to, with what they are members of on a day.

use jiff::civil::Date;
use model::{Grant, NoticeChoice, reminder::Member};
use sqlx::Row as _;
use wire::v1 as pb;

use crate::store::{Result, Tx, body_as, people::notice_choice};

/// Somebody who may be reminded. Name and address stay in the table of people until mail is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipient {
    /// The person and the grants in force.
    pub(crate) member: Member,
    /// Language that the person is written to in.
    pub(crate) language: String,
    /// How the person is mailed about what happened.
    pub(crate) notices: NoticeChoice,
}

impl Tx {
    /// Everybody who has an address and is a member of anything on this day, by id.
    pub(crate) async fn recipients(&mut self, day: Date) -> Result<Vec<Recipient>> {
        let sql = "SELECT p.id, p.language, p.notices, m.body FROM people p JOIN memberships m ON m.person = p.id \
                   WHERE p.erase_time = 0 AND p.email <> '' AND m.first_day <= $1 AND (m.last_day = '' OR $1 <= m.last_day) \
                   ORDER BY p.id, m.number";
        let rows = sqlx::query(sql).bind(day.to_string()).fetch_all(&mut *self.inner).await?;
        let mut recipients: Vec<Recipient> = Vec::new();
        for row in rows {
            let grant: Grant = body_as::<pb::Grant, _>(&row, "memberships")?;
            let person: String = row.try_get("id")?;
            match recipients.last_mut().filter(|last| last.member.person == person) {
                Some(known) => known.member.grants.push(grant),
                None => recipients.push(Recipient {
                    member: Member { person, grants: vec![grant] },
                    language: row.try_get("language")?,
                    notices: notice_choice(&row)?,
                }),
            }
        }
        Ok(recipients)
    }
}
