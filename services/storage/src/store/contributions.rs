//! Rows of contributions, revisions, passage ids and answered requests.

use model::{Contribution, ContributionState, CycleName, Hash, Instant, Slug};
use prost::Message as _;
use sqlx::Row as _;
use uuid::Uuid;
use wire::storage as pb;

use crate::{
    Error,
    store::{BATCH, Result, Tx, body_as, places, signed},
};

/// The latest revision of a contribution, as far as a save needs it.
pub(crate) type Head = Contribution;

const LATEST: &str = "SELECT r.body FROM contributions c JOIN revisions r ON r.contribution = c.id \
                      AND r.version = (SELECT MAX(version) FROM revisions WHERE contribution = c.id)";

impl Tx {
    /// A contribution at its latest revision, or at `version` where it is not 0.
    pub(crate) async fn contribution(
        &mut self,
        id: Uuid,
        version: u64,
    ) -> Result<Option<Contribution>> {
        let sql = "SELECT body FROM revisions WHERE contribution = $1 AND ($2 = 0 OR version = $2) ORDER BY version DESC LIMIT 1";
        let row = sqlx::query(sql)
            .bind(id.to_string())
            .bind(signed(version))
            .fetch_optional(&mut *self.inner)
            .await?;
        row.map(|row| body_as::<pb::Contribution, _>(&row, "revisions")).transpose()
    }

    /// Revisions after a number, oldest first.
    pub(crate) async fn revisions_after(
        &mut self,
        id: Uuid,
        version: u64,
        limit: u32,
    ) -> Result<Vec<Contribution>> {
        let sql = "SELECT body FROM revisions WHERE contribution = $1 AND version > $2 ORDER BY version LIMIT $3";
        let rows = sqlx::query(sql)
            .bind(id.to_string())
            .bind(signed(version))
            .bind(i64::from(limit))
            .fetch_all(&mut *self.inner)
            .await?;
        rows.iter().map(|row| body_as::<pb::Contribution, _>(row, "revisions")).collect()
    }

    /// The latest revision that was saved at a moment or before. The time stands in the body, so revisions are read from
    /// the latest back; most have few.
    pub(crate) async fn revision_as_of(
        &mut self,
        id: Uuid,
        at: Instant,
    ) -> Result<Option<Contribution>> {
        let mut version = 0;
        while let Some(revision) = self.contribution(id, version).await? {
            if revision.update_time <= at {
                return Ok(Some(revision));
            }
            version = revision.version - 1;
            if version == 0 {
                break;
            }
        }
        Ok(None)
    }

    /// The contribution that an organisation knows by `external_id`.
    pub(crate) async fn contribution_by_external_id(
        &mut self,
        cycle: &CycleName,
        organisation: &Slug,
        external_id: &str,
    ) -> Result<Option<Head>> {
        let sql =
            format!("{LATEST} WHERE c.cycle = $1 AND c.organisation = $2 AND c.external_id = $3");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(cycle.as_str())
            .bind(organisation.as_str())
            .bind(external_id);
        let row = query.fetch_optional(&mut *self.inner).await?;
        row.map(|row| body_as::<pb::Contribution, _>(&row, "revisions")).transpose()
    }

    /// A contribution without external id whose latest revision has this content.
    pub(crate) async fn contribution_by_content(
        &mut self,
        cycle: &CycleName,
        organisation: &Slug,
        hash: Hash,
    ) -> Result<Option<Head>> {
        let sql = format!(
            "{LATEST} WHERE c.cycle = $1 AND c.organisation = $2 AND c.external_id = '' AND r.content_hash = $3 ORDER BY c.id LIMIT 1"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(cycle.as_str())
            .bind(organisation.as_str())
            .bind(hash.to_string());
        let row = query.fetch_optional(&mut *self.inner).await?;
        row.map(|row| body_as::<pb::Contribution, _>(&row, "revisions")).transpose()
    }

    /// Contributions at their latest revision after the key `after`, with the key of each.
    pub(crate) async fn contributions(
        &mut self,
        cycle: &CycleName,
        organisation: &str,
        state: Option<ContributionState>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(String, Contribution)>> {
        let mut after = after.split('\u{1f}');
        let mut part = || after.next().unwrap_or("").to_owned();
        let (after_organisation, after_external_id, after_id) = (part(), part(), part());
        let sql = format!(
            "{LATEST} WHERE c.cycle = $1 AND ($2 = '' OR c.organisation = $2) AND ($3 = 0 OR r.state = $3) \
             AND (c.organisation > $4 OR (c.organisation = $4 AND (c.external_id > $5 OR (c.external_id = $5 AND c.id > $6)))) \
             ORDER BY c.organisation, c.external_id, c.id LIMIT $7"
        );
        let state =
            state.map_or(0, |state| i64::from(i32::from(pb::ContributionState::from(state))));
        let query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(cycle.as_str())
            .bind(organisation)
            .bind(state);
        let query = query
            .bind(after_organisation)
            .bind(after_external_id)
            .bind(after_id)
            .bind(i64::from(limit));
        let rows = query.fetch_all(&mut *self.inner).await?;
        let keyed = |row| {
            let contribution: Contribution = body_as::<pb::Contribution, _>(row, "revisions")?;
            let external_id = contribution.external_id.as_ref().map_or("", |id| id.as_str());
            Ok((
                format!(
                    "{}\u{1f}{external_id}\u{1f}{}",
                    contribution.organisation, contribution.id
                ),
                contribution,
            ))
        };
        rows.iter().map(keyed).collect()
    }

    /// All submitted contributions of a cycle at their latest revision.
    pub(crate) async fn submitted(&mut self, cycle: &CycleName) -> Result<Vec<Contribution>> {
        // A later draft does not take back what was submitted: the latest submitted revision counts.
        let submitted = i64::from(i32::from(pb::ContributionState::Submitted));
        let sql = "SELECT r.body FROM contributions c JOIN revisions r ON r.contribution = c.id AND r.version = \
                   (SELECT MAX(version) FROM revisions WHERE contribution = c.id AND state = $2) WHERE c.cycle = $1";
        let rows = sqlx::query(sql)
            .bind(cycle.as_str())
            .bind(submitted)
            .fetch_all(&mut *self.inner)
            .await?;
        rows.iter().map(|row| body_as::<pb::Contribution, _>(row, "revisions")).collect()
    }

    /// How many contributions there are.
    pub(crate) async fn count_contributions(&mut self) -> Result<u64> {
        let row = sqlx::query("SELECT COUNT(*) AS number FROM contributions")
            .fetch_one(&mut *self.inner)
            .await?;
        crate::store::unsigned(&row, "number")
    }

    /// Adds a contribution; its first revision follows.
    pub(crate) async fn insert_contribution(&mut self, contribution: &Contribution) -> Result<()> {
        sqlx::query("INSERT INTO contributions (id, cycle, organisation, external_id) VALUES ($1, $2, $3, $4)")
            .bind(contribution.id.to_string())
            .bind(contribution.cycle.as_str())
            .bind(contribution.organisation.as_str())
            .bind(contribution.external_id.as_ref().map_or("", |id| id.as_str()))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Adds a revision and its passage ids.
    pub(crate) async fn insert_revision(&mut self, contribution: &Contribution) -> Result<()> {
        sqlx::query("INSERT INTO revisions (contribution, version, state, content_hash, body) VALUES ($1, $2, $3, $4, $5)")
            .bind(contribution.id.to_string())
            .bind(signed(contribution.version))
            .bind(i64::from(i32::from(pb::ContributionState::from(contribution.state))))
            .bind(contribution.content_hash.to_string())
            .bind(pb::Contribution::from(contribution.clone()).encode_to_vec())
            .execute(&mut *self.inner)
            .await?;
        let id = contribution.id.to_string();
        for batch in contribution.passages.chunks(BATCH) {
            let sql = format!(
                "INSERT INTO passage_ids (contribution, id) VALUES {} ON CONFLICT DO NOTHING",
                places(batch.len(), 2)
            );
            let mut statement = sqlx::query(sqlx::AssertSqlSafe(sql));
            for passage in batch {
                statement = statement.bind(id.as_str()).bind(passage.id.as_str());
            }
            statement.execute(&mut *self.inner).await?;
        }
        Ok(())
    }

    /// Every passage id that the contribution ever had.
    pub(crate) async fn passage_ids(&mut self, id: Uuid) -> Result<Vec<String>> {
        let rows = sqlx::query("SELECT id FROM passage_ids WHERE contribution = $1 ORDER BY id")
            .bind(id.to_string())
            .fetch_all(&mut *self.inner)
            .await?;
        rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
    }

    /// What was answered to a request id, with the hash of what was asked.
    pub(crate) async fn answered(&mut self, id: &str) -> Result<Option<(String, Vec<u8>)>> {
        let row = sqlx::query("SELECT content_hash, answer FROM requests WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *self.inner)
            .await?;
        row.map(|row| Ok::<_, Error>((row.try_get("content_hash")?, row.try_get("answer")?)))
            .transpose()
    }

    /// Records what was answered to a request id.
    pub(crate) async fn record_answer(
        &mut self,
        id: &str,
        content_hash: Hash,
        answer: Vec<u8>,
    ) -> Result<()> {
        sqlx::query("INSERT INTO requests (id, content_hash, answer) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(content_hash.to_string())
            .bind(answer)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }
}
