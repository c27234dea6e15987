//! Rows of cycles and of their changes.
//!
//! Invariant: a cycle is as its last change says; where there is none, as it was opened.

use model::{Cycle, CycleName, Instant, MadeCycleChange};
use prost::Message as _;
use sqlx::{Row as _, any::AnyRow};
use wire::v1 as pb;

use crate::store::{Result, Table, Tx, body_as, unsigned};

/// The cycle of a row `c` after the last change whose `column` is at most `$1`.
fn body_at(column: &str) -> String {
    format!(
        "COALESCE((SELECT m.body FROM cycle_changes m WHERE m.cycle = c.name AND m.{column} <= $1 \
         ORDER BY m.number DESC LIMIT 1), c.body) AS body"
    )
}

impl Tx {
    /// The cycle with this name, as it is now.
    pub(crate) async fn cycle(&mut self, name: &CycleName) -> Result<Option<Cycle>> {
        self.cycle_as_of(name, Instant(i64::MAX)).await
    }

    /// The cycle with this name, as it was at a moment.
    pub(crate) async fn cycle_as_of(
        &mut self,
        name: &CycleName,
        moment: Instant,
    ) -> Result<Option<Cycle>> {
        self.cycle_at(name, "time", moment.0).await
    }

    /// The cycle with this name after the change with this number; as it was opened after none.
    pub(crate) async fn cycle_after(
        &mut self,
        name: &CycleName,
        change: u32,
    ) -> Result<Option<Cycle>> {
        self.cycle_at(name, "number", change.into()).await
    }

    async fn cycle_at(
        &mut self,
        name: &CycleName,
        column: &str,
        until: i64,
    ) -> Result<Option<Cycle>> {
        let sql = format!("SELECT {} FROM cycles c WHERE c.name = $2", body_at(column));
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(until)
            .bind(name.as_str())
            .fetch_optional(&mut *self.inner)
            .await?;
        row.map(|row| body_as::<pb::Cycle, _>(&row, "cycles")).transpose()
    }

    /// Number of the last change of a cycle; 0 where there was none.
    pub(crate) async fn last_cycle_change(&mut self, name: &CycleName) -> Result<u32> {
        let number = self.last_number("cycle_changes", name).await?;
        Ok(u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// Cycles after the name `after`, of one framework or of all.
    pub(crate) async fn cycles(
        &mut self,
        framework: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Cycle>> {
        let sql = format!(
            "SELECT {} FROM cycles c WHERE c.name > $2 AND ($3 = '' OR c.framework = $3) ORDER BY c.name LIMIT $4",
            body_at("time")
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(i64::MAX)
            .bind(after)
            .bind(framework)
            .bind(i64::from(limit))
            .fetch_all(&mut *self.inner)
            .await?;
        rows.iter().map(|row| body_as::<pb::Cycle, _>(row, "cycles")).collect()
    }

    /// Adds a cycle.
    pub(crate) async fn insert_cycle(&mut self, cycle: &Cycle) -> Result<()> {
        sqlx::query("INSERT INTO cycles (name, framework, body) VALUES ($1, $2, $3)")
            .bind(cycle.name.as_str())
            .bind(cycle.framework.as_str())
            .bind(pb::Cycle::from(cycle.clone()).encode_to_vec())
            .execute(&mut *self.inner)
            .await?;
        self.wrote(Table::CYCLE, cycle.name.as_str(), 0);
        Ok(())
    }

    /// Changes of a cycle after the number `after`, oldest first.
    pub(crate) async fn cycle_changes(
        &mut self,
        name: &CycleName,
        after: u32,
        limit: u32,
    ) -> Result<Vec<MadeCycleChange>> {
        let sql = "SELECT number, body, reason, actor, time FROM cycle_changes WHERE cycle = $1 AND number > $2 ORDER BY number LIMIT $3";
        let rows = sqlx::query(sql)
            .bind(name.as_str())
            .bind(i64::from(after))
            .bind(i64::from(limit))
            .fetch_all(&mut *self.inner)
            .await?;
        rows.iter().map(change).collect()
    }

    /// Adds a change of a cycle; the writer holds all of the cycle.
    pub(crate) async fn insert_cycle_change(&mut self, cycle: &Cycle, reason: &str) -> Result<()> {
        let number = self.last_number("cycle_changes", &cycle.name).await? + 1;
        let sql = "INSERT INTO cycle_changes (cycle, number, body, reason, actor, time) VALUES ($1, $2, $3, $4, $5, $6)";
        sqlx::query(sql)
            .bind(cycle.name.as_str())
            .bind(number)
            .bind(pb::Cycle::from(cycle.clone()).encode_to_vec())
            .bind(reason)
            .bind(self.actor())
            .bind(self.now().0)
            .execute(&mut *self.inner)
            .await?;
        self.wrote(Table::CYCLE_CHANGE, cycle.name.as_str(), number);
        Ok(())
    }
}

fn change(row: &AnyRow) -> Result<MadeCycleChange> {
    Ok(MadeCycleChange {
        number: u32::try_from(unsigned(row, "number")?).unwrap_or(u32::MAX),
        cycle: body_as::<pb::Cycle, _>(row, "cycle_changes")?,
        reason: row.try_get("reason")?,
        actor: row.try_get("actor")?,
        time: Instant(row.try_get("time")?),
    })
}
