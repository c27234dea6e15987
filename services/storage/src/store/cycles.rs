//! Rows of cycles.

use model::{Cycle, CycleName};
use prost::Message as _;
use wire::v1 as pb;

use crate::store::{Result, Tx, body_as};

impl Tx {
    /// The cycle with this name.
    pub(crate) async fn cycle(&mut self, name: &CycleName) -> Result<Option<Cycle>> {
        let row = sqlx::query("SELECT body FROM cycles WHERE name = $1")
            .bind(name.as_str())
            .fetch_optional(&mut *self.inner)
            .await?;
        row.map(|row| body_as::<pb::Cycle, _>(&row, "cycles")).transpose()
    }

    /// Cycles after the name `after`, of one framework or of all.
    pub(crate) async fn cycles(
        &mut self,
        framework: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Cycle>> {
        let sql = "SELECT body FROM cycles WHERE name > $1 AND ($2 = '' OR framework = $2) ORDER BY name LIMIT $3";
        let rows = sqlx::query(sql)
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
        Ok(())
    }
}
