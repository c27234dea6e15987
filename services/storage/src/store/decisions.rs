//! Rows of decisions, overrides and remarks.
//!
//! A revision's row never changes; what was decided since is laid over it when it is read.

use std::collections::{BTreeSet, HashMap};

use futures::TryStreamExt as _;
use model::{
    Confirmation, Contribution, ContributionState, CycleName, Decided, Decision, DecisionKind,
    Instant, Override, Remark, RemarkAnswer,
};
use prost::Message as _;
use sqlx::{Row as _, any::AnyRow};
use uuid::Uuid;
use wire::storage as pb;

use crate::{
    Error,
    store::{Result, Tx, body, body_as, signed, unsigned},
};

/// Most decisions, overrides or remarks that are read at once.
const MAX_READ: i64 = 10_000;

/// Columns of the latest decision about a contribution, which stands in a row `d` or in none.
pub(super) const DECIDED: &str = "COALESCE(d.kind, 0) AS decided_kind, COALESCE(d.version, 0) AS decided_version, \
    COALESCE(d.content_hash, '') AS decided_hash, COALESCE(d.time, 0) AS decided_time, COALESCE(d.approved_version, 0) AS decided_approved";

/// The state of a revision in a row `r` after the decision in a row `d`, as [`model::review::decided`] tells it.
pub(super) fn state_column() -> String {
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
pub(super) fn standing(row: &AnyRow) -> Result<Contribution> {
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
        Ok(())
    }

    /// Who saved a revision after `version`, but for drafts that still say what was rolled forward: nobody wrote these in
    /// this cycle. Bodies are read one by one.
    pub(crate) async fn authors_after(
        &mut self,
        id: Uuid,
        version: u64,
    ) -> Result<BTreeSet<String>> {
        let sql = "SELECT body FROM revisions WHERE contribution = $1 AND version > $2";
        let mut rows =
            sqlx::query(sql).bind(id.to_string()).bind(signed(version)).fetch(&mut *self.inner);
        let mut authors = BTreeSet::new();
        while let Some(row) = rows.try_next().await? {
            let revision = body::<pb::Contribution>(&row, "revisions")?;
            if !(revision.rolled_forward && revision.state() == pb::ContributionState::Draft) {
                authors.insert(revision.author);
            }
        }
        Ok(authors)
    }

    /// Overrides of a cycle, oldest first.
    pub(crate) async fn overrides(&mut self, cycle: &CycleName) -> Result<Vec<Override>> {
        let sql = format!("{OVERRIDES} WHERE o.cycle = $1 ORDER BY o.number LIMIT $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(cycle.as_str())
            .bind(MAX_READ)
            .fetch_all(&mut *self.inner)
            .await?;
        rows.iter().map(made).collect()
    }

    /// The override with this id.
    pub(crate) async fn made_override(&mut self, id: Uuid) -> Result<Option<Override>> {
        let sql = format!("{OVERRIDES} WHERE o.id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id.to_string())
            .fetch_optional(&mut *self.inner)
            .await?;
        row.as_ref().map(made).transpose()
    }

    /// Adds an override; the writer holds the cycle's overrides.
    pub(crate) async fn insert_override(&mut self, made: &Override) -> Result<()> {
        let sql = "INSERT INTO overrides (id, cycle, number, body) VALUES ($1, $2, \
                   (SELECT COALESCE(MAX(number), 0) + 1 FROM overrides WHERE cycle = $2), $3)";
        let message = pb::Override::from(Override { confirmation: None, ..made.clone() });
        sqlx::query(sql)
            .bind(made.id.to_string())
            .bind(made.cycle.as_str())
            .bind(message.encode_to_vec())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Adds a second person's word for an override.
    pub(crate) async fn confirm_override(
        &mut self,
        id: Uuid,
        Confirmation { actor, time }: &Confirmation,
    ) -> Result<()> {
        let sql =
            "INSERT INTO override_confirmations (override_id, actor, time) VALUES ($1, $2, $3)";
        sqlx::query(sql)
            .bind(id.to_string())
            .bind(actor.as_str())
            .bind(time.0)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Remarks on a contribution with their answers, oldest first.
    pub(crate) async fn remarks(&mut self, contribution: Uuid) -> Result<Vec<Remark>> {
        let sql = format!("{REMARKS} WHERE m.contribution = $1 ORDER BY m.number LIMIT $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(contribution.to_string())
            .bind(MAX_READ)
            .fetch_all(&mut *self.inner)
            .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            found.push(self.answered_remark(row).await?);
        }
        Ok(found)
    }

    /// The remark with this id.
    pub(crate) async fn remark(&mut self, id: Uuid) -> Result<Option<Remark>> {
        let sql = format!("{REMARKS} WHERE m.id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id.to_string())
            .fetch_optional(&mut *self.inner)
            .await?;
        match row {
            Some(row) => self.answered_remark(&row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn answered_remark(&mut self, row: &AnyRow) -> Result<Remark> {
        let mut remark: Remark = body_as::<pb::Remark, _>(row, "remarks")?;
        remark.resolution = confirmation(row)?;
        let sql = "SELECT body FROM remark_answers WHERE remark = $1 ORDER BY number";
        let rows = sqlx::query(sql).bind(remark.id.to_string()).fetch_all(&mut *self.inner).await?;
        let answers = rows.iter().map(|row| body_as::<pb::RemarkAnswer, _>(row, "remark_answers"));
        remark.answers = answers.collect::<Result<_>>()?;
        Ok(remark)
    }

    /// Adds a remark; the writer holds the organisation's contributions.
    pub(crate) async fn insert_remark(&mut self, remark: &Remark) -> Result<()> {
        let sql = "INSERT INTO remarks (id, contribution, number, body) VALUES ($1, $2, \
                   (SELECT COALESCE(MAX(number), 0) + 1 FROM remarks WHERE contribution = $2), $3)";
        sqlx::query(sql)
            .bind(remark.id.to_string())
            .bind(remark.contribution.to_string())
            .bind(pb::Remark::from(remark.clone()).encode_to_vec())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Adds an answer to a remark; the writer holds the organisation's contributions.
    pub(crate) async fn insert_answer(
        &mut self,
        remark: Uuid,
        answer: &RemarkAnswer,
    ) -> Result<()> {
        let sql = "INSERT INTO remark_answers (remark, number, body) VALUES ($1, \
                   (SELECT COALESCE(MAX(number), 0) + 1 FROM remark_answers WHERE remark = $1), $2)";
        sqlx::query(sql)
            .bind(remark.to_string())
            .bind(pb::RemarkAnswer::from(answer.clone()).encode_to_vec())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Empties what was said of a contribution: the words of decisions, remarks and answers, and the salts of the
    /// remarks' entries in the audit log. Who, when and what about stay. Returns how many texts were emptied.
    pub(crate) async fn empty_words(&mut self, contribution: Uuid) -> Result<usize> {
        let mut emptied = 0;
        for decision in self.decisions(contribution).await? {
            if decision.text.is_empty() {
                continue;
            }
            let silent = Decision { text: String::new(), ..decision };
            let sql = "UPDATE decisions SET body = $1 WHERE contribution = $2 AND number = $3";
            sqlx::query(sql)
                .bind(pb::Decision::from(silent.clone()).encode_to_vec())
                .bind(contribution.to_string())
                .bind(i64::from(silent.number))
                .execute(&mut *self.inner)
                .await?;
            emptied += 1;
        }
        for remark in self.remarks(contribution).await? {
            emptied += self.empty_remark(remark).await?;
        }
        Ok(emptied)
    }

    async fn empty_remark(&mut self, remark: Remark) -> Result<usize> {
        let answers = remark.answers.iter().filter(|answer| !answer.text.is_empty()).count();
        let emptied = answers + usize::from(!remark.text.is_empty());
        if emptied == 0 {
            return Ok(0);
        }
        self.remove_salts(&remark.id.to_string()).await?;
        for (answer, number) in remark.answers.iter().zip(1_i64..) {
            let silent = RemarkAnswer { text: String::new(), ..answer.clone() };
            sqlx::query("UPDATE remark_answers SET body = $1 WHERE remark = $2 AND number = $3")
                .bind(pb::RemarkAnswer::from(silent).encode_to_vec())
                .bind(remark.id.to_string())
                .bind(number)
                .execute(&mut *self.inner)
                .await?;
        }
        let id = remark.id.to_string();
        let silent =
            Remark { text: String::new(), answers: Vec::new(), resolution: None, ..remark };
        sqlx::query("UPDATE remarks SET body = $1 WHERE id = $2")
            .bind(pb::Remark::from(silent).encode_to_vec())
            .bind(id)
            .execute(&mut *self.inner)
            .await?;
        Ok(emptied)
    }

    /// Marks a remark as resolved.
    pub(crate) async fn resolve_remark(
        &mut self,
        remark: Uuid,
        Confirmation { actor, time }: &Confirmation,
    ) -> Result<()> {
        let sql = "INSERT INTO remark_resolutions (remark, actor, time) VALUES ($1, $2, $3)";
        sqlx::query(sql)
            .bind(remark.to_string())
            .bind(actor.as_str())
            .bind(time.0)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }
}

const OVERRIDES: &str = "SELECT o.body, COALESCE(c.actor, '') AS actor, COALESCE(c.time, 0) AS time \
                         FROM overrides o LEFT JOIN override_confirmations c ON c.override_id = o.id";
const REMARKS: &str = "SELECT m.body, COALESCE(c.actor, '') AS actor, COALESCE(c.time, 0) AS time \
                       FROM remarks m LEFT JOIN remark_resolutions c ON c.remark = m.id";

fn made(row: &AnyRow) -> Result<Override> {
    let saved: Override = body_as::<pb::Override, _>(row, "overrides")?;
    Ok(Override { confirmation: confirmation(row)?, ..saved })
}

/// Whoever confirmed has an id, so that an empty one is none.
fn confirmation(row: &AnyRow) -> Result<Option<Confirmation>> {
    let actor: String = row.try_get("actor")?;
    let time = Instant(row.try_get("time")?);
    Ok((!actor.is_empty()).then_some(Confirmation { actor, time }))
}
