//! Notices: people are mailed about what happened. The audit log has every act once and in order, so that one who reads it from
//! where the last reader stopped misses nothing and repeats nothing.
//!
//! Invariants: who is to hear of an act is kept in one transaction with how far the log was read; a mail, in one with the
//! items that are in it. Nobody is mailed about what they did themselves or may not see: when it is found, when the mail is made
//! and, where it did not go out in that round, at the beginning of the round in which it does.

mod again;
mod happening;
mod text;

use std::collections::BTreeMap;

use messages::Messages;
use model::NoticeChoice;

use crate::{
    Error, Storage,
    reminders::{
        note,
        notices::{
            happening::{ACTIONS, Happening, Known},
            text::News,
        },
        text::Letter,
    },
    store::{NoticeItem, Recipient, Result, Tx, WaitingNotice, scopes},
};

pub use crate::reminders::notices::text::commands_of_mails;

/// Entries of the audit log that are looked at in one transaction.
const BATCH: u32 = 200;
/// The action of an erasure, after which no mail says anything of the text.
const ERASURE: &str = "contribution.erase";

impl Storage {
    /// Looks at what happened since the last look, decides the mails that are due, and returns how many.
    pub(super) async fn decide_notices(&self) -> Result<usize> {
        while self.look_at_what_happened().await? {}
        self.look_at_mails_again().await?;
        let mut tx = self.store.read().await?;
        let today = tx.today()?;
        let waiting = tx.waiting_notices(today, "").await?;
        drop(tx);
        let mut decided = 0;
        for items in waiting.chunk_by(|one, other| one.recipient == other.recipient) {
            if let Some(WaitingNotice { recipient: person, .. }) = items.first() {
                decided += self.decide_notices_to(person).await?;
            }
        }
        Ok(decided)
    }

    /// Looks at the next entries of the audit log, and returns whether there are more.
    async fn look_at_what_happened(&self) -> Result<bool> {
        // A first look without a writing transaction.
        let mut tx = self.store.read().await?;
        if tx.notices_seen().await? == last_position(&mut tx).await? {
            return Ok(false);
        }
        drop(tx);
        let mut tx = self.store.write([scopes::REMINDERS]).await?;
        let (seen, last) = (tx.notices_seen().await?, last_position(&mut tx).await?);
        let actions: Vec<&str> =
            ACTIONS.iter().map(|(action, _)| *action).chain([ERASURE]).collect();
        let entries = tx.audit_of(&actions, (seen, last), BATCH).await?;
        let is_full = entries.len() == BATCH as usize;
        let recipients = self.recipients(&mut tx).await?;
        let (mut known, mut items, mut erased) = (Known::default(), Vec::new(), false);
        for entry in &entries {
            if entry.action == ERASURE {
                erased |= self.empty_mails_about(&mut tx, &entry.object).await?;
            } else if let Some(happening) = known.happening(&mut tx, entry).await? {
                items.extend(known.items(&mut tx, &happening, &recipients).await?);
            }
        }
        let today = tx.today()?;
        tx.insert_notice_items(&items, today).await?;
        let read = entries.last().filter(|_| is_full).map_or(last, |entry| entry.position);
        tx.put_notices_seen(read).await?;
        self.commit(tx).await?;
        if erased {
            self.store.purge_erased().await;
        }
        Ok(is_full)
    }

    /// Empties what was mailed about a contribution that was erased, and returns whether anything was.
    async fn empty_mails_about(&self, tx: &mut Tx, contribution: &str) -> Result<bool> {
        let mails = tx.mails_about(contribution).await?;
        for id in &mails {
            tx.during(self.mailer.remove(id)).await?.map_err(|error| {
                Error::Unfit(format!("mail `{id}` could not be removed from the folder: {error}"))
            })?;
            tx.empty_reminder(id).await?;
            note(tx, "reminder.erase", id, &[])?;
        }
        Ok(!mails.is_empty())
    }

    /// Decides the mails to one person, one for each cycle, and returns how many there are.
    async fn decide_notices_to(&self, person: &str) -> Result<usize> {
        let mut tx = self.store.write([scopes::REMINDERS]).await?;
        let recipients = self.recipients(&mut tx).await?;
        let (recipient, today) = (recipients.get(person), tx.today()?);
        let (mut known, mut decided) = (Known::default(), 0);
        let waiting = tx.waiting_notices(today, person).await?;
        for items in waiting.chunk_by(|one, other| one.cycle == other.cycle) {
            let happened = still_due(&mut tx, &mut known, items, recipient).await?;
            let (Some(recipient), Some(first)) = (recipient, happened.first()) else { continue };
            let letter = self.letter(recipient, &happened);
            let id = tx.fresh_id().to_string();
            let (cycle, positions) = (&first.plan.cycle.name, positions(&happened));
            let words = (letter.subject.as_str(), letter.text.as_str());
            tx.insert_notice((&id, person, cycle), &positions, today, words).await?;
            note(&mut tx, "reminder.decide", &id, payload(person, &happened).as_bytes())?;
            decided += 1;
        }
        self.commit(tx).await?;
        Ok(decided)
    }

    /// Who may be mailed about what happened today, by id; nobody where that is switched off.
    async fn recipients(&self, tx: &mut Tx) -> Result<BTreeMap<String, Recipient>> {
        if !self.config.reminders.notices {
            return Ok(BTreeMap::new());
        }
        let today = tx.today()?;
        let mut recipients = tx.recipients(today).await?;
        recipients.retain(|recipient| recipient.notices != NoticeChoice::Off);
        let by_person = |recipient: Recipient| (recipient.member.person.clone(), recipient);
        Ok(recipients.into_iter().map(by_person).collect())
    }

    fn letter(&self, recipient: &Recipient, happened: &[Happening]) -> Letter {
        let language = recipient.language.as_str();
        let pages_at = &self.config.reminders.pages_at;
        let letter = News { happened, member: &recipient.member, pages_at }.letter(language);
        for fault in Messages::for_language(language).new_faults() {
            tracing::warn!("a text of a notice is missing: {fault}");
        }
        letter
    }
}

fn positions(happened: &[Happening]) -> Vec<u64> {
    happened.iter().map(|happening| happening.position).collect()
}

/// What the entry of the audit log is about: the opaque id of the person, and what happened.
fn payload(person: &str, happened: &[Happening]) -> String {
    let line = |Happening { kind, position, plan, .. }: &Happening| {
        format!("{} {} {position}\n", plan.cycle.name, kind.name())
    };
    format!("{person}\n{}", happened.iter().map(line).collect::<String>())
}

/// What items are about, where their recipient is still to hear of it. The others are removed.
async fn still_due(
    tx: &mut Tx,
    known: &mut Known,
    items: &[WaitingNotice],
    recipient: Option<&Recipient>,
) -> Result<Vec<Happening>> {
    let mut happened = Vec::new();
    for item in items {
        match due(tx, known, item, recipient).await? {
            Some(happening) => happened.push(happening),
            None => tx.delete_notice_item(item).await?,
        }
    }
    Ok(happened)
}

async fn due(
    tx: &mut Tx,
    known: &mut Known,
    item: &WaitingNotice,
    recipient: Option<&Recipient>,
) -> Result<Option<Happening>> {
    let Some(recipient) = recipient else { return Ok(None) };
    let place = (item.position.saturating_sub(1), item.position);
    let found = tx.audit_of(&ACTIONS.map(|(action, _)| action), place, 1).await?;
    let Some(entry) = found.first() else { return Ok(None) };
    let Some(happening) = known.happening(tx, entry).await? else { return Ok(None) };
    let concerns = known.concerns(tx, &happening, recipient).await?;
    Ok(concerns.then_some(happening))
}

impl Known {
    /// Who is to hear of something.
    async fn items(
        &mut self,
        tx: &mut Tx,
        happening: &Happening,
        recipients: &BTreeMap<String, Recipient>,
    ) -> Result<Vec<NoticeItem>> {
        let mut items = Vec::new();
        for (person, recipient) in recipients {
            if !self.concerns(tx, happening, recipient).await? {
                continue;
            }
            items.push(NoticeItem {
                recipient: person.clone(),
                position: happening.position,
                kind: happening.kind,
                object: happening.object.clone(),
                cycle: happening.plan.cycle.name.clone(),
                contribution: happening.contribution(),
            });
        }
        Ok(items)
    }
}

/// Where the audit log ends; 0 where it is empty.
async fn last_position(tx: &mut Tx) -> Result<u64> {
    Ok(tx.last_audit().await?.map_or(0, |entry| entry.position))
}
