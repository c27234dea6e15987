//! Decides which reminders are due, and stores each with its text.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date, tz::Offset};
use messages::Messages;
use model::{
    Cycle, CycleName, CycleState, Framework, Instant, Obligation, Organisation, Slug,
    reminder::{Digest, Ladder, Member, Reminding},
};

use crate::{
    Error, Storage,
    reminders::{
        note,
        text::{Letter, Occasion},
    },
    store::{Result, Tx, scopes},
    verbs::{known, obligation_states},
};

/// Cycles that are read at once.
const PAGE: u32 = 100;
/// After everything: what holds now.
const ALWAYS: Instant = Instant(i64::MAX);

/// What is due about one cycle, with all that its texts are made of.
struct Due {
    cycle: Cycle,
    framework: Framework,
    today: Date,
    obligations: Vec<Obligation>,
    /// Language by person.
    languages: BTreeMap<String, String>,
    digests: Vec<Digest>,
}

impl Storage {
    /// Decides about every cycle, each in one transaction, and returns the number of new reminders.
    pub(super) async fn decide_reminders(&self) -> Result<usize> {
        let ladder = self.config.reminders.ladder();
        let mut decided = 0;
        for cycle in on_a_step(&mut self.store.read().await?, &ladder).await? {
            // A first look without a writing transaction.
            if due(&mut self.store.read().await?, &cycle, &ladder).await?.digests.is_empty() {
                continue;
            }
            let mut tx = self.store.write([scopes::REMINDERS]).await?;
            let due = due(&mut tx, &cycle, &ladder).await?;
            for digest in &due.digests {
                self.decide_digest(&mut tx, &due, digest).await?;
            }
            decided += due.digests.len();
            self.commit(tx).await?;
        }
        Ok(decided)
    }

    async fn decide_digest(&self, tx: &mut Tx, due: &Due, digest: &Digest) -> Result<()> {
        let organisations = organisations(tx, digest).await?;
        let occasion = Occasion {
            cycle: &due.cycle,
            framework: &due.framework,
            organisations: &organisations,
            obligations: &due.obligations,
            contact: &self.config.reminders.contact,
            answer_at: &self.config.reminders.answer_at,
        };
        let language = due.languages.get(&digest.person).map_or("nl", String::as_str);
        let Letter { subject, text } = occasion.letter(digest, language);
        for fault in Messages::for_language(language).new_faults() {
            tracing::warn!("a text of a reminder is missing: {fault}");
        }
        let id = tx.fresh_id().to_string();
        tx.insert_reminder(&id, &due.cycle.name, (digest, due.today), (&subject, &text)).await?;
        note(tx, "reminder.decide", &id, payload(digest, &due.cycle.name).as_bytes())
    }
}

/// What the entry of the audit log is about: the opaque id of the person, and what is owed.
fn payload(Digest { person, step, escalation, asked }: &Digest, cycle: &CycleName) -> String {
    let lines: Vec<String> = asked.iter().map(ToString::to_string).collect();
    format!("{person} {cycle} {step} {escalation}\n{}\n", lines.join("\n"))
}

/// Names of cycles that take contributions and of which any deadline has a step that holds today.
async fn on_a_step(tx: &mut Tx, ladder: &Ladder) -> Result<Vec<CycleName>> {
    let today = today(tx)?;
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let cycles = tx.cycles("", &after, PAGE).await?;
        let Some(last) = cycles.last() else { return Ok(found) };
        after = last.name.to_string();
        for cycle in cycles.into_iter().filter(|cycle| cycle.state == CycleState::Open) {
            let extended = tx.extended_deadlines(&cycle.name, ALWAYS).await?;
            let mut deadlines = extended.into_values().chain(cycle.deadline);
            if deadlines.any(|deadline| ladder.step(deadline, today).is_some()) {
                found.push(cycle.name);
            }
        }
    }
}

async fn due(tx: &mut Tx, cycle: &CycleName, ladder: &Ladder) -> Result<Due> {
    let today = today(tx)?;
    let (cycle, framework) = known(tx, cycle).await?;
    let obligations = obligation_states(tx, &cycle, &framework, None).await?;
    let recipients = tx.recipients(today).await?;
    let languages = recipients
        .iter()
        .map(|recipient| (recipient.member.person.clone(), recipient.language.clone()))
        .collect();
    let members: Vec<Member> = recipients.into_iter().map(|recipient| recipient.member).collect();
    let past = tx.past_digests(&cycle.name).await?;
    let digests = model::reminder::due(&Reminding {
        ladder,
        today,
        cycle: &cycle,
        framework: &framework,
        obligations: &obligations,
        members: &members,
        past: &past,
    });
    Ok(Due { cycle, framework, today, obligations, languages, digests })
}

/// The organisations that a digest names.
async fn organisations(tx: &mut Tx, digest: &Digest) -> Result<BTreeMap<Slug, Organisation>> {
    let codes: BTreeSet<&Slug> = digest.asked.iter().map(|asked| &asked.organisation).collect();
    let mut organisations = BTreeMap::new();
    for code in codes {
        if let Some(organisation) = tx.organisation(code).await? {
            organisations.insert(code.clone(), organisation);
        }
    }
    Ok(organisations)
}

/// The day that rows of this transaction carry, in UTC as everywhere in the record.
fn today(tx: &Tx) -> Result<Date> {
    let moment = Timestamp::from_millisecond(tx.now().0)
        .map_err(|error| Error::Unfit(format!("the clock is out of range: {error}")))?;
    Ok(Offset::UTC.to_datetime(moment).date())
}
