//! Rows of people and their memberships. No other table holds a name or an address.

use jiff::civil::Date;
use model::{Grant, Instant, Membership, NoticeChoice, Person};
use prost::Message as _;
use sqlx::{Row as _, any::AnyRow};
use uuid::Uuid;
use wire::v1 as pb;

use crate::{
    Error,
    store::{Result, Tx, body_as, unsigned},
};

const COLUMNS: &str =
    "SELECT id, subject, name, email, language, notices, create_time, erase_time FROM people";

impl Tx {
    /// Resolves a caller: the id of the person whose tokens have this subject, or whose id it is, and the grants of the
    /// memberships in force today (UTC). None where there is no such person, or an erased one.
    pub(crate) async fn person_of_subject(
        &mut self,
        subject: &str,
    ) -> Result<Option<(String, Vec<Grant>)>> {
        let sql = "SELECT p.id, COALESCE(m.number, 0) AS number, m.body FROM people p \
                   LEFT JOIN memberships m ON m.person = p.id AND m.first_day <= $2 AND (m.last_day = '' OR m.last_day >= $2) \
                   WHERE (p.subject = $1 OR p.id = $1) AND p.erase_time = 0 ORDER BY m.number";
        let rows = sqlx::query(sql)
            .bind(subject)
            .bind(self.today()?.to_string())
            .fetch_all(&mut *self.inner)
            .await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let mut grants = Vec::new();
        for row in &rows {
            // A person without membership is a row with number 0.
            if row.try_get::<i64, _>("number")? != 0 {
                grants.push(body_as::<pb::Grant, _>(row, "memberships")?);
            }
        }
        Ok(Some((first.try_get("id")?, grants)))
    }

    /// Every subject that the tokens of a person have or had.
    pub(crate) async fn subjects_of(&mut self, person: &str) -> Result<Vec<String>> {
        let sql = "SELECT subject FROM people WHERE id = $1 UNION SELECT subject FROM former_subjects WHERE person = $1";
        let rows = sqlx::query(sql).bind(person).fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| Ok(row.try_get("subject")?)).collect()
    }

    /// Keeps a subject that a person had until now.
    pub(crate) async fn put_former_subject(&mut self, person: Uuid, subject: &str) -> Result<()> {
        sqlx::query(
            "INSERT INTO former_subjects (person, subject) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        )
        .bind(person.to_string())
        .bind(subject)
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Forgets the subjects that a person had.
    pub(crate) async fn delete_former_subjects(&mut self, person: Uuid) -> Result<()> {
        sqlx::query("DELETE FROM former_subjects WHERE person = $1")
            .bind(person.to_string())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// The day of this transaction, in UTC.
    pub(crate) fn today(&self) -> Result<Date> {
        day_of(self.now()).ok_or_else(|| Error::Unfit("the clock is out of range".to_owned()))
    }

    /// The person with this id.
    pub(crate) async fn person(&mut self, id: Uuid) -> Result<Option<Person>> {
        let found = self.people_where("id = $1", &id.to_string()).await?;
        self.with_memberships(found).await.map(|found| found.into_iter().next())
    }

    /// Who has this as subject or as id.
    pub(crate) async fn person_named(&mut self, subject: &str) -> Result<Option<Person>> {
        let found = self.people_where("(subject = $1 OR id = $1)", subject).await?;
        self.with_memberships(found).await.map(|found| found.into_iter().next())
    }

    /// People with this address who have no subject of their own.
    pub(crate) async fn people_at(&mut self, email: &str) -> Result<Vec<Person>> {
        let found = self.people_where("email = $1 AND subject = id", email).await?;
        self.with_memberships(found).await
    }

    /// People after an id, of an organisation on a day or of all.
    pub(crate) async fn people(
        &mut self,
        organisation: &str,
        day: Date,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Person>> {
        let sql = format!(
            "{COLUMNS} WHERE id > $1 AND ($2 = '' OR id IN (SELECT person FROM memberships WHERE organisation = $2 \
             AND first_day <= $3 AND (last_day = '' OR last_day >= $3))) ORDER BY id LIMIT $4"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(after)
            .bind(organisation)
            .bind(day.to_string())
            .bind(i64::from(limit))
            .fetch_all(&mut *self.inner)
            .await?;
        let people = rows.iter().map(person).collect::<Result<_>>()?;
        self.with_memberships(people).await
    }

    async fn people_where(&mut self, condition: &'static str, value: &str) -> Result<Vec<Person>> {
        let sql = format!("{COLUMNS} WHERE {condition} ORDER BY id");
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(value).fetch_all(&mut *self.inner).await?;
        rows.iter().map(person).collect()
    }

    async fn with_memberships(&mut self, mut people: Vec<Person>) -> Result<Vec<Person>> {
        let sql = "SELECT number, first_day, last_day, body FROM memberships WHERE person = $1 ORDER BY number";
        for person in &mut people {
            let rows =
                sqlx::query(sql).bind(person.id.to_string()).fetch_all(&mut *self.inner).await?;
            person.memberships = rows.iter().map(membership).collect::<Result<_>>()?;
        }
        Ok(people)
    }

    /// Adds a person, or changes one; memberships are left alone.
    pub(crate) async fn put_person(&mut self, person: &Person) -> Result<()> {
        let id = person.id.to_string();
        let subject = if person.subject.is_empty() { &id } else { &person.subject };
        sqlx::query(
            "INSERT INTO people (id, subject, name, email, language, create_time, erase_time, notices) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, name = excluded.name, email = excluded.email, \
             language = excluded.language, erase_time = excluded.erase_time, notices = excluded.notices",
        )
        .bind(id.as_str())
        .bind(subject.as_str())
        .bind(person.name.as_str())
        .bind(person.email.as_str())
        .bind(person.language.as_str())
        .bind(person.create_time.0)
        .bind(person.erase_time.map_or(0, |time| time.0))
        .bind(person.notices.name())
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Adds a membership, or changes its days.
    pub(crate) async fn put_membership(
        &mut self,
        person: Uuid,
        membership: &Membership,
    ) -> Result<()> {
        let Membership { number, grant, from, until } = membership;
        let day = |day: &Option<Date>| day.map_or(String::new(), |day| day.to_string());
        let organisation =
            grant.organisation.as_ref().map_or("", |organisation| organisation.as_str());
        sqlx::query(
            "INSERT INTO memberships (person, number, organisation, first_day, last_day, body) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (person, number) DO UPDATE SET first_day = excluded.first_day, last_day = excluded.last_day",
        )
        .bind(person.to_string())
        .bind(i64::from(*number))
        .bind(organisation)
        .bind(day(from))
        .bind(day(until))
        .bind(pb::Grant::from(grant.clone()).encode_to_vec())
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }
}

/// The day of a moment, in UTC; none outside the calendar.
pub(crate) fn day_of(moment: Instant) -> Option<Date> {
    let moment = jiff::Timestamp::from_millisecond(moment.0).ok()?;
    Some(jiff::tz::Offset::UTC.to_datetime(moment).date())
}

fn person(row: &AnyRow) -> Result<Person> {
    let id: String = row.try_get("id")?;
    let subject: String = row.try_get("subject")?;
    let erase_time = unsigned(row, "erase_time")?;
    Ok(Person {
        subject: if subject == id { String::new() } else { subject },
        id: id.parse().map_err(|_| bad("people", format!("`{id}` is no id")))?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        language: row.try_get("language")?,
        notices: notice_choice(row)?,
        memberships: Vec::new(),
        create_time: Instant(row.try_get("create_time")?),
        erase_time: i64::try_from(erase_time).ok().filter(|time| *time != 0).map(Instant),
    })
}

/// How the person of a row is mailed about what happened.
pub(super) fn notice_choice(row: &AnyRow) -> Result<NoticeChoice> {
    let name: String = row.try_get("notices")?;
    NoticeChoice::from_name(&name).ok_or_else(|| bad("people", format!("`{name}` is no choice")))
}

fn membership(row: &AnyRow) -> Result<Membership> {
    let day = |column: &str| {
        wire::date_or_none(&row.try_get::<String, _>(column)?, column)
            .map_err(|error| bad("memberships", error.to_string()))
    };
    Ok(Membership {
        number: u32::try_from(unsigned(row, "number")?).unwrap_or(u32::MAX),
        grant: body_as::<pb::Grant, _>(row, "memberships")?,
        from: day("first_day")?,
        until: day("last_day")?,
    })
}

fn bad(table: &'static str, problem: String) -> Error {
    Error::BadRow { table, problem }
}

#[cfg(test)]
mod tests;
