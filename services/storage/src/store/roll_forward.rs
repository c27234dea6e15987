//! Rows of what was rolled forward.

use model::CycleName;
use sqlx::Row as _;
use uuid::Uuid;

use crate::store::{Result, Table, Tx};

impl Tx {
    /// Contributions of earlier cycles that this cycle took over.
    pub(crate) async fn taken_over(&mut self, cycle: &CycleName) -> Result<Vec<String>> {
        let rows = sqlx::query("SELECT source FROM rolled_forward WHERE cycle = $1")
            .bind(cycle.as_str())
            .fetch_all(&mut *self.inner)
            .await?;
        rows.iter().map(|row| Ok(row.try_get("source")?)).collect()
    }

    /// Notes that a contribution was taken over.
    pub(crate) async fn insert_taken_over(
        &mut self,
        cycle: &CycleName,
        source: Uuid,
        contribution: Uuid,
    ) -> Result<()> {
        sqlx::query("INSERT INTO rolled_forward (cycle, source, contribution, time) VALUES ($1, $2, $3, $4)")
            .bind(cycle.as_str())
            .bind(source.to_string())
            .bind(contribution.to_string())
            .bind(self.now().0)
            .execute(&mut *self.inner)
            .await?;
        self.wrote(Table::ROLLED_FORWARD, contribution.to_string(), 0);
        Ok(())
    }
}
