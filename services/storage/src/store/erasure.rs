//! Rows that an erasure empties.

use model::{Contribution, Decision, Hash, Remark, RemarkAnswer};
use prost::Message as _;
use uuid::Uuid;
use wire::v1 as pb;

use crate::store::{Result, Table, Tx, body_as, signed};

impl Tx {
    /// Replaces a revision by its tombstone. Every other column stays, the hash of what was there among them.
    pub(crate) async fn empty_revision(&mut self, tombstone: &Contribution) -> Result<()> {
        sqlx::query("UPDATE revisions SET body = $1 WHERE contribution = $2 AND version = $3")
            .bind(pb::Contribution::from(tombstone.clone()).encode_to_vec())
            .bind(tombstone.id.to_string())
            .bind(signed(tombstone.version))
            .execute(&mut *self.inner)
            .await?;
        self.wrote(Table::REVISION, tombstone.id.to_string(), signed(tombstone.version));
        Ok(())
    }

    /// Whether a revision with this content was replaced by a tombstone.
    pub(crate) async fn has_erased(&mut self, id: Uuid, hash: Hash) -> Result<bool> {
        let sql = "SELECT body FROM revisions WHERE contribution = $1 AND content_hash = $2";
        let rows = sqlx::query(sql)
            .bind(id.to_string())
            .bind(hash.to_string())
            .fetch_all(&mut *self.inner)
            .await?;
        for row in &rows {
            if body_as::<pb::Contribution, Contribution>(row, "revisions")?.is_erased() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Removes every stored answer that is about a contribution: whatever the message, it holds the id as a text.
    pub(crate) async fn remove_answers(&mut self, id: Uuid) -> Result<()> {
        let sql = format!("DELETE FROM requests WHERE {}", self.dialect.holds_bytes("answer"));
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(id.to_string().into_bytes())
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
            self.wrote(Table::DECISION, contribution.to_string(), i64::from(silent.number));
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
            self.wrote(Table::REMARK_ANSWER, remark.id.to_string(), number);
        }
        let id = remark.id.to_string();
        let silent =
            Remark { text: String::new(), answers: Vec::new(), resolution: None, ..remark };
        sqlx::query("UPDATE remarks SET body = $1 WHERE id = $2")
            .bind(pb::Remark::from(silent).encode_to_vec())
            .bind(id.as_str())
            .execute(&mut *self.inner)
            .await?;
        self.wrote(Table::REMARK, id.as_str(), 0);
        self.audit("remark.erase", &id, b"")?;
        Ok(emptied)
    }
}
