//! The audit log: listing it, and reading all of it.

use crate::{
    Storage,
    store::{AuditFilter, AuditRow, CheckpointRow, FoundRow, Result, RowName, Table, Tx},
};

/// Entries or checkpoints that are read at a time.
const BATCH: u32 = 1_000;

/// The next part of an export.
#[derive(Debug)]
pub(crate) enum ExportPart {
    /// Entries in order of position, and the rows that they name as these are now, in the order of the entries.
    Entries(Vec<AuditRow>, Vec<FoundRow>),
    /// Names of rows that are there.
    Names(Vec<RowName>),
    /// Checkpoints in order of position.
    Checkpoints(Vec<CheckpointRow>),
}

/// How far an export is. What is read one after the other is consistent: entries and checkpoints are only ever added, and
/// what was written or erased meanwhile has an entry, up to which the export goes.
#[derive(Debug, Clone)]
pub(crate) struct ExportPlace {
    /// The last entry to export.
    end: u64,
    /// The last checkpoint of the beginning. One beyond the last entry is exported too: it shows that the end was cut off.
    last_checkpoint: u64,
    entries: u64,
    /// Tables whose rows are still to be named, and the last row that was.
    tables: Vec<&'static Table>,
    named: Option<RowName>,
    checkpoints: u64,
}

impl Storage {
    /// Lists entries after a position.
    pub(crate) async fn audit_entries(
        &self,
        after: u64,
        filter: &AuditFilter,
        limit: u32,
    ) -> Result<Vec<AuditRow>> {
        self.store.read().await?.audit_after(after, filter, limit).await
    }

    /// Begins an export of all that was committed before.
    pub(crate) async fn begin_export(&self) -> Result<ExportPlace> {
        let mut tx = self.store.read().await?;
        let end = last_position(&mut tx).await?;
        let last_checkpoint = tx.last_checkpoint().await?.map_or(0, |last| last.position);
        let tables = Table::ALL.into_iter().rev().collect();
        Ok(ExportPlace { end, last_checkpoint, entries: 0, tables, named: None, checkpoints: 0 })
    }

    /// Reads the next part of an export; absent after the last.
    pub(crate) async fn export_part(&self, place: &mut ExportPlace) -> Result<Option<ExportPart>> {
        let mut tx = self.store.read().await?;
        if place.entries < place.end {
            return entries(&mut tx, place).await.map(Some);
        }
        if let Some(table) = place.tables.last() {
            let names = tx.row_names(table, place.named.as_ref()).await?;
            place.named = names.last().cloned();
            if names.is_empty() {
                place.tables.pop();
            }
            place.end = last_position(&mut tx).await?;
            return Ok(Some(ExportPart::Names(names)));
        }
        let mut checkpoints = tx.checkpoints_after(place.checkpoints, BATCH).await?;
        checkpoints.retain(|checkpoint| checkpoint.position <= place.last_checkpoint);
        let Some(last) = checkpoints.last() else { return Ok(None) };
        place.checkpoints = last.position;
        Ok(Some(ExportPart::Checkpoints(checkpoints)))
    }
}

async fn entries(tx: &mut Tx, place: &mut ExportPlace) -> Result<ExportPart> {
    let mut entries = tx.audit_after(place.entries, &AuditFilter::default(), BATCH).await?;
    entries.retain(|entry| entry.position <= place.end);
    let rows = tx.found_rows(&entries).await?;
    // Where entries are gone from the database, the export ends early and says so by what it lacks.
    place.entries = entries.last().map_or(place.end, |entry| entry.position);
    if rows.iter().any(|row| row.hash.is_none()) {
        // The entry of the erasure may be later than what was there at the beginning.
        place.end = last_position(tx).await?;
    }
    Ok(ExportPart::Entries(entries, rows))
}

async fn last_position(tx: &mut Tx) -> Result<u64> {
    Ok(tx.last_audit().await?.map_or(0, |last| last.position))
}
