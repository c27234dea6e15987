//! Rows of overrides and their confirmations.

use model::{Confirmation, CycleName, Override};
use prost::Message as _;
use sqlx::any::AnyRow;
use uuid::Uuid;
use wire::v1 as pb;

use crate::store::{
    Result, Table, Tx, body_as,
    reviews::{MAX_READ, confirmation},
};

const OVERRIDES: &str = "SELECT o.body, COALESCE(c.actor, '') AS actor, COALESCE(c.time, 0) AS time \
                         FROM overrides o LEFT JOIN override_confirmations c ON c.override_id = o.id";

impl Tx {
    /// Overrides of a cycle, oldest first.
    pub(crate) async fn overrides(&mut self, cycle: &CycleName) -> Result<Vec<Override>> {
        let sql = format!("{OVERRIDES} WHERE o.cycle = $1 ORDER BY o.number LIMIT $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(cycle.as_str())
            .bind(MAX_READ)
            .fetch_all(&mut *self.inner)
            .await?;
        rows.iter().map(made).collect()
    }

    /// The override with this id.
    pub(crate) async fn made_override(&mut self, id: Uuid) -> Result<Option<Override>> {
        let sql = format!("{OVERRIDES} WHERE o.id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id.to_string())
            .fetch_optional(&mut *self.inner)
            .await?;
        row.as_ref().map(made).transpose()
    }

    /// Adds an override; the writer holds the cycle's overrides.
    pub(crate) async fn insert_override(&mut self, made: &Override) -> Result<()> {
        let sql = "INSERT INTO overrides (id, cycle, number, body) VALUES ($1, $2, \
                   (SELECT COALESCE(MAX(number), 0) + 1 FROM overrides WHERE cycle = $2), $3)";
        let message = pb::Override::from(Override { confirmation: None, ..made.clone() });
        sqlx::query(sql)
            .bind(made.id.to_string())
            .bind(made.cycle.as_str())
            .bind(message.encode_to_vec())
            .execute(&mut *self.inner)
            .await?;
        self.wrote(Table::OVERRIDE, made.id.to_string(), 0);
        Ok(())
    }

    /// Adds a second person's word for an override.
    pub(crate) async fn confirm_override(
        &mut self,
        id: Uuid,
        Confirmation { actor, time }: &Confirmation,
    ) -> Result<()> {
        let sql =
            "INSERT INTO override_confirmations (override_id, actor, time) VALUES ($1, $2, $3)";
        sqlx::query(sql)
            .bind(id.to_string())
            .bind(actor.as_str())
            .bind(time.0)
            .execute(&mut *self.inner)
            .await?;
        self.wrote(Table::OVERRIDE_CONFIRMATION, id.to_string(), 0);
        Ok(())
    }
}

fn made(row: &AnyRow) -> Result<Override> {
    let saved: Override = body_as::<pb::Override, _>(row, "overrides")?;
    Ok(Override { confirmation: confirmation(row)?, ..saved })
}
