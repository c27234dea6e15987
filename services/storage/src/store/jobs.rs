//! Rows of rendering jobs.

use model::{EditionName, Job, JobName, JobState};
use sqlx::{Row as _, any::AnyRow};
use wire::v1 as pb;

use crate::{
    Error,
    store::{Result, Tx, signed, unsigned},
};

const COLUMNS: &str = "SELECT name, format, language, state, lease, error FROM jobs";

impl Tx {
    /// The job with this name and the moment until which it is leased, in milliseconds since the epoch.
    pub(crate) async fn job(&mut self, name: &JobName) -> Result<Option<(Job, i64)>> {
        let sql = "SELECT name, format, language, state, lease, error, leased_until FROM jobs WHERE name = $1";
        let row = sqlx::query(sql).bind(name.as_str()).fetch_optional(&mut *self.inner).await?;
        row.map(|row| Ok((job(&row)?, row.try_get("leased_until")?))).transpose()
    }

    /// The jobs of an edition.
    pub(crate) async fn jobs(&mut self, edition: &EditionName) -> Result<Vec<Job>> {
        let sql = format!("{COLUMNS} WHERE edition = $1 ORDER BY format, language");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(edition.as_str())
            .fetch_all(&mut *self.inner)
            .await?;
        rows.iter().map(job).collect()
    }

    /// Adds a job, or changes it.
    pub(crate) async fn put_job(&mut self, job: &Job, leased_until: i64) -> Result<()> {
        let message = pb::Job::from(job.clone());
        sqlx::query(
            "INSERT INTO jobs (name, edition, format, language, state, lease, leased_until, error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (name) DO UPDATE SET state = excluded.state, lease = excluded.lease, leased_until = excluded.leased_until, error = excluded.error",
        )
        .bind(message.name)
        .bind(message.edition)
        .bind(i64::from(message.format))
        .bind(message.language)
        .bind(i64::from(message.state))
        .bind(signed(message.lease))
        .bind(leased_until)
        .bind(message.error)
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Ends every lease: whoever held one is gone.
    pub(crate) async fn release_all_leases(&mut self) -> Result<()> {
        sqlx::query("UPDATE jobs SET leased_until = 0, state = $1 WHERE state = $2")
            .bind(i64::from(i32::from(pb::JobState::from(JobState::Queued))))
            .bind(i64::from(i32::from(pb::JobState::from(JobState::Running))))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }
}

fn job(row: &AnyRow) -> Result<Job> {
    let number = |column: &str| {
        row.try_get::<i64, _>(column).map(|number| i32::try_from(number).unwrap_or(0))
    };
    let message = pb::Job {
        name: row.try_get("name")?,
        edition: String::new(),
        format: number("format")?,
        language: row.try_get("language")?,
        state: number("state")?,
        lease: unsigned(row, "lease")?,
        error: row.try_get("error")?,
    };
    Job::try_from(message)
        .map_err(|error| Error::BadRow { table: "jobs", problem: error.to_string() })
}
