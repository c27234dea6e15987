//! Rows of checkpoints: signed heads of the audit log's chain.

use sqlx::{Row as _, any::AnyRow};

use crate::store::{Result, Tx, signed, unsigned};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckpointRow {
    /// Position of the entry that it stands on.
    pub(crate) position: u64,
    /// Chain hash of that entry.
    pub(crate) chain_hash: String,
    /// When it was made.
    pub(crate) time: model::Instant,
    /// What it was made for.
    pub(crate) cause: String,
    /// Id of the key.
    pub(crate) key: String,
    /// Ed25519 signature.
    pub(crate) signature: Vec<u8>,
}

impl Tx {
    /// Adds a checkpoint.
    pub(crate) async fn insert_checkpoint(&mut self, checkpoint: CheckpointRow) -> Result<()> {
        let CheckpointRow { position, chain_hash, time, cause, key, signature } = checkpoint;
        sqlx::query("INSERT INTO checkpoints (position, chain_hash, time, cause, signing_key, signature) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(signed(position))
            .bind(chain_hash)
            .bind(time.0)
            .bind(cause)
            .bind(key)
            .bind(signature)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// The checkpoint with the highest position.
    pub(crate) async fn last_checkpoint(&mut self) -> Result<Option<CheckpointRow>> {
        let sql = "SELECT position, chain_hash, time, cause, signing_key, signature FROM checkpoints ORDER BY position DESC LIMIT 1";
        sqlx::query(sql).fetch_optional(&mut *self.inner).await?.as_ref().map(read).transpose()
    }

    /// Checkpoints after a position, in order.
    pub(crate) async fn checkpoints_after(
        &mut self,
        position: u64,
        limit: u32,
    ) -> Result<Vec<CheckpointRow>> {
        let sql = "SELECT position, chain_hash, time, cause, signing_key, signature FROM checkpoints WHERE position > $1 ORDER BY position LIMIT $2";
        let query = sqlx::query(sql).bind(signed(position)).bind(i64::from(limit));
        query.fetch_all(&mut *self.inner).await?.iter().map(read).collect()
    }

    /// Checkpoints that have no copy outside the database yet.
    pub(crate) async fn checkpoints_to_anchor(&mut self) -> Result<Vec<CheckpointRow>> {
        let sql = "SELECT position, chain_hash, time, cause, signing_key, signature FROM checkpoints WHERE is_anchored = 0 ORDER BY position LIMIT 100";
        sqlx::query(sql).fetch_all(&mut *self.inner).await?.iter().map(read).collect()
    }

    /// Records that a checkpoint has a copy outside the database.
    pub(crate) async fn mark_anchored(&mut self, position: u64) -> Result<()> {
        sqlx::query("UPDATE checkpoints SET is_anchored = 1 WHERE position = $1")
            .bind(signed(position))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }
}

fn read(row: &AnyRow) -> Result<CheckpointRow> {
    Ok(CheckpointRow {
        position: unsigned(row, "position")?,
        chain_hash: row.try_get("chain_hash")?,
        time: model::Instant(row.try_get("time")?),
        cause: row.try_get("cause")?,
        key: row.try_get("signing_key")?,
        signature: row.try_get("signature")?,
    })
}
