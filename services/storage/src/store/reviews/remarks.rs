//! Rows of remarks, their answers and their resolutions.

use model::{Confirmation, Remark, RemarkAnswer};
use prost::Message as _;
use sqlx::{Row as _, any::AnyRow};
use uuid::Uuid;
use wire::v1 as pb;

use crate::store::{
    Result, Table, Tx, body_as,
    reviews::{MAX_READ, confirmation},
};

const REMARKS: &str = "SELECT m.body, COALESCE(c.actor, '') AS actor, COALESCE(c.time, 0) AS time \
                       FROM remarks m LEFT JOIN remark_resolutions c ON c.remark = m.id";

impl Tx {
    /// Remarks on a contribution with their answers, oldest first.
    pub(crate) async fn remarks(&mut self, contribution: Uuid) -> Result<Vec<Remark>> {
        let sql = format!("{REMARKS} WHERE m.contribution = $1 ORDER BY m.number LIMIT $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(contribution.to_string())
            .bind(MAX_READ)
            .fetch_all(&mut *self.inner)
            .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            found.push(self.answered_remark(row).await?);
        }
        Ok(found)
    }

    /// The remark with this id.
    pub(crate) async fn remark(&mut self, id: Uuid) -> Result<Option<Remark>> {
        let sql = format!("{REMARKS} WHERE m.id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id.to_string())
            .fetch_optional(&mut *self.inner)
            .await?;
        match row {
            Some(row) => self.answered_remark(&row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn answered_remark(&mut self, row: &AnyRow) -> Result<Remark> {
        let mut remark: Remark = body_as::<pb::Remark, _>(row, "remarks")?;
        remark.resolution = confirmation(row)?;
        let sql = "SELECT body FROM remark_answers WHERE remark = $1 ORDER BY number";
        let rows = sqlx::query(sql).bind(remark.id.to_string()).fetch_all(&mut *self.inner).await?;
        let answers = rows.iter().map(|row| body_as::<pb::RemarkAnswer, _>(row, "remark_answers"));
        remark.answers = answers.collect::<Result<_>>()?;
        Ok(remark)
    }

    /// Adds a remark; the writer holds the organisation's contributions.
    pub(crate) async fn insert_remark(&mut self, remark: &Remark) -> Result<()> {
        let sql = "INSERT INTO remarks (id, contribution, number, body) VALUES ($1, $2, \
                   (SELECT COALESCE(MAX(number), 0) + 1 FROM remarks WHERE contribution = $2), $3)";
        sqlx::query(sql)
            .bind(remark.id.to_string())
            .bind(remark.contribution.to_string())
            .bind(pb::Remark::from(remark.clone()).encode_to_vec())
            .execute(&mut *self.inner)
            .await?;
        self.wrote(Table::REMARK, remark.id.to_string(), 0);
        Ok(())
    }

    /// Adds an answer to a remark; the writer holds the organisation's contributions.
    pub(crate) async fn insert_answer(
        &mut self,
        remark: Uuid,
        answer: &RemarkAnswer,
    ) -> Result<()> {
        let sql = "INSERT INTO remark_answers (remark, number, body) VALUES ($1, \
                   (SELECT COALESCE(MAX(number), 0) + 1 FROM remark_answers WHERE remark = $1), $2) RETURNING number";
        let row = sqlx::query(sql)
            .bind(remark.to_string())
            .bind(pb::RemarkAnswer::from(answer.clone()).encode_to_vec())
            .fetch_one(&mut *self.inner)
            .await?;
        self.wrote(Table::REMARK_ANSWER, remark.to_string(), row.try_get("number")?);
        Ok(())
    }

    /// Marks a remark as resolved.
    pub(crate) async fn resolve_remark(
        &mut self,
        remark: Uuid,
        Confirmation { actor, time }: &Confirmation,
    ) -> Result<()> {
        let sql = "INSERT INTO remark_resolutions (remark, actor, time) VALUES ($1, $2, $3)";
        sqlx::query(sql)
            .bind(remark.to_string())
            .bind(actor.as_str())
            .bind(time.0)
            .execute(&mut *self.inner)
            .await?;
        self.wrote(Table::REMARK_RESOLUTION, remark.to_string(), 0);
        Ok(())
    }
}
