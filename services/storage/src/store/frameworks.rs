//! Rows of frameworks and organisations.

use model::{Framework, Hash, Slug};
use prost::Message as _;
use wire::v1 as pb;

use crate::store::{Result, Table, Tx, body_as};

impl Tx {
    /// The version of a framework; 0 means the latest.
    pub(crate) async fn framework(
        &mut self,
        code: &Slug,
        version: u32,
    ) -> Result<Option<Framework>> {
        let sql = "SELECT body FROM frameworks WHERE code = $1 AND ($2 = 0 OR version = $2) ORDER BY version DESC LIMIT 1";
        let row = sqlx::query(sql)
            .bind(code.as_str())
            .bind(i64::from(version))
            .fetch_optional(&mut *self.inner)
            .await?;
        row.map(|row| body_as::<pb::Framework, _>(&row, "frameworks")).transpose()
    }

    /// The latest version of a framework that has this content.
    pub(crate) async fn framework_with_content(
        &mut self,
        code: &Slug,
        hash: Hash,
    ) -> Result<Option<Framework>> {
        let sql = "SELECT body FROM frameworks WHERE code = $1 AND content_hash = $2 ORDER BY version DESC LIMIT 1";
        let query = sqlx::query(sql).bind(code.as_str()).bind(hash.to_string());
        let row = query.fetch_optional(&mut *self.inner).await?;
        row.map(|row| body_as::<pb::Framework, _>(&row, "frameworks")).transpose()
    }

    /// The versions of a framework from one to another, oldest first.
    pub(crate) async fn framework_versions(
        &mut self,
        code: &Slug,
        from: u32,
        to: u32,
    ) -> Result<Vec<Framework>> {
        let sql = "SELECT body FROM frameworks WHERE code = $1 AND version BETWEEN $2 AND $3 ORDER BY version";
        let query = sqlx::query(sql).bind(code.as_str()).bind(i64::from(from)).bind(i64::from(to));
        let rows = query.fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| body_as::<pb::Framework, _>(row, "frameworks")).collect()
    }

    /// The latest version of each framework after the code `after`.
    pub(crate) async fn frameworks(&mut self, after: &str, limit: u32) -> Result<Vec<Framework>> {
        let sql = "SELECT f.body FROM frameworks f WHERE f.code > $1 AND f.version = \
                   (SELECT MAX(version) FROM frameworks WHERE code = f.code) ORDER BY f.code LIMIT $2";
        let rows =
            sqlx::query(sql).bind(after).bind(i64::from(limit)).fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| body_as::<pb::Framework, _>(row, "frameworks")).collect()
    }

    /// Adds a framework version.
    pub(crate) async fn insert_framework(
        &mut self,
        framework: &Framework,
        hash: Hash,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO frameworks (code, version, content_hash, body) VALUES ($1, $2, $3, $4)",
        )
        .bind(framework.code.as_str())
        .bind(i64::from(framework.version))
        .bind(hash.to_string())
        .bind(pb::Framework::from(framework.clone()).encode_to_vec())
        .execute(&mut *self.inner)
        .await?;
        self.wrote(Table::FRAMEWORK, framework.code.as_str(), i64::from(framework.version));
        Ok(())
    }
}
