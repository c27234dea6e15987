//! Rows of organisations.

use model::{Hash, Organisation, Slug};
use prost::Message as _;
use sqlx::Row as _;
use wire::v1 as pb;

use crate::store::{Result, Table, Tx, body_as};

/// Organisations that are read at once.
const PAGE: u32 = 1_000;

impl Tx {
    /// An organisation of the register.
    pub(crate) async fn organisation(&mut self, code: &Slug) -> Result<Option<Organisation>> {
        let sql = "SELECT body FROM organisations WHERE code = $1 ORDER BY version DESC LIMIT 1";
        let row = sqlx::query(sql).bind(code.as_str()).fetch_optional(&mut *self.inner).await?;
        row.map(|row| body_as::<pb::Organisation, _>(&row, "organisations")).transpose()
    }

    /// Organisations of the register after the code `after`.
    pub(crate) async fn organisations(
        &mut self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<Organisation>> {
        let sql = "SELECT o.body FROM organisations o WHERE o.code > $1 AND o.version = \
                   (SELECT MAX(version) FROM organisations WHERE code = o.code) ORDER BY o.code LIMIT $2";
        let rows =
            sqlx::query(sql).bind(after).bind(i64::from(limit)).fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| body_as::<pb::Organisation, _>(row, "organisations")).collect()
    }

    /// Adds the organisation to the register, or its next version where it changed.
    pub(crate) async fn register_organisation(
        &mut self,
        organisation: &Organisation,
    ) -> Result<()> {
        let hash = Hash::of(&model::canonical::organisation(organisation)).to_string();
        let known = self.organisation(&organisation.code).await?;
        if known.is_some_and(|known| known == *organisation) {
            return Ok(());
        }
        let row = sqlx::query(
            "INSERT INTO organisations (code, version, content_hash, body) \
             SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3 FROM organisations WHERE code = $1 RETURNING version",
        )
        .bind(organisation.code.as_str())
        .bind(hash)
        .bind(pb::Organisation::from(organisation.clone()).encode_to_vec())
        .fetch_one(&mut *self.inner)
        .await?;
        let version = row.try_get("version")?;
        self.wrote(Table::ORGANISATION, organisation.code.as_str(), version);
        Ok(())
    }

    /// Codes of the organisations of the register with this OIN.
    pub(crate) async fn organisations_with(&mut self, oin: &str) -> Result<Vec<Slug>> {
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.organisations(&after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(found) };
            after = last.code.to_string();
            found.extend(page.into_iter().filter(|it| it.oin == oin).map(|it| it.code));
        }
    }
}
