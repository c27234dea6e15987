//! Rows of epochs, and what is put back where one begins.

use model::JobState;
use sqlx::Row as _;
use wire::{topics, v1 as pb};

use crate::store::{Result, Tx, signed, unsigned};

/// A stretch of the record in which time only went forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EpochRow {
    /// Number, counted from 1.
    pub(crate) number: u64,
    /// Id, a UUID.
    pub(crate) id: String,
    /// What the server said of its history when it began.
    pub(crate) history: String,
}

impl Tx {
    /// The present epoch; absent in a database that no storage was started on yet.
    pub(crate) async fn epoch(&mut self) -> Result<Option<EpochRow>> {
        let sql = "SELECT number, id, history FROM epochs ORDER BY number DESC LIMIT 1";
        let row = sqlx::query(sql).fetch_optional(&mut *self.inner).await?;
        let read = |row: sqlx::any::AnyRow| {
            Ok(EpochRow {
                number: unsigned(&row, "number")?,
                id: row.try_get("id")?,
                history: row.try_get("history")?,
            })
        };
        row.map(read).transpose()
    }

    /// Adds an epoch.
    pub(crate) async fn insert_epoch(&mut self, epoch: &EpochRow) -> Result<()> {
        let EpochRow { number, id, history } = epoch;
        sqlx::query("INSERT INTO epochs (number, id, begin_time, history) VALUES ($1, $2, $3, $4)")
            .bind(signed(*number))
            .bind(id.as_str())
            .bind(self.now().0)
            .bind(history.as_str())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// The position of the first event that asks for a file which is not rendered yet.
    pub(crate) async fn first_open_request(&mut self) -> Result<Option<u64>> {
        let state = |state: JobState| i64::from(i32::from(pb::JobState::from(state)));
        let sql = "SELECT MIN(events.position) AS position FROM events JOIN jobs ON jobs.name = events.subject \
                   WHERE events.position > 0 AND events.topic = $1 AND jobs.state IN ($2, $3)";
        let row = sqlx::query(sql)
            .bind(topics::RENDERING_REQUESTED)
            .bind(state(JobState::Queued))
            .bind(state(JobState::Running))
            .fetch_one(&mut *self.inner)
            .await?;
        let position: Option<i64> = row.try_get("position")?;
        Ok(position.and_then(|position| u64::try_from(position).ok()))
    }

    /// Has every checkpoint stored outside the database again.
    pub(crate) async fn unmark_anchored(&mut self) -> Result<()> {
        sqlx::query("UPDATE checkpoints SET is_anchored = 0").execute(&mut *self.inner).await?;
        Ok(())
    }
}
