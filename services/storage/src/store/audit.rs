//! The audit log: one entry per change, in the change's own transaction, chained by hash when it gets its position.

use model::Hash;
use sqlx::Row as _;

use crate::store::{Result, Tx, signed, unsigned};

impl Tx {
    /// Records who did what to which object. `payload` is hashed, not kept.
    pub(crate) async fn audit(&mut self, action: &str, object: &str, payload: &[u8]) -> Result<()> {
        sqlx::query("INSERT INTO audit (time, actor, origin, action, object, result, payload_hash) VALUES ($1, $2, 'grpc', $3, $4, 'done', $5)")
            .bind(self.now().0)
            .bind(self.actor.clone())
            .bind(action)
            .bind(object)
            .bind(Hash::of(payload).to_string())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Gives unsealed entries their positions and chains each to the one before:
    /// the hash covers the earlier hash and every field, each with its length.
    pub(crate) async fn seal_audit(&mut self) -> Result<()> {
        let sql = "SELECT insert_order, time, actor, origin, action, object, result, payload_hash FROM audit WHERE position = 0 ORDER BY insert_order";
        let rows = sqlx::query(sql).fetch_all(&mut *self.inner).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let last = sqlx::query("SELECT position, chain_hash FROM audit WHERE position > 0 ORDER BY position DESC LIMIT 1").fetch_optional(&mut *self.inner).await?;
        let (mut position, mut chain) = match last {
            Some(row) => (unsigned(&row, "position")?, row.try_get::<String, _>("chain_hash")?),
            None => (0, String::new()),
        };
        for row in rows {
            position += 1;
            let mut fields =
                vec![chain, position.to_string(), row.try_get::<i64, _>("time")?.to_string()];
            for column in ["actor", "origin", "action", "object", "result", "payload_hash"] {
                fields.push(row.try_get(column)?);
            }
            let canonical: String =
                fields.iter().map(|field| format!("{} {field}\n", field.len())).collect();
            chain = Hash::of(canonical.as_bytes()).to_string();
            sqlx::query("UPDATE audit SET position = $1, chain_hash = $2 WHERE insert_order = $3")
                .bind(signed(position))
                .bind(chain.clone())
                .bind(row.try_get::<i64, _>("insert_order")?)
                .execute(&mut *self.inner)
                .await?;
        }
        Ok(())
    }
}
