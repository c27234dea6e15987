//! Rows of saves, which the commit writes, and of what was answered to request ids.

use std::{collections::HashMap, mem};

use model::{Contribution, Hash};
use prost::Message as _;
use sqlx::Row as _;
use wire::v1 as pb;

use crate::store::{
    Result, Table, Tx,
    inserts::{BATCH, Insert, places},
    signed,
};

/// Rows of saves that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Saved {
    /// Id, cycle, organisation, external id.
    contributions: Vec<(String, String, String, String)>,
    revisions: Vec<RevisionRow>,
    /// Contribution and passage.
    passages: Vec<(String, String)>,
    /// Request id, hash of what was asked, answer.
    answers: Vec<(String, String, Vec<u8>)>,
}

#[derive(Debug)]
struct RevisionRow {
    contribution: String,
    version: i64,
    state: i64,
    content_hash: String,
    body: Vec<u8>,
}

impl Tx {
    /// Adds a contribution; its first revision follows.
    pub(crate) fn insert_contribution(&mut self, contribution: &Contribution) {
        self.saves.contributions.push((
            contribution.id.to_string(),
            contribution.cycle.to_string(),
            contribution.organisation.to_string(),
            contribution.external_id.as_ref().map_or(String::new(), |id| id.as_str().to_owned()),
        ));
    }

    /// Adds a revision and its passage ids.
    pub(crate) fn insert_revision(&mut self, contribution: &Contribution) {
        let id = contribution.id.to_string();
        let passages = contribution.passages.iter();
        self.wrote(Table::REVISION, id.clone(), signed(contribution.version));
        self.saves.passages.extend(passages.map(|passage| (id.clone(), passage.id.clone())));
        self.saves.revisions.push(RevisionRow {
            contribution: id,
            version: signed(contribution.version),
            state: i64::from(i32::from(pb::ContributionState::from(contribution.state))),
            content_hash: contribution.content_hash.to_string(),
            body: pb::Contribution::from(contribution.clone()).encode_to_vec(),
        });
    }

    /// Records what was answered to a request id.
    pub(crate) fn record_answer(&mut self, id: String, content_hash: Hash, answer: Vec<u8>) {
        self.saves.answers.push((id, content_hash.to_string(), answer));
    }

    /// Writes the rows that wait, which reads of this transaction do not see until then. The commit does too.
    pub(crate) async fn write_saves(&mut self) -> Result<()> {
        let Saved { contributions, revisions, passages, answers } = mem::take(&mut self.saves);
        let into = "contributions (id, cycle, organisation, external_id)";
        let contributions = Insert::of(into, 4, "", &contributions, |statement, row| {
            let (id, cycle, organisation, external_id) = row;
            statement
                .bind(id.as_str())
                .bind(cycle.as_str())
                .bind(organisation.as_str())
                .bind(external_id.as_str())
        });
        let into = "revisions (contribution, version, state, content_hash, body)";
        let revisions = Insert::of(into, 5, "", &revisions, |statement, row| {
            let RevisionRow { contribution, version, state, content_hash, body } = row;
            statement
                .bind(contribution.as_str())
                .bind(*version)
                .bind(*state)
                .bind(content_hash.as_str())
                .bind(body.as_slice())
        });
        let (into, known) = ("passage_ids (contribution, id)", "ON CONFLICT DO NOTHING");
        let passages = Insert::of(into, 2, known, &passages, |statement, (contribution, id)| {
            statement.bind(contribution.as_str()).bind(id.as_str())
        });
        let into = "requests (id, content_hash, answer)";
        let answers = Insert::of(into, 3, "", &answers, |statement, (id, content_hash, answer)| {
            statement.bind(id.as_str()).bind(content_hash.as_str()).bind(answer.as_slice())
        });
        self.insert(&[contributions, revisions, passages, answers]).await
    }

    /// What was answered to request ids, each with the hash of what was asked.
    pub(crate) async fn answered(
        &mut self,
        ids: &[String],
    ) -> Result<HashMap<String, (String, Vec<u8>)>> {
        let mut found = HashMap::new();
        for batch in ids.chunks(BATCH) {
            let sql = format!(
                "SELECT id, content_hash, answer FROM requests WHERE id IN (VALUES {})",
                places(batch.len(), 1)
            );
            let statement = sqlx::query(sqlx::AssertSqlSafe(sql));
            let statement =
                batch.iter().fold(statement, |statement, id| statement.bind(id.as_str()));
            for row in statement.fetch_all(&mut *self.inner).await? {
                let answer = (row.try_get("content_hash")?, row.try_get("answer")?);
                found.insert(row.try_get("id")?, answer);
            }
        }
        Ok(found)
    }
}
