//! Rows of withdrawn editions, and of what an erasure empties.

use model::{Artefact, EditionName, Hash, Instant, InvalidField, Withdrawal};
use sqlx::Row as _;
use uuid::Uuid;
use wire::v1 as pb;

use crate::{
    Error,
    store::{Result, Table, Tx, body_as},
};

impl Tx {
    /// Why and when an edition was withdrawn; absent unless it was.
    pub(crate) async fn withdrawal(&mut self, edition: &EditionName) -> Result<Option<Withdrawal>> {
        let row = sqlx::query("SELECT reason, time FROM withdrawals WHERE edition = $1")
            .bind(edition.as_str())
            .fetch_optional(&mut *self.inner)
            .await?;
        let read = |row: sqlx::any::AnyRow| {
            Ok(Withdrawal { reason: row.try_get("reason")?, time: Instant(row.try_get("time")?) })
        };
        row.map(read).transpose()
    }

    /// Withdraws an edition; its files are still there.
    pub(crate) async fn insert_withdrawal(
        &mut self,
        edition: &EditionName,
        reason: &str,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO withdrawals (edition, reason, actor, time) VALUES ($1, $2, $3, $4)",
        )
        .bind(edition.as_str())
        .bind(reason)
        .bind(self.actor())
        .bind(self.now().0)
        .execute(&mut *self.inner)
        .await?;
        self.wrote(Table::WITHDRAWAL, edition.as_str(), 0);
        Ok(())
    }

    /// Notes that the files of a withdrawn edition are gone.
    pub(crate) async fn set_files_gone(&mut self, edition: &EditionName) -> Result<()> {
        sqlx::query("UPDATE withdrawals SET are_files_gone = 1 WHERE edition = $1")
            .bind(edition.as_str())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Withdrawn editions whose files may still be there.
    pub(crate) async fn withdrawn_with_files(&mut self) -> Result<Vec<EditionName>> {
        let sql = "SELECT edition FROM withdrawals WHERE are_files_gone = 0 ORDER BY edition";
        let rows = sqlx::query(sql).fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| name(&row.try_get::<String, _>("edition")?)).collect()
    }

    /// The withdrawn editions that had this file.
    pub(crate) async fn withdrawn_with(&mut self, file: Hash) -> Result<Vec<EditionName>> {
        let sql = "SELECT a.body FROM withdrawals w JOIN artefacts a ON a.edition = w.edition ORDER BY a.edition";
        self.editions_with(sql, file).await
    }

    /// Whether an edition that was not withdrawn has this file.
    pub(crate) async fn is_named(&mut self, file: Hash) -> Result<bool> {
        let sql =
            "SELECT body FROM artefacts WHERE edition NOT IN (SELECT edition FROM withdrawals)";
        Ok(!self.editions_with(sql, file).await?.is_empty())
    }

    async fn editions_with(&mut self, sql: &'static str, file: Hash) -> Result<Vec<EditionName>> {
        let rows = sqlx::query(sql).fetch_all(&mut *self.inner).await?;
        let mut editions = Vec::new();
        for row in rows {
            let artefact: Artefact = body_as::<pb::Artefact, _>(&row, "artefacts")?;
            if artefact.sha256 == file {
                editions.push(artefact.edition);
            }
        }
        Ok(editions)
    }

    /// The editions that pin a contribution, at any revision.
    pub(crate) async fn editions_pinning(&mut self, id: Uuid) -> Result<Vec<EditionName>> {
        let sql = "SELECT DISTINCT e.name, e.cycle, e.number FROM pins p JOIN editions e ON e.name = p.edition \
                   WHERE p.contribution = $1 ORDER BY e.cycle, e.number";
        let rows = sqlx::query(sql).bind(id.to_string()).fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| name(&row.try_get::<String, _>("name")?)).collect()
    }
}

fn name(text: &str) -> Result<EditionName> {
    text.parse().map_err(|error: InvalidField| Error::BadRow {
        table: "editions",
        problem: error.to_string(),
    })
}
