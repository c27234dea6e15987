//! What happened, read from an entry of the audit log and the rows that it names, and whom it concerns.

use std::{
    collections::{BTreeMap, BTreeSet},
    slice,
    sync::Arc,
};

use model::{
    Asked, Contribution, Cycle, CycleName, Decision, EditionName, Framework, MadeCycleChange,
    NoticeKind, Passage, Remark, Slug, reminder::Member,
};
use uuid::Uuid;

use crate::{
    store::{AuditFilter, AuditRow, Recipient, Result, Table, Tx},
    verbs::framework_of,
};

/// Actions of the audit log that people are mailed about.
pub(super) const ACTIONS: [(&str, NoticeKind); 11] = [
    ("obligations.assign", NoticeKind::Assigned),
    ("contribution.submit", NoticeKind::HandedIn),
    ("contribution.return", NoticeKind::Returned),
    ("contribution.approve", NoticeKind::Approved),
    ("remark.add", NoticeKind::Remarked),
    ("remark.answer", NoticeKind::Answered),
    ("cycle.change", NoticeKind::Changed),
    ("cycle.close", NoticeKind::Changed),
    ("cycle.reopen", NoticeKind::Changed),
    ("edition.published", NoticeKind::Published),
    ("edition.withdraw", NoticeKind::Withdrawn),
];
/// Entries about one edition that are read at once; it has a few for each of its files.
const MAX_ENTRIES: u32 = 1_000;

/// The cycle in which something happened, with its framework version.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) cycle: Cycle,
    pub(super) framework: Framework,
}

/// Something that happened.
#[derive(Debug)]
pub(super) struct Happening {
    pub(super) kind: NoticeKind,
    /// Position of its entry of the audit log.
    pub(super) position: u64,
    /// Id or name of what it is about, as the audit log has it.
    pub(super) object: String,
    /// What those who did it are audited under.
    pub(super) actors: Vec<String>,
    pub(super) plan: Arc<Plan>,
    pub(super) about: About,
}

/// What it is about.
#[derive(Debug)]
pub(super) enum About {
    /// What was assigned.
    Obligations(Vec<Asked>),
    /// A contribution at its latest revision.
    Contribution(Box<Work>),
    Change(Box<Change>),
    /// An edition, and why it was withdrawn; empty where it was published.
    Edition(EditionName, String),
}

/// A change of the cycle.
#[derive(Debug)]
pub(super) struct Change {
    /// The cycle as it was before.
    pub(super) before: Cycle,
    pub(super) made: MadeCycleChange,
}

/// A contribution, and what somebody did with it.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) head: Contribution,
    /// The decision, where it was decided on.
    pub(super) decision: Option<Decision>,
    /// Passages of the revision that was decided on.
    pub(super) passages: Vec<Passage>,
    /// What those who took part in the talk before are audited under, where a remark was answered.
    pub(super) talk: Vec<String>,
}

impl Happening {
    /// Id of the contribution; empty where it is about none.
    pub(super) fn contribution(&self) -> String {
        match &self.about {
            About::Contribution(work) => work.head.id.to_string(),
            About::Obligations(_) | About::Change(_) | About::Edition(..) => String::new(),
        }
    }

    /// What of it was assigned to somebody.
    pub(super) fn asked_of(&self, member: &Member) -> Vec<&Asked> {
        let About::Obligations(asked) = &self.about else { return Vec::new() };
        let (roles, framework) = (self.kind.roles(), &self.plan.framework);
        let is_theirs = |asked: &&Asked| {
            member.has_any(roles, &asked.organisation, slice::from_ref(&asked.goal), framework)
        };
        asked.iter().filter(is_theirs).collect()
    }

    /// Whether it is about somebody's work, which they may see.
    fn is_work_of(&self, member: &Member) -> bool {
        let (roles, Plan { cycle, framework }) = (self.kind.roles(), &*self.plan);
        let works_for = |member: &Member, code: &Slug| {
            let mut grants = member.grants.iter();
            grants.any(|grant| roles.contains(&grant.role) && grant.is_for(code))
        };
        match &self.about {
            About::Obligations(_) => !self.asked_of(member).is_empty(),
            About::Contribution(work) => {
                let goals = &work.head.content.goals;
                let mut organisations = work.head.organisations().into_iter();
                organisations.any(|code| member.has_any(roles, &code, goals, framework))
            }
            // Whoever works for one of its organisations sees that.
            About::Change(change) => {
                let Change { before, made } = &**change;
                let mut all = before.organisations.iter().chain(&made.cycle.organisations);
                all.any(|code| works_for(member, code))
            }
            // Everybody sees what is published.
            About::Edition(..) => cycle.organisations.iter().any(|code| works_for(member, code)),
        }
    }
}

/// What was read before in the same transaction.
#[derive(Debug, Default)]
pub(super) struct Known {
    plans: BTreeMap<CycleName, Arc<Plan>>,
    /// What a person is audited under, by id.
    names: BTreeMap<String, BTreeSet<String>>,
}

impl Known {
    /// What an entry is about; nothing where nobody is mailed about it, as where the text was erased since.
    pub(super) async fn happening(
        &mut self,
        tx: &mut Tx,
        entry: &AuditRow,
    ) -> Result<Option<Happening>> {
        let Some((_, kind)) = ACTIONS.into_iter().find(|(action, _)| *action == entry.action)
        else {
            return Ok(None);
        };
        let found = match kind {
            NoticeKind::Assigned => assigned(tx, entry).await?,
            NoticeKind::Changed => changed(tx, entry).await?,
            NoticeKind::Published => entry
                .object
                .parse::<EditionName>()
                .ok()
                .map(|name| (name.cycle(), About::Edition(name, String::new()))),
            NoticeKind::Withdrawn => withdrawn(tx, entry).await?,
            NoticeKind::Remarked | NoticeKind::Answered => talked(tx, entry).await?,
            NoticeKind::HandedIn | NoticeKind::Returned | NoticeKind::Approved => {
                worked_on(tx, entry).await?
            }
        };
        let Some((cycle, about)) = found else { return Ok(None) };
        let Some(plan) = self.plan(tx, &cycle).await? else { return Ok(None) };
        let actors = actors(tx, entry, kind).await?;
        let (position, object) = (entry.position, entry.object.clone());
        Ok(Some(Happening { kind, position, object, actors, plan, about }))
    }

    /// Whether somebody is mailed about it: it is about their work, they may see it, and they did not do it themselves.
    pub(super) async fn concerns(
        &mut self,
        tx: &mut Tx,
        happening: &Happening,
        Recipient { member, .. }: &Recipient,
    ) -> Result<bool> {
        if !happening.is_work_of(member) {
            return Ok(false);
        }
        let names = self.names(tx, &member.person).await?;
        let took_part = match &happening.about {
            About::Contribution(work) if happening.kind == NoticeKind::Answered => {
                work.talk.iter().any(|name| names.contains(name))
            }
            _ => true,
        };
        Ok(took_part && !happening.actors.iter().any(|name| names.contains(name)))
    }

    async fn plan(&mut self, tx: &mut Tx, name: &CycleName) -> Result<Option<Arc<Plan>>> {
        if let Some(plan) = self.plans.get(name) {
            return Ok(Some(plan.clone()));
        }
        let Some(cycle) = tx.cycle(name).await? else { return Ok(None) };
        let framework = framework_of(tx, &cycle).await?;
        let plan = Arc::new(Plan { cycle, framework });
        self.plans.insert(name.clone(), plan.clone());
        Ok(Some(plan))
    }

    async fn names(&mut self, tx: &mut Tx, person: &str) -> Result<&BTreeSet<String>> {
        let names = match self.names.remove(person) {
            Some(names) => names,
            None => tx.subjects_of(person).await?.into_iter().chain([person.to_owned()]).collect(),
        };
        Ok(&*self.names.entry(person.to_owned()).or_insert(names))
    }
}

/// Who did it. An edition becomes public with its last file, which a service hands in: whoever ordered it did it.
async fn actors(tx: &mut Tx, entry: &AuditRow, kind: NoticeKind) -> Result<Vec<String>> {
    if kind != NoticeKind::Published {
        return Ok(vec![entry.actor.clone()]);
    }
    let filter = AuditFilter { object: entry.object.clone(), ..AuditFilter::default() };
    let mut entries = tx.audit_after(0, &filter, MAX_ENTRIES).await?;
    entries.retain(|entry| entry.action == "edition.publish");
    Ok(entries.into_iter().map(|entry| entry.actor).collect())
}

/// What was found, with the cycle that it is in.
type Found = Option<(CycleName, About)>;

async fn assigned(tx: &mut Tx, entry: &AuditRow) -> Result<Found> {
    let Ok(cycle) = entry.object.parse::<CycleName>() else { return Ok(None) };
    let numbers = entry.numbers_of(Table::OBLIGATION_CHANGE);
    let (Some(first), Some(last)) = (numbers.iter().min(), numbers.iter().max()) else {
        return Ok(None);
    };
    let asked = tx.assigned_between(&cycle, (*first, *last)).await?;
    Ok(Some((cycle, About::Obligations(asked))))
}

async fn changed(tx: &mut Tx, entry: &AuditRow) -> Result<Found> {
    let Ok(cycle) = entry.object.parse::<CycleName>() else { return Ok(None) };
    let number = entry.numbers_of(Table::CYCLE_CHANGE).first().copied();
    let Some(before) = number.and_then(|number| u32::try_from(number - 1).ok()) else {
        return Ok(None);
    };
    let made = tx.cycle_changes(&cycle, before, 1).await?.into_iter().next();
    let found = tx.cycle_after(&cycle, before).await?.zip(made);
    Ok(found.map(|(before, made)| (cycle, About::Change(Box::new(Change { before, made })))))
}

/// One that was never public is no news.
async fn withdrawn(tx: &mut Tx, entry: &AuditRow) -> Result<Found> {
    let Ok(name) = entry.object.parse::<EditionName>() else { return Ok(None) };
    let edition = tx.edition(&name).await?.filter(|edition| edition.publish_time.is_some());
    let reason = edition.and_then(|edition| edition.withdrawal).map(|known| known.reason);
    Ok(reason.map(|reason| (name.cycle(), About::Edition(name, reason))))
}

async fn worked_on(tx: &mut Tx, entry: &AuditRow) -> Result<Found> {
    let Ok(id) = entry.object.parse::<Uuid>() else { return Ok(None) };
    let Some(head) = tx.contribution(id, 0).await?.filter(|head| !head.is_erased()) else {
        return Ok(None);
    };
    let mut decision = None;
    if let Some(number) = entry.numbers_of(Table::DECISION).first() {
        let mut decisions = tx.decisions(id).await?.into_iter();
        decision = decisions.find(|decision| i64::from(decision.number) == *number);
    }
    let mut passages = Vec::new();
    if let Some(decision) = &decision {
        let revision = tx.contribution(id, decision.version).await?;
        passages = revision.map_or_else(Vec::new, |revision| revision.passages);
    }
    let cycle = head.cycle.clone();
    let work = Work { head, decision, passages, talk: Vec::new() };
    Ok(Some((cycle, About::Contribution(Box::new(work)))))
}

async fn talked(tx: &mut Tx, entry: &AuditRow) -> Result<Found> {
    let Ok(id) = entry.object.parse::<Uuid>() else { return Ok(None) };
    let Some(remark) = tx.remark(id).await? else { return Ok(None) };
    let Some(head) = tx.contribution(remark.contribution, 0).await? else { return Ok(None) };
    if head.is_erased() {
        return Ok(None);
    }
    let talk = talk_before(remark, entry.numbers_of(Table::REMARK_ANSWER).first().copied());
    let cycle = head.cycle.clone();
    let work = Work { head, decision: None, passages: Vec::new(), talk };
    Ok(Some((cycle, About::Contribution(Box::new(work)))))
}

/// Who had made the remark or answered it before the answer with this number, counted from 1.
fn talk_before(remark: Remark, answer: Option<i64>) -> Vec<String> {
    let before = usize::try_from(answer.unwrap_or(1).saturating_sub(1)).unwrap_or(0);
    let answers = remark.answers.into_iter().take(before).map(|answer| answer.actor);
    std::iter::once(remark.actor).chain(answers).collect()
}
