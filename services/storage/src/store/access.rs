//! Rows of revoked tokens, and organisations by their number.

use model::{Instant, Slug};
use sqlx::Row as _;

use crate::store::{Result, Tx};

/// Organisations that are read at once.
const PAGE: u32 = 1_000;

impl Tx {
    /// Whether a token was revoked by its id, or with all of its subject's that were issued until then.
    pub(crate) async fn is_revoked(
        &mut self,
        subject: &str,
        token_id: &str,
        issued_at: i64,
    ) -> Result<bool> {
        let sql = "SELECT time FROM revoked_tokens WHERE id = $1 AND id <> '' \
                   UNION ALL SELECT time FROM revoked_subjects WHERE subject = $2 AND time >= $3 LIMIT 1";
        let row = sqlx::query(sql)
            .bind(token_id)
            .bind(subject)
            .bind(issued_at.saturating_mul(1_000))
            .fetch_optional(&mut *self.inner)
            .await?;
        Ok(row.is_some())
    }

    /// Revokes a token by its id. Returns since when it is.
    pub(crate) async fn revoke_token(&mut self, id: &str) -> Result<Instant> {
        sqlx::query("INSERT INTO revoked_tokens (id, time) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(id)
            .bind(self.now().0)
            .execute(&mut *self.inner)
            .await?;
        let row = sqlx::query("SELECT time FROM revoked_tokens WHERE id = $1")
            .bind(id)
            .fetch_one(&mut *self.inner)
            .await?;
        Ok(Instant(row.try_get("time")?))
    }

    /// Revokes all tokens of a subject that were issued until now.
    pub(crate) async fn revoke_subject(&mut self, subject: &str) -> Result<Instant> {
        let now = self.now();
        sqlx::query(
            "INSERT INTO revoked_subjects (subject, time) VALUES ($1, $2) \
             ON CONFLICT (subject) DO UPDATE SET time = excluded.time",
        )
        .bind(subject)
        .bind(now.0)
        .execute(&mut *self.inner)
        .await?;
        Ok(now)
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
