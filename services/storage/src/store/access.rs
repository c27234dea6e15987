//! Rows of revoked tokens and of erased subjects, and organisations by their number.

use data_encoding::HEXLOWER;
use identity::{CLOCK_LEEWAY_SECONDS, MAX_TOKEN_SECONDS};
use model::{Hash, Instant};
use sqlx::Row as _;

use crate::store::{Result, Tx, audit::salt, signed};

impl Tx {
    /// Whether a token was revoked by its id, or with all of its subject's that could be held then: an issuer whose clock is
    /// ahead dates a token up to [`CLOCK_LEEWAY_SECONDS`] later than it is.
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
            .bind(earliest_issue(issued_at))
            .fetch_optional(&mut *self.inner)
            .await?;
        Ok(row.is_some() || self.is_erased(subject, issued_at).await?)
    }

    /// Whether whoever a token was issued to was erased since.
    async fn is_erased(&mut self, subject: &str, issued_at: i64) -> Result<bool> {
        let rows = sqlx::query("SELECT salt, digest FROM erased_subjects WHERE time >= $1")
            .bind(earliest_issue(issued_at))
            .fetch_all(&mut *self.inner)
            .await?;
        for row in rows {
            let (salt, known): (String, String) = (row.try_get("salt")?, row.try_get("digest")?);
            if digest(&salt, subject) == known {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Revokes all tokens of a subject that were issued until now, without keeping the subject.
    pub(crate) async fn revoke_erased(&mut self, subject: &str) -> Result<()> {
        if subject.is_empty() {
            return Ok(());
        }
        sqlx::query("DELETE FROM revoked_subjects WHERE subject = $1")
            .bind(subject)
            .execute(&mut *self.inner)
            .await?;
        let salt = HEXLOWER.encode(&salt()?);
        sqlx::query("INSERT INTO erased_subjects (salt, digest, time) VALUES ($1, $2, $3)")
            .bind(salt.as_str())
            .bind(digest(&salt, subject))
            .bind(self.now().0)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Deletes the hashes of erased subjects whose tokens have expired.
    pub(crate) async fn delete_expired_subjects(&mut self) -> Result<()> {
        // Issued by a clock that is ahead, taken by one that is behind.
        let lifetime = signed(MAX_TOKEN_SECONDS * 1_000) + 2 * CLOCK_LEEWAY_SECONDS * 1_000;
        sqlx::query("DELETE FROM erased_subjects WHERE time < $1")
            .bind(self.now().0.saturating_sub(lifetime))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
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

    /// Revokes all tokens of a subject that were issued until now. A clock that was set back takes nothing back.
    pub(crate) async fn revoke_subject(&mut self, subject: &str) -> Result<Instant> {
        let now = self.now();
        sqlx::query(
            "INSERT INTO revoked_subjects (subject, time) VALUES ($1, $2) \
             ON CONFLICT (subject) DO UPDATE SET time = excluded.time WHERE revoked_subjects.time < excluded.time",
        )
        .bind(subject)
        .bind(now.0)
        .execute(&mut *self.inner)
        .await?;
        Ok(now)
    }
}

/// The earliest moment at which a token can have been issued that says when, in milliseconds since 1970.
fn earliest_issue(issued_at: i64) -> i64 {
    issued_at.saturating_sub(CLOCK_LEEWAY_SECONDS).saturating_mul(1_000)
}

fn digest(salt: &str, subject: &str) -> String {
    Hash::of(format!("{salt} {subject}").as_bytes()).to_string()
}
