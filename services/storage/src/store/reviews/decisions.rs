//! Rows of decisions.
//!
//! A revision's row never changes; what was decided since is laid over it when it is read.

use std::collections::{BTreeSet, HashMap};

use futures::TryStreamExt as _;
use model::{Contribution, ContributionState, CycleName, Decided, Decision, DecisionKind, Instant};
use prost::Message as _;
use sqlx::{Row as _, any::AnyRow};
use uuid::Uuid;
use wire::v1 as pb;

use crate::{
    Error,
    store::{Result, Table, Tx, body_as, reviews::MAX_READ, signed, unsigned},
};

/// Columns of the latest decision about a contribution, which stands in a row `d` or in none.
pub(crate) const DECIDED: &str = "COALESCE(d.kind, 0) AS decided_kind, COALESCE(d.version, 0) AS decided_version, \
    COALESCE(d.content_hash, '') AS decided_hash, COALESCE(d.time, 0) AS decided_time, COALESCE(d.approved_version, 0) AS decided_approved";

/// The state of a revision in a row `r` after the decision in a row `d`, by the rule of [`model::review::decided`].
pub(crate) fn state_column() -> String {
    let state = |state: ContributionState| i32::from(pb::ContributionState::from(state));
    let kind = |kind: DecisionKind| i32::from(pb::DecisionKind::from(kind));
    let (approve, back, withdraw) =
        (kind(DecisionKind::Approve), kind(DecisionKind::Return), kind(DecisionKind::Withdraw));
    let submitted = state(ContributionState::Submitted);
    let (returned, approved, withdrawn) = (
        state(ContributionState::Returned),
        state(ContributionState::Approved),
        state(ContributionState::Withdrawn),
    );
    format!(
        "(CASE WHEN d.kind = {withdraw} THEN {withdrawn} WHEN d.kind = {back} AND d.version = r.version THEN {returned} \
         WHEN d.kind = {approve} AND (d.version = r.version OR (r.state = {submitted} AND d.content_hash = r.content_hash)) \
         THEN {approved} ELSE r.state END)"
    )
}

/// A revision as it was saved, with the decision of its row laid over it.
pub(crate) fn with_decision(row: &AnyRow) -> Result<Contribution> {
    let saved: Contribution = body_as::<pb::Contribution, _>(row, "revisions")?;
    Ok(saved.after(latest(row)?.as_ref()))
}

fn latest(row: &AnyRow) -> Result<Option<Decided>> {
    let number: i64 = row.try_get("decided_kind")?;
    if number == 0 {
        return Ok(None);
    }
    let bad = |problem: String| Error::BadRow { table: "decisions", problem };
    let kind =
        i32::try_from(number).ok().and_then(|number| pb::DecisionKind::try_from(number).ok());
    let kind = kind.and_then(|kind| DecisionKind::try_from(kind).ok());
    let hash: String = row.try_get("decided_hash")?;
    Ok(Some(Decided {
        kind: kind.ok_or_else(|| bad(format!("{number} is no kind")))?,
        version: unsigned(row, "decided_version")?,
        content_hash: hash.parse().map_err(|error: model::InvalidField| bad(error.to_string()))?,
        time: Instant(row.try_get("decided_time")?),
        approved_version: unsigned(row, "decided_approved")?,
    }))
}

impl Tx {
    /// The latest decision about a contribution up to a moment, as far as its state depends on it.
    pub(crate) async fn decided(&mut self, id: Uuid, until: Instant) -> Result<Option<Decided>> {
        let sql = format!(
            "SELECT {DECIDED} FROM decisions d WHERE d.contribution = $1 AND d.time <= $2 ORDER BY d.number DESC LIMIT 1"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id.to_string())
            .bind(until.0)
            .fetch_optional(&mut *self.inner)
            .await?;
        Ok(row.as_ref().map(latest).transpose()?.flatten())
    }

    /// The same for every contribution of a cycle.
    pub(crate) async fn decided_in(
        &mut self,
        cycle: &CycleName,
        until: Instant,
    ) -> Result<HashMap<Uuid, Decided>> {
        let sql = format!(
            "SELECT d.contribution, {DECIDED} FROM contributions c JOIN decisions d ON d.contribution = c.id \
             WHERE c.cycle = $1 AND d.time <= $2 ORDER BY d.contribution, d.number"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(cycle.as_str()).bind(until.0);
        let mut found = HashMap::new();
        for row in query.fetch_all(&mut *self.inner).await? {
            let id = row.try_get::<String, _>("contribution")?.parse();
            let bad = |_| Error::BadRow { table: "decisions", problem: "no UUID".to_owned() };
            found.extend(
                latest(&row)?
                    .map(|decided| Ok::<_, Error>((id.map_err(bad)?, decided)))
                    .transpose()?,
            );
        }
        Ok(found)
    }

    /// Decisions about a contribution, oldest first.
    pub(crate) async fn decisions(&mut self, id: Uuid) -> Result<Vec<Decision>> {
        let sql = "SELECT body FROM decisions WHERE contribution = $1 ORDER BY number LIMIT $2";
        let query = sqlx::query(sql).bind(id.to_string()).bind(MAX_READ);
        let rows = query.fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| body_as::<pb::Decision, _>(row, "decisions")).collect()
    }

    /// The latest decision about a contribution, or the latest of one kind.
    pub(crate) async fn latest_decision(
        &mut self,
        id: Uuid,
        kind: Option<DecisionKind>,
    ) -> Result<Option<Decision>> {
        let kind = kind.map_or(0, |kind| i32::from(pb::DecisionKind::from(kind)));
        let sql = "SELECT body FROM decisions WHERE contribution = $1 AND ($2 = 0 OR kind = $2) ORDER BY number DESC LIMIT 1";
        let query = sqlx::query(sql).bind(id.to_string()).bind(i64::from(kind));
        let row = query.fetch_optional(&mut *self.inner).await?;
        row.map(|row| body_as::<pb::Decision, _>(&row, "decisions")).transpose()
    }

    /// The consents to a revision that no other decision followed, among the decisions below a number; oldest first.
    pub(crate) async fn consents(
        &mut self,
        id: Uuid,
        version: u64,
        below: u32,
    ) -> Result<Vec<Decision>> {
        let sql = "SELECT body FROM decisions WHERE contribution = $1 AND number < $2 AND number > \
                   (SELECT COALESCE(MAX(number), 0) FROM decisions WHERE contribution = $1 AND number < $2 \
                   AND (kind <> $3 OR version <> $4)) ORDER BY number LIMIT $5";
        let query = sqlx::query(sql)
            .bind(id.to_string())
            .bind(i64::from(below))
            .bind(i64::from(i32::from(pb::DecisionKind::from(DecisionKind::Consent))))
            .bind(signed(version))
            .bind(MAX_READ);
        let rows = query.fetch_all(&mut *self.inner).await?;
        rows.iter().map(|row| body_as::<pb::Decision, _>(row, "decisions")).collect()
    }

    /// Adds a decision; the writer holds the organisation's contributions.
    pub(crate) async fn insert_decision(
        &mut self,
        decision: &Decision,
        approved_version: u64,
    ) -> Result<()> {
        let sql = "INSERT INTO decisions (contribution, number, version, content_hash, kind, approved_version, time, body) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        sqlx::query(sql)
            .bind(decision.contribution.to_string())
            .bind(i64::from(decision.number))
            .bind(signed(decision.version))
            .bind(decision.content_hash.to_string())
            .bind(i64::from(i32::from(pb::DecisionKind::from(decision.kind))))
            .bind(signed(approved_version))
            .bind(decision.time.0)
            .bind(pb::Decision::from(decision.clone()).encode_to_vec())
            .execute(&mut *self.inner)
            .await?;
        let (contribution, number) = (decision.contribution.to_string(), decision.number);
        self.wrote(Table::DECISION, contribution, i64::from(number));
        Ok(())
    }

    /// Who ever saved a revision of a contribution or of one that its text was taken from. Whoever rolled a text forward
    /// wrote nothing of it. Bodies are read one by one.
    pub(crate) async fn authors(&mut self, id: Uuid) -> Result<BTreeSet<String>> {
        let mut authors = BTreeSet::new();
        for contribution in self.with_origins(id).await? {
            let sql = "SELECT body FROM revisions WHERE contribution = $1";
            let mut rows = sqlx::query(sql).bind(contribution).fetch(&mut *self.inner);
            while let Some(row) = rows.try_next().await? {
                let revision: Contribution = body_as::<pb::Contribution, _>(&row, "revisions")?;
                if !revision.is_untouched() {
                    authors.insert(revision.author);
                }
            }
        }
        Ok(authors)
    }

    /// A contribution, and those that its text was taken from: rolled forward out of an earlier cycle, or one of the same
    /// cycle and organisation that had the very same content once and was withdrawn; and what theirs was taken from.
    async fn with_origins(&mut self, id: Uuid) -> Result<BTreeSet<String>> {
        const ORIGINS: &str = "SELECT source AS id FROM rolled_forward WHERE contribution = $1 \
            UNION SELECT copy.contribution FROM contributions mine \
            JOIN contributions other ON other.cycle = mine.cycle AND other.organisation = mine.organisation \
            JOIN decisions d ON d.contribution = other.id AND d.kind = $2 \
            JOIN revisions copy ON copy.contribution = other.id \
            JOIN revisions own ON own.contribution = mine.id AND own.content_hash = copy.content_hash WHERE mine.id = $1";
        let withdrawal = i64::from(i32::from(pb::DecisionKind::from(DecisionKind::Withdraw)));
        let (mut found, mut next) = (BTreeSet::new(), vec![id.to_string()]);
        while let Some(id) = next.pop() {
            if !found.insert(id.clone()) {
                continue;
            }
            let query = sqlx::query(ORIGINS).bind(id).bind(withdrawal);
            for row in query.fetch_all(&mut *self.inner).await? {
                next.push(row.try_get("id")?);
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use model::{Hash, review::decided};
    use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};

    use super::*;

    const VERSION: i64 = 2;

    /// What the database computes for one revision and one decision.
    async fn computed(
        connection: &mut AnyConnection,
        state: ContributionState,
        kind: DecisionKind,
        (version, hash): (i64, &str),
    ) -> i64 {
        let state = i32::from(pb::ContributionState::from(state));
        let kind = i32::from(pb::DecisionKind::from(kind));
        let sql = format!(
            "SELECT {} AS found FROM (SELECT {state} AS state, {VERSION} AS version, 'same' AS content_hash) r \
             JOIN (SELECT {kind} AS kind, {version} AS version, '{hash}' AS content_hash) d",
            state_column()
        );
        sqlx::query(AssertSqlSafe(sql)).fetch_one(connection).await.unwrap().get("found")
    }

    #[tokio::test]
    async fn the_database_computes_the_state_of_a_revision_as_the_model_does() {
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect("sqlite::memory:").await.unwrap();
        let hashes = [("same", Hash::of(b"same")), ("other", Hash::of(b"other"))];
        let mut cases = 0;
        for state in [ContributionState::Draft, ContributionState::Submitted] {
            for kind in [
                DecisionKind::Approve,
                DecisionKind::Return,
                DecisionKind::Withdraw,
                DecisionKind::Void,
                DecisionKind::Consent,
            ] {
                for version in [1, VERSION] {
                    for (name, hash) in hashes {
                        let made = Decided {
                            kind,
                            version: version.cast_unsigned(),
                            content_hash: hash,
                            time: Instant(0),
                            approved_version: 0,
                        };
                        let revision = (state, VERSION.cast_unsigned(), hashes[0].1);
                        let expected = pb::ContributionState::from(decided(revision, &made).0);
                        let found = computed(&mut connection, state, kind, (version, name)).await;
                        assert_eq!(found, i64::from(i32::from(expected)), "{revision:?} {made:?}");
                        cases += 1;
                    }
                }
            }
        }
        assert_eq!(cases, 40);
    }
}
