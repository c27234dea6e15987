//! Rows of editions, pins, artefacts and publications.

mod withdrawals;

use model::{
    Artefact, Contribution, CycleName, Edition, EditionName, EditionState, Hash, Instant, JobState,
};
use prost::Message as _;
use sqlx::Row as _;
use wire::v1 as pb;

use crate::{
    Error,
    store::{Result, Table, Tx, body_as, signed},
};

impl Tx {
    /// The edition with this name, with its jobs, files and state.
    pub(crate) async fn edition(&mut self, name: &EditionName) -> Result<Option<Edition>> {
        let row = sqlx::query("SELECT body FROM editions WHERE name = $1")
            .bind(name.as_str())
            .fetch_optional(&mut *self.inner)
            .await?;
        match row {
            Some(row) => {
                Ok(Some(self.complete(body_as::<pb::Edition, _>(&row, "editions")?).await?))
            }
            None => Ok(None),
        }
    }

    /// Editions in order of cycle and number, after the key `after`, of one cycle or of all, with the key of each.
    pub(crate) async fn editions(
        &mut self,
        cycle: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(String, Edition)>> {
        let (after_cycle, after_number) = after.split_once('\u{1f}').unwrap_or((after, "0"));
        let sql = "SELECT body FROM editions WHERE ($1 = '' OR cycle = $1) AND (cycle > $2 OR (cycle = $2 AND number > $3)) ORDER BY cycle, number LIMIT $4";
        let query = sqlx::query(sql)
            .bind(cycle)
            .bind(after_cycle)
            .bind(after_number.parse::<i64>().unwrap_or(0))
            .bind(i64::from(limit));
        let mut editions = Vec::new();
        for row in query.fetch_all(&mut *self.inner).await? {
            let edition = self.complete(body_as::<pb::Edition, _>(&row, "editions")?).await?;
            editions.push((
                format!("{}\u{1f}{}", edition.name.cycle(), edition.name.number()),
                edition,
            ));
        }
        Ok(editions)
    }

    /// The cycle's edition with the highest number below `number`, and the key of its content.
    pub(crate) async fn edition_below(
        &mut self,
        cycle: &CycleName,
        number: i64,
    ) -> Result<Option<(Edition, String)>> {
        let sql = "SELECT body, content_key FROM editions WHERE cycle = $1 AND number < $2 ORDER BY number DESC LIMIT 1";
        let query = sqlx::query(sql).bind(cycle.as_str()).bind(number);
        let Some(row) = query.fetch_optional(&mut *self.inner).await? else { return Ok(None) };
        let edition = self.complete(body_as::<pb::Edition, _>(&row, "editions")?).await?;
        Ok(Some((edition, row.try_get("content_key")?)))
    }

    /// Adds an edition and what it pins.
    pub(crate) async fn insert_edition(
        &mut self,
        edition: &Edition,
        content_key: Hash,
        pinned: &[Contribution],
    ) -> Result<()> {
        sqlx::query("INSERT INTO editions (name, cycle, number, content_key, body) VALUES ($1, $2, $3, $4, $5)")
            .bind(edition.name.as_str())
            .bind(edition.name.cycle().as_str())
            .bind(i64::from(edition.name.number()))
            .bind(content_key.to_string())
            .bind(pb::Edition::from(edition.clone()).encode_to_vec())
            .execute(&mut *self.inner)
            .await?;
        self.wrote(Table::EDITION, edition.name.as_str(), 0);
        for (ordinal, contribution) in (0_i64..).zip(pinned) {
            sqlx::query("INSERT INTO pins (edition, ordinal, contribution, version) VALUES ($1, $2, $3, $4)")
                .bind(edition.name.as_str())
                .bind(ordinal)
                .bind(contribution.id.to_string())
                .bind(signed(contribution.version))
                .execute(&mut *self.inner)
                .await?;
            self.wrote(Table::PIN, edition.name.as_str(), ordinal);
        }
        Ok(())
    }

    /// What an edition pins, in printed order.
    pub(crate) async fn pinned(&mut self, edition: &EditionName) -> Result<Vec<Contribution>> {
        let sql = "SELECT r.body FROM pins p JOIN revisions r ON r.contribution = p.contribution AND r.version = p.version WHERE p.edition = $1 ORDER BY p.ordinal";
        let rows = sqlx::query(sql).bind(edition.as_str()).fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| body_as::<pb::Contribution, _>(row, "revisions")).collect()
    }

    /// Adds a rendered file.
    pub(crate) async fn insert_artefact(&mut self, artefact: &Artefact) -> Result<()> {
        let message = pb::Artefact::from(artefact.clone());
        sqlx::query(
            "INSERT INTO artefacts (edition, format, language, body) VALUES ($1, $2, $3, $4)",
        )
        .bind(artefact.edition.as_str())
        .bind(i64::from(message.format))
        .bind(artefact.language.as_str())
        .bind(message.encode_to_vec())
        .execute(&mut *self.inner)
        .await?;
        let key = format!("{}/{}", artefact.edition, artefact.language);
        self.wrote(Table::ARTEFACT, key, i64::from(message.format));
        Ok(())
    }

    /// Whether a file belongs to a public edition.
    pub(crate) async fn is_public(&mut self, sha256: Hash) -> Result<bool> {
        let sql = "SELECT a.body FROM artefacts a JOIN publications p ON p.edition = a.edition \
                   WHERE a.edition NOT IN (SELECT edition FROM withdrawals)";
        for row in sqlx::query(sql).fetch_all(&mut *self.inner).await? {
            let artefact: Artefact = body_as::<pb::Artefact, _>(&row, "artefacts")?;
            if artefact.sha256 == sha256 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Makes an edition public.
    pub(crate) async fn insert_publication(&mut self, edition: &EditionName) -> Result<()> {
        sqlx::query("INSERT INTO publications (edition, publish_time) VALUES ($1, $2)")
            .bind(edition.as_str())
            .bind(self.now().0)
            .execute(&mut *self.inner)
            .await?;
        self.wrote(Table::PUBLICATION, edition.as_str(), 0);
        Ok(())
    }

    /// Number of the cycle's latest public edition that was not withdrawn; 0 where there is none.
    pub(crate) async fn current_edition_number(&mut self, cycle: &CycleName) -> Result<u32> {
        let sql = "SELECT COALESCE(MAX(e.number), 0) AS number FROM editions e JOIN publications p ON p.edition = e.name \
                   WHERE e.cycle = $1 AND e.name NOT IN (SELECT edition FROM withdrawals)";
        let row = sqlx::query(sql).bind(cycle.as_str()).fetch_one(&mut *self.inner).await?;
        Ok(u32::try_from(row.try_get::<i64, _>("number")?).unwrap_or(0))
    }

    /// Adds jobs, files and state, which stand in tables of their own.
    async fn complete(&mut self, mut edition: Edition) -> Result<Edition> {
        edition.jobs = self.jobs(&edition.name).await?;
        let sql = "SELECT body FROM artefacts WHERE edition = $1 ORDER BY format, language";
        let rows = sqlx::query(sql).bind(edition.name.as_str()).fetch_all(&mut *self.inner).await?;
        edition.artefacts = rows
            .iter()
            .map(|row| body_as::<pb::Artefact, _>(row, "artefacts"))
            .collect::<Result<_>>()?;
        let sql = "SELECT publish_time FROM publications WHERE edition = $1";
        let published =
            sqlx::query(sql).bind(edition.name.as_str()).fetch_optional(&mut *self.inner).await?;
        edition.publish_time = published
            .map(|row| row.try_get("publish_time").map(Instant))
            .transpose()
            .map_err(Error::from)?;
        edition.withdrawal = self.withdrawal(&edition.name).await?;
        edition.state = if edition.withdrawal.is_some() {
            EditionState::Withdrawn
        } else if edition.publish_time.is_some() {
            EditionState::Published
        } else if edition.jobs.iter().any(|job| job.state == JobState::Failed) {
            EditionState::Failed
        } else {
            EditionState::Rendering
        };
        Ok(edition)
    }
}
