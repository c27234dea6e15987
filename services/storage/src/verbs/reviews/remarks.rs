//! Remarks on contributions: made, answered, resolved.

use model::{
    Confirmation, Contribution, Hash, InvalidField, Remark, RemarkAnswer, RequestId, Target,
};
use prost::Message as _;
use uuid::Uuid;
use wire::v1 as pb;

use crate::{
    Error, Storage,
    store::{Result, Tx, scopes::contributions_of},
    verbs::{
        contributions::{At, ContributionKey, is_shown, shown},
        text_checks::{MAX_TEXT, check_text},
    },
};

/// Maximum number of remarks on a contribution.
const MAX_REMARKS: usize = 1_000;
/// Maximum number of answers to a remark.
const MAX_ANSWERS: usize = 100;

impl Storage {
    /// Makes a remark on a contribution or a part of it.
    pub(crate) async fn add_remark(
        &self,
        id: Uuid,
        target: Target,
        text: &str,
        request_id: Option<&RequestId>,
    ) -> Result<Remark> {
        check_text("text", text, MAX_TEXT)?;
        let mut tx = self.write_about(id).await?;
        let asked = Hash::of(format!("remark {id} {target:?}\n{text}").as_bytes());
        let key = request_id.map(|request_id| key(id, request_id));
        if let Some(known) = answered(&mut tx, key.as_ref(), asked).await? {
            return Ok(known);
        }
        let head = shown(&mut tx, id).await?;
        if let Some(description) = richtext::targets::missing(&head, &target) {
            return Err(Error::invalid("target", "UNKNOWN_TARGET", description));
        }
        if tx.remarks(id).await?.len() >= MAX_REMARKS {
            let message = format!("the contribution has {MAX_REMARKS} remarks and takes no more");
            return Err(Error::TooLarge(message));
        }
        let remark = Remark {
            id: tx.fresh_id(),
            contribution: id,
            version: head.version,
            target,
            text: text.trim().to_owned(),
            actor: tx.actor(),
            time: tx.now(),
            answers: Vec::new(),
            resolution: None,
        };
        tx.insert_remark(&remark).await?;
        audit(&mut tx, "remark.add", &remark, text)?;
        self.end(tx, key, asked, remark.id).await
    }

    /// Answers a remark that is not resolved.
    pub(crate) async fn answer_remark(
        &self,
        id: Uuid,
        text: &str,
        request_id: Option<&RequestId>,
    ) -> Result<Remark> {
        check_text("text", text, MAX_TEXT)?;
        let found = remark(&mut self.store.read().await?, id).await?;
        let mut tx = self.write_about(found.contribution).await?;
        let asked = Hash::of(format!("answer {id}\n{text}").as_bytes());
        let key = request_id.map(|request_id| key(found.contribution, request_id));
        if let Some(known) = answered(&mut tx, key.as_ref(), asked).await? {
            return Ok(known);
        }
        let found = remark(&mut tx, id).await?;
        if found.resolution.is_some() {
            let message = format!("remark `{id}` is resolved and takes no answers; make a new one");
            return Err(Error::Precondition { reason: "REMARK_RESOLVED", message });
        }
        if found.answers.len() >= MAX_ANSWERS {
            let message = format!("the remark has {MAX_ANSWERS} answers and takes no more");
            return Err(Error::TooLarge(message));
        }
        let answer =
            RemarkAnswer { text: text.trim().to_owned(), actor: tx.actor(), time: tx.now() };
        tx.insert_answer(id, &answer).await?;
        audit(&mut tx, "remark.answer", &found, text)?;
        self.end(tx, key, asked, id).await
    }

    /// Resolves a remark. Resolving again changes nothing.
    pub(crate) async fn resolve_remark(&self, id: Uuid) -> Result<Remark> {
        let found = remark(&mut self.store.read().await?, id).await?;
        let mut tx = self.write_about(found.contribution).await?;
        let found = remark(&mut tx, id).await?;
        if found.resolution.is_some() {
            return Ok(found);
        }
        let resolution = Confirmation { actor: tx.actor(), time: tx.now() };
        tx.resolve_remark(id, &resolution).await?;
        audit(&mut tx, "remark.resolve", &found, "")?;
        self.commit(tx).await?;
        Ok(Remark { resolution: Some(resolution), ..found })
    }

    /// Lists remarks, oldest first; resolved ones where they are wanted.
    pub(crate) async fn remarks(&self, id: Uuid, show_resolved: bool) -> Result<Vec<Remark>> {
        let mut tx = self.store.read().await?;
        shown(&mut tx, id).await?;
        let mut remarks = tx.remarks(id).await?;
        remarks.retain(|remark| show_resolved || remark.resolution.is_none());
        Ok(remarks)
    }

    async fn write_about(&self, id: Uuid) -> Result<Tx> {
        let Contribution { cycle, organisation, .. } =
            self.contribution(&ContributionKey::Id(id), At::Latest).await?;
        self.store.write([contributions_of(&cycle, &organisation)]).await
    }

    /// Stores the answer to a request id, commits, and returns the remark.
    async fn end(&self, mut tx: Tx, key: Option<String>, asked: Hash, id: Uuid) -> Result<Remark> {
        if let Some(key) = key {
            let answer = pb::ResolveRemarkRequest { remark: id.to_string() }.encode_to_vec();
            tx.record_answer(key, asked, answer);
        }
        let remark = remark(&mut tx, id).await?;
        self.commit(tx).await?;
        Ok(remark)
    }
}

/// The remark with this id. Where the caller may not see its contribution, it is reported as not found.
async fn remark(tx: &mut Tx, id: Uuid) -> Result<Remark> {
    let not_found =
        || Error::NotFound { what: "remark", reason: "REMARK_NOT_FOUND", name: id.to_string() };
    let found = tx.remark(id).await?.ok_or_else(not_found)?;
    match tx.contribution(found.contribution, 0).await? {
        Some(head) if is_shown(tx, &head).await? => Ok(found),
        _ => Err(not_found()),
    }
}

/// The key of a stored answer. Request ids are scoped to a contribution.
fn key(contribution: Uuid, request_id: &RequestId) -> String {
    format!("{contribution} {request_id}")
}

/// The remark that an earlier request with this id made.
async fn answered(tx: &mut Tx, key: Option<&String>, asked: Hash) -> Result<Option<Remark>> {
    let Some(key) = key else { return Ok(None) };
    let found = tx.answered(std::slice::from_ref(key)).await?.remove(key);
    let Some((known, answer)) = found else { return Ok(None) };
    if known != asked.to_string() {
        let description = "was used for something else; every request has an id of its own";
        return Err(InvalidField::new("request_id", "REQUEST_ID_REUSED", description).into());
    }
    let bad = |problem: String| Error::BadRow { table: "requests", problem };
    let message = pb::ResolveRemarkRequest::decode(answer.as_slice());
    let name = message.map_err(|error| bad(error.to_string()))?.remark;
    let id = name.parse().map_err(|_| bad(format!("`{name}` is no UUID")))?;
    remark(tx, id).await.map(Some)
}

/// Adds the entry of the audit log.
fn audit(tx: &mut Tx, action: &str, remark: &Remark, text: &str) -> Result<()> {
    let payload = format!("{} {}\n{text}", remark.contribution, remark.version);
    tx.audit(action, &remark.id.to_string(), payload.as_bytes())
}
