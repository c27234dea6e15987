//! Rows of obligations and of deadlines of organisations.

use std::collections::BTreeMap;

use futures::TryStreamExt as _;
use jiff::civil::Date;
use model::{Asked, Contribution, CycleName, Instant, ObligationChange, Revision, Slug};
use sqlx::{Row as _, any::AnyRow};
use wire::v1 as pb;

use crate::{
    Error,
    store::{Result, Table, Tx, body_as},
};

/// What happened to obligations of a cycle, in the order of the record.
pub(crate) type Changes = Vec<(Asked, ObligationChange)>;

impl Tx {
    /// Changes of a cycle's obligations up to a moment.
    pub(crate) async fn obligation_changes(
        &mut self,
        cycle: &CycleName,
        until: Instant,
    ) -> Result<Changes> {
        let sql = "SELECT organisation, goal, indicator, kind, reason FROM obligation_changes WHERE cycle = $1 AND time <= $2 ORDER BY number";
        let rows =
            sqlx::query(sql).bind(cycle.as_str()).bind(until.0).fetch_all(&mut *self.inner).await?;
        rows.iter().map(change).collect()
    }

    /// What was removed from a cycle's obligations since a moment.
    pub(crate) async fn obligations_removed_since(
        &mut self,
        cycle: &CycleName,
        since: Instant,
    ) -> Result<Vec<Asked>> {
        let sql = "SELECT organisation, goal, indicator, kind, reason FROM obligation_changes WHERE cycle = $1 AND time >= $2 AND kind = 'removed' ORDER BY number";
        let rows =
            sqlx::query(sql).bind(cycle.as_str()).bind(since.0).fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| change(row).map(|(asked, _)| asked)).collect()
    }

    /// What some changes of a cycle's obligations, from one number to another, assigned.
    pub(crate) async fn assigned_between(
        &mut self,
        cycle: &CycleName,
        (first, last): (i64, i64),
    ) -> Result<Vec<Asked>> {
        let sql = "SELECT organisation, goal, indicator, kind, reason FROM obligation_changes \
                   WHERE cycle = $1 AND number >= $2 AND number <= $3 AND kind IN ('required', 'optional') ORDER BY number";
        let query = sqlx::query(sql).bind(cycle.as_str()).bind(first).bind(last);
        let rows = query.fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| change(row).map(|(asked, _)| asked)).collect()
    }

    /// Adds changes of a cycle's obligations; the writer holds the cycle's obligations.
    pub(crate) async fn insert_obligation_changes(
        &mut self,
        cycle: &CycleName,
        changes: &Changes,
    ) -> Result<()> {
        let mut number = self.last_number("obligation_changes", cycle).await?;
        for (Asked { organisation, goal, indicator }, change) in changes {
            number += 1;
            let (kind, reason) = match change {
                ObligationChange::Assigned { optional: false } => ("required", ""),
                ObligationChange::Assigned { optional: true } => ("optional", ""),
                ObligationChange::Removed { reason } => ("removed", reason.as_str()),
                ObligationChange::Accepted { reason } => ("accepted", reason.as_str()),
            };
            let sql = "INSERT INTO obligation_changes (cycle, number, organisation, goal, indicator, kind, reason, actor, time) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
            sqlx::query(sql)
                .bind(cycle.as_str())
                .bind(number)
                .bind(organisation.as_str())
                .bind(goal.as_str())
                .bind(indicator.as_str())
                .bind(kind)
                .bind(reason)
                .bind(self.actor())
                .bind(self.now().0)
                .execute(&mut *self.inner)
                .await?;
            self.wrote(Table::OBLIGATION_CHANGE, cycle.as_str(), number);
        }
        Ok(())
    }

    /// Deadlines of a cycle's organisations that differ from its own, at a moment.
    pub(crate) async fn extended_deadlines(
        &mut self,
        cycle: &CycleName,
        until: Instant,
    ) -> Result<BTreeMap<Slug, Date>> {
        let deadlines = self.explained_deadlines(cycle, until).await?;
        Ok(deadlines
            .into_iter()
            .map(|(organisation, (deadline, _))| (organisation, deadline))
            .collect())
    }

    /// The same, each with why it was moved.
    pub(crate) async fn explained_deadlines(
        &mut self,
        cycle: &CycleName,
        until: Instant,
    ) -> Result<BTreeMap<Slug, (Date, String)>> {
        let sql = "SELECT organisation, deadline, reason FROM deadline_changes WHERE cycle = $1 AND time <= $2 ORDER BY number";
        let rows =
            sqlx::query(sql).bind(cycle.as_str()).bind(until.0).fetch_all(&mut *self.inner).await?;
        let mut deadlines = BTreeMap::new();
        for row in rows {
            let organisation: Slug = code(&row, "organisation", "deadline_changes")?;
            let deadline: String = row.try_get("deadline")?;
            if deadline.is_empty() {
                deadlines.remove(&organisation);
            } else {
                let date = wire::date(&deadline, "deadline");
                let date = date.map_err(|e| bad("deadline_changes", &e))?;
                deadlines.insert(organisation, (date, row.try_get("reason")?));
            }
        }
        Ok(deadlines)
    }

    /// Gives an organisation a deadline of its own, or takes it away; the writer holds the cycle's obligations.
    pub(crate) async fn insert_deadline_change(
        &mut self,
        cycle: &CycleName,
        organisation: &Slug,
        deadline: Option<Date>,
        reason: &str,
    ) -> Result<()> {
        let number = self.last_number("deadline_changes", cycle).await? + 1;
        let sql = "INSERT INTO deadline_changes (cycle, number, organisation, deadline, reason, actor, time) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        sqlx::query(sql)
            .bind(cycle.as_str())
            .bind(number)
            .bind(organisation.as_str())
            .bind(deadline.map_or(String::new(), |deadline| deadline.to_string()))
            .bind(reason)
            .bind(self.actor())
            .bind(self.now().0)
            .execute(&mut *self.inner)
            .await?;
        self.wrote(Table::DEADLINE_CHANGE, cycle.as_str(), number);
        Ok(())
    }

    /// Every revision of a cycle's contributions up to a moment, with what had been decided by then, as far as obligations
    /// depend on it. Bodies are read one by one, so that a long history does not fill the memory.
    pub(crate) async fn revisions(
        &mut self,
        cycle: &CycleName,
        until: Instant,
    ) -> Result<Vec<Revision>> {
        let decided = self.decided_in(cycle, until).await?;
        let sql = "SELECT r.body FROM contributions c JOIN revisions r ON r.contribution = c.id WHERE c.cycle = $1 ORDER BY c.id, r.version";
        let mut rows = sqlx::query(sql).bind(cycle.as_str()).fetch(&mut *self.inner);
        let mut revisions = Vec::new();
        while let Some(row) = rows.try_next().await? {
            let contribution: Contribution = body_as::<pb::Contribution, _>(&row, "revisions")?;
            let latest = decided.get(&contribution.id);
            let revision = Revision::from(&contribution.after(latest));
            if revision.time <= until {
                revisions.push(revision);
            }
        }
        Ok(revisions)
    }

    /// The highest number that a table has of a cycle; 0 where it has none.
    pub(super) async fn last_number(
        &mut self,
        table: &'static str,
        cycle: &CycleName,
    ) -> Result<i64> {
        let sql =
            format!("SELECT COALESCE(MAX(number), 0) AS number FROM {table} WHERE cycle = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(cycle.as_str())
            .fetch_one(&mut *self.inner)
            .await?;
        Ok(row.try_get("number")?)
    }
}

fn change(row: &AnyRow) -> Result<(Asked, ObligationChange)> {
    let asked = Asked {
        organisation: code(row, "organisation", "obligation_changes")?,
        goal: row.try_get("goal")?,
        indicator: row.try_get("indicator")?,
    };
    let change = match row.try_get::<String, _>("kind")?.as_str() {
        "required" => ObligationChange::Assigned { optional: false },
        "optional" => ObligationChange::Assigned { optional: true },
        "removed" => ObligationChange::Removed { reason: row.try_get("reason")? },
        "accepted" => ObligationChange::Accepted { reason: row.try_get("reason")? },
        kind => {
            let problem = format!("`{kind}` is no kind of change");
            return Err(Error::BadRow { table: "obligation_changes", problem });
        }
    };
    Ok((asked, change))
}

fn code(row: &AnyRow, column: &str, table: &'static str) -> Result<Slug> {
    row.try_get::<String, _>(column)?.parse().map_err(|error| bad(table, &error))
}

fn bad(table: &'static str, error: &model::InvalidField) -> Error {
    Error::BadRow { table, problem: error.to_string() }
}
