//! Reading the audit log: entries in order of position.

use std::fmt::Write as _;

use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use crate::store::{Result, Tx, inserts::places, signed, unsigned};

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuditRow {
    /// Gapless position, counted from 1.
    pub(crate) position: u64,
    /// When.
    pub(crate) time: model::Instant,
    /// Opaque id of the person or service.
    pub(crate) actor: String,
    /// How it came in, or which part of the installation did it.
    pub(crate) origin: String,
    /// What was done.
    pub(crate) action: String,
    /// To what.
    pub(crate) object: String,
    /// How it ended.
    pub(crate) result: String,
    /// Hash of salt and payload.
    pub(crate) payload_hash: String,
    /// The rows that the change wrote, a line for each.
    pub(crate) written_rows: String,
    /// Hash over the one before and every field.
    pub(crate) chain_hash: String,
    /// Shown to nobody.
    pub(in crate::store) salt: String,
}

/// What is read of an entry.
const COLUMNS: &str = "position, time, actor, origin, action, object, result, payload_hash, written_rows, chain_hash, salt";

/// Which entries are asked for. What is empty or absent leaves nothing out.
#[derive(Debug, Clone, Default)]
pub(crate) struct AuditFilter {
    /// Only of this object.
    pub(crate) object: String,
    /// Only by this actor.
    pub(crate) actor: String,
    /// Only from this moment on.
    pub(crate) from: Option<model::Instant>,
    /// Only before this moment.
    pub(crate) until: Option<model::Instant>,
}

impl Tx {
    /// Entries after a position, in order.
    pub(crate) async fn audit_after(
        &mut self,
        position: u64,
        filter: &AuditFilter,
        limit: u32,
    ) -> Result<Vec<AuditRow>> {
        let AuditFilter { object, actor, from, until } = filter;
        let mut sql = format!(
            "SELECT {COLUMNS} FROM audit WHERE position > $1 AND position > 0 AND time >= $2 AND time < $3"
        );
        // A condition that is always there would keep the database from using an index.
        let texts =
            [("object", object), ("actor", actor)].into_iter().filter(|(_, text)| !text.is_empty());
        let texts: Vec<_> = texts.collect();
        for (place, (column, _)) in texts.iter().enumerate() {
            // A text takes all that is written to it.
            let _ = write!(sql, " AND {column} = ${}", place + 5);
        }
        sql.push_str(" ORDER BY position LIMIT $4");
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(signed(position))
            .bind(from.map_or(i64::MIN, |from| from.0))
            .bind(until.map_or(i64::MAX, |until| until.0))
            .bind(i64::from(limit));
        for (_, text) in texts {
            query = query.bind(text.as_str());
        }
        query.fetch_all(&mut *self.inner).await?.iter().map(read).collect()
    }

    /// Entries of some actions that were done, after a position and up to another, in order.
    pub(crate) async fn audit_of(
        &mut self,
        actions: &[&str],
        (after, until): (u64, u64),
        limit: u32,
    ) -> Result<Vec<AuditRow>> {
        let (places, bound) = (places(1, actions.len()), actions.len());
        let sql = format!(
            "SELECT {COLUMNS} FROM audit WHERE position > ${} AND position <= ${} AND position > 0 AND action IN {places} \
             AND result = 'done' ORDER BY position LIMIT ${}",
            bound + 1,
            bound + 2,
            bound + 3
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for action in actions {
            query = query.bind(*action);
        }
        let query = query.bind(signed(after)).bind(signed(until)).bind(i64::from(limit));
        query.fetch_all(&mut *self.inner).await?.iter().map(read).collect()
    }

    /// The last entry; absent from an empty log.
    pub(crate) async fn last_audit(&mut self) -> Result<Option<AuditRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM audit WHERE position > 0 ORDER BY position DESC LIMIT 1"
        );
        let row = sqlx::query(AssertSqlSafe(sql)).fetch_optional(&mut *self.inner).await?;
        row.as_ref().map(read).transpose()
    }

    /// The first entry after a position that made an edition public.
    pub(crate) async fn publication_after(&mut self, position: u64) -> Result<Option<AuditRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM audit WHERE action = 'edition.published' AND position > $1 ORDER BY position LIMIT 1"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(signed(position));
        let row = query.fetch_optional(&mut *self.inner).await?;
        row.as_ref().map(read).transpose()
    }
}

fn read(row: &AnyRow) -> Result<AuditRow> {
    Ok(AuditRow {
        position: unsigned(row, "position")?,
        time: model::Instant(row.try_get("time")?),
        actor: row.try_get("actor")?,
        origin: row.try_get("origin")?,
        action: row.try_get("action")?,
        object: row.try_get("object")?,
        result: row.try_get("result")?,
        payload_hash: row.try_get("payload_hash")?,
        written_rows: row.try_get("written_rows")?,
        chain_hash: row.try_get("chain_hash")?,
        salt: row.try_get("salt")?,
    })
}
