//! The audit log: listing it, and reading all of it.

use crate::{
    Storage,
    store::{AuditFilter, AuditRow, CheckpointRow, Result},
};

/// Entries or checkpoints that are read at a time.
const BATCH: u32 = 1_000;

/// The next part of an export.
#[derive(Debug)]
pub(crate) enum ExportPart {
    /// Entries in order of position.
    Entries(Vec<AuditRow>),
    /// Checkpoints in order of position.
    Checkpoints(Vec<CheckpointRow>),
}

/// How far an export is. Rows are only ever added, so parts that are read one after the other are consistent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExportPlace {
    /// The last entry that is exported, of those that were there at the beginning.
    end: u64,
    /// The last checkpoint of then. One beyond the last entry is exported too: it shows that the end was cut off.
    last_checkpoint: u64,
    entries: u64,
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
        let end = tx.last_audit().await?.map_or(0, |last| last.position);
        let last_checkpoint = tx.last_checkpoint().await?.map_or(0, |last| last.position);
        Ok(ExportPlace { end, last_checkpoint, entries: 0, checkpoints: 0 })
    }

    /// Reads the next part of an export; absent after the last.
    pub(crate) async fn export_part(&self, place: &mut ExportPlace) -> Result<Option<ExportPart>> {
        let mut tx = self.store.read().await?;
        if place.entries < place.end {
            let mut entries = tx.audit_after(place.entries, &AuditFilter::default(), BATCH).await?;
            entries.retain(|entry| entry.position <= place.end);
            // Where entries are gone from the database, the export ends early and says so by what it lacks.
            place.entries = entries.last().map_or(place.end, |entry| entry.position);
            return Ok(Some(ExportPart::Entries(entries)));
        }
        let mut checkpoints = tx.checkpoints_after(place.checkpoints, BATCH).await?;
        checkpoints.retain(|checkpoint| checkpoint.position <= place.last_checkpoint);
        let Some(last) = checkpoints.last() else { return Ok(None) };
        place.checkpoints = last.position;
        Ok(Some(ExportPart::Checkpoints(checkpoints)))
    }
}
