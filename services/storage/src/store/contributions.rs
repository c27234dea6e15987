//! Rows of contributions, revisions and passage ids.

use std::collections::HashSet;

use model::{Contribution, ContributionState, CycleName, ExternalId, Hash, Instant, Slug};
use sqlx::{Row as _, any::AnyRow};
use uuid::Uuid;
use wire::v1 as pb;

use crate::store::{
    Result, Tx, body_as,
    inserts::{BATCH, places},
    reviews::{DECIDED, state_column, with_decision},
    signed,
};

/// The latest revision of a contribution, as far as a save needs it.
pub(crate) type Head = Contribution;

/// Contributions at their latest revision of the saved states that `only` allows, each with the latest decision about it.
fn latest(only: &str) -> String {
    format!(
        "SELECT r.body, {DECIDED} FROM contributions c JOIN revisions r ON r.contribution = c.id \
         AND r.version = (SELECT MAX(version) FROM revisions WHERE contribution = c.id{only}) \
         LEFT JOIN decisions d ON d.contribution = c.id \
         AND d.number = (SELECT MAX(number) FROM decisions WHERE contribution = c.id)"
    )
}

impl Tx {
    /// A contribution at its latest revision as it stands, or at `version`, where it is not 0, as it stood before the next.
    pub(crate) async fn contribution(
        &mut self,
        id: Uuid,
        version: u64,
    ) -> Result<Option<Contribution>> {
        let sql = format!(
            "SELECT r.body, {DECIDED} FROM revisions r LEFT JOIN decisions d ON d.contribution = r.contribution \
             AND d.number = (SELECT MAX(number) FROM decisions WHERE contribution = $1 AND ($2 = 0 OR version <= $2)) \
             WHERE r.contribution = $1 AND ($2 = 0 OR r.version = $2) ORDER BY r.version DESC LIMIT 1"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id.to_string())
            .bind(signed(version))
            .fetch_optional(&mut *self.inner)
            .await?;
        row.as_ref().map(with_decision).transpose()
    }

    /// A revision as it was saved, whatever was decided since; the latest where `version` is 0.
    async fn saved(&mut self, id: Uuid, version: u64) -> Result<Option<Contribution>> {
        let sql = "SELECT body FROM revisions WHERE contribution = $1 AND ($2 = 0 OR version = $2) ORDER BY version DESC LIMIT 1";
        let row = sqlx::query(sql)
            .bind(id.to_string())
            .bind(signed(version))
            .fetch_optional(&mut *self.inner)
            .await?;
        row.map(|row| body_as::<pb::Contribution, _>(&row, "revisions")).transpose()
    }

    /// The last revision of a contribution that has this content.
    pub(crate) async fn last_version_with(&mut self, id: Uuid, hash: Hash) -> Result<Option<u64>> {
        let sql = "SELECT version FROM revisions WHERE contribution = $1 AND content_hash = $2 ORDER BY version DESC LIMIT 1";
        let row = sqlx::query(sql)
            .bind(id.to_string())
            .bind(hash.to_string())
            .fetch_optional(&mut *self.inner)
            .await?;
        row.as_ref().map(|row| crate::store::unsigned(row, "version")).transpose()
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

    /// The latest revision that was saved at a moment or before, with what had been decided by then. The time stands in the
    /// body, so revisions are read from the latest back; most have few.
    pub(crate) async fn revision_as_of(
        &mut self,
        id: Uuid,
        at: Instant,
    ) -> Result<Option<Contribution>> {
        let mut version = 0;
        while let Some(revision) = self.saved(id, version).await? {
            if revision.update_time <= at {
                let decided = self.decided(id, at).await?;
                return Ok(Some(revision.after(decided.as_ref())));
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
        external_id: &ExternalId,
    ) -> Result<Option<Head>> {
        let name = (cycle.clone(), organisation.clone(), external_id.clone());
        Ok(self.contributions_named(&[name]).await?.pop())
    }

    /// A contribution without external id whose latest revision has this content.
    pub(crate) async fn contribution_by_content(
        &mut self,
        cycle: &CycleName,
        organisation: &Slug,
        hash: Hash,
    ) -> Result<Option<Head>> {
        let sql = format!(
            "{} WHERE c.cycle = $1 AND c.organisation = $2 AND c.external_id = '' AND r.content_hash = $3 ORDER BY c.id LIMIT 1",
            latest("")
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(cycle.as_str())
            .bind(organisation.as_str())
            .bind(hash.to_string());
        let row = query.fetch_optional(&mut *self.inner).await?;
        row.as_ref().map(with_decision).transpose()
    }

    /// Contributions at their latest revision after the key `after`, with the key of each.
    pub(crate) async fn contributions(
        &mut self,
        cycle: &CycleName,
        state: Option<ContributionState>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(String, Contribution)>> {
        let mut after = after.split('\u{1f}');
        let mut part = || after.next().unwrap_or("").to_owned();
        let (after_organisation, after_external_id, after_id) = (part(), part(), part());
        let sql = format!(
            "{} WHERE c.cycle = $1 AND ($2 = 0 OR {} = $2) \
             AND (c.organisation > $3 OR (c.organisation = $3 AND (c.external_id > $4 OR (c.external_id = $4 AND c.id > $5)))) \
             ORDER BY c.organisation, c.external_id, c.id LIMIT $6",
            latest(""),
            state_column()
        );
        let state =
            state.map_or(0, |state| i64::from(i32::from(pb::ContributionState::from(state))));
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(cycle.as_str()).bind(state);
        let query = query
            .bind(after_organisation)
            .bind(after_external_id)
            .bind(after_id)
            .bind(i64::from(limit));
        let rows = query.fetch_all(&mut *self.inner).await?;
        let keyed = |row| {
            let contribution = with_decision(row)?;
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

    /// All contributions of a cycle that were handed in, at the revision handed in last: a later draft takes nothing back.
    pub(crate) async fn handed_in(&mut self, cycle: &CycleName) -> Result<Vec<Contribution>> {
        let submitted = i32::from(pb::ContributionState::from(ContributionState::Submitted));
        let sql = format!("{} WHERE c.cycle = $1", latest(&format!(" AND state = {submitted}")));
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(cycle.as_str())
            .fetch_all(&mut *self.inner)
            .await?;
        rows.iter().map(with_decision).collect()
    }

    /// The same of one contribution.
    pub(crate) async fn handed_in_of(&mut self, id: Uuid) -> Result<Option<Contribution>> {
        let submitted = i32::from(pb::ContributionState::from(ContributionState::Submitted));
        let sql = format!("{} WHERE c.id = $1", latest(&format!(" AND state = {submitted}")));
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id.to_string())
            .fetch_optional(&mut *self.inner)
            .await?;
        row.as_ref().map(with_decision).transpose()
    }

    /// The contributions to all cycles of a framework that have external ids, as `organisation/id`.
    pub(crate) async fn names_of_contributions(
        &mut self,
        framework: &Slug,
    ) -> Result<HashSet<String>> {
        let sql = "SELECT c.organisation, c.external_id FROM contributions c JOIN cycles y ON y.name = c.cycle \
                   WHERE y.framework = $1 AND c.external_id <> ''";
        let rows = sqlx::query(sql).bind(framework.as_str()).fetch_all(&mut *self.inner).await?;
        let name = |row: &AnyRow| {
            let (organisation, id) = (row.try_get::<String, _>(0)?, row.try_get::<String, _>(1)?);
            Ok(format!("{organisation}/{id}"))
        };
        rows.iter().map(name).collect()
    }

    /// How many contributions there are.
    pub(crate) async fn count_contributions(&mut self) -> Result<u64> {
        let row = sqlx::query("SELECT COUNT(*) AS number FROM contributions")
            .fetch_one(&mut *self.inner)
            .await?;
        crate::store::unsigned(&row, "number")
    }

    /// The contributions that organisations know by these external ids, with cycle and organisation.
    pub(crate) async fn contributions_named(
        &mut self,
        names: &[(CycleName, Slug, ExternalId)],
    ) -> Result<Vec<Head>> {
        let mut found = Vec::new();
        for batch in names.chunks(BATCH) {
            let sql = format!(
                "{} WHERE c.external_id <> '' AND (c.cycle, c.organisation, c.external_id) IN (VALUES {})",
                latest(""),
                places(batch.len(), 3)
            );
            let mut statement = sqlx::query(sqlx::AssertSqlSafe(sql));
            for (cycle, organisation, external_id) in batch {
                statement = statement
                    .bind(cycle.as_str())
                    .bind(organisation.as_str())
                    .bind(external_id.as_str());
            }
            let rows = statement.fetch_all(&mut *self.inner).await?;
            found.extend(rows.iter().map(with_decision).collect::<Result<Vec<_>>>()?);
        }
        Ok(found)
    }

    /// Every passage id that the contribution ever had.
    pub(crate) async fn passage_ids(&mut self, id: Uuid) -> Result<Vec<String>> {
        let rows = sqlx::query("SELECT id FROM passage_ids WHERE contribution = $1 ORDER BY id")
            .bind(id.to_string())
            .fetch_all(&mut *self.inner)
            .await?;
        rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
    }
}
