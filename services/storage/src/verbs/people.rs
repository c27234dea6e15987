//! People: saved, made members, erased.
//!
//! Invariant: a name, an address or a subject goes into the tables of people, and into an audit entry as a salted hash;
//! nowhere else, and into no message of a failure either.

mod fields;

use jiff::{ToSpan as _, civil::Date};
use model::{Grant, Membership, NoticeChoice, Person};
use uuid::Uuid;

use crate::{
    Error, Storage,
    store::{Result, Tx, scopes},
    verbs::{
        people::fields::{check_membership, check_order},
        text_checks::check_reason,
    },
};

/// Maximum number of memberships of a person, including ended ones.
const MAX_MEMBERSHIPS: usize = 500;

/// A person as a caller gives it.
#[derive(Debug, Clone)]
pub(crate) struct PersonOrder {
    /// Who is changed; absent: somebody new.
    pub(crate) id: Option<Uuid>,
    /// Subject of the person's tokens; empty: the id.
    pub(crate) subject: String,
    pub(crate) name: String,
    /// Address for mail.
    pub(crate) email: String,
    /// Language that the person is written to in.
    pub(crate) language: String,
    /// How the person is mailed about what happened; absent: as before, and at once for somebody new.
    pub(crate) notices: Option<NoticeChoice>,
}

impl Storage {
    /// Adds a person, or changes one by id. The same again changes nothing.
    pub(crate) async fn save_person(&self, order: PersonOrder) -> Result<Person> {
        check_order(&order)?;
        let mut tx = self.store.write([scopes::PEOPLE]).await?;
        let before = match order.id {
            Some(id) => Some(living(&mut tx, id).await?),
            None => same_person(&mut tx, &order).await?,
        };
        refuse_taken_subject(&mut tx, &order, before.as_ref()).await?;
        let PersonOrder { id: _, subject, name, email, language, notices } = order;
        let person = match before.clone() {
            Some(person) => {
                let notices = notices.unwrap_or(person.notices);
                Person { subject, name, email, language, notices, ..person }
            }
            None => Person {
                id: tx.fresh_id(),
                subject,
                name,
                email,
                language,
                notices: notices.unwrap_or_default(),
                memberships: Vec::new(),
                create_time: tx.now(),
                erase_time: None,
            },
        };
        if before.as_ref() != Some(&person) {
            tx.put_person(&person).await?;
            // Tokens of the earlier subject no longer stand for this person.
            if let Some(before) = before.filter(|before| before.subject != person.subject) {
                tx.revoke_erased(&before.subject).await?;
                if !before.subject.is_empty() {
                    tx.put_former_subject(before.id, &before.subject).await?;
                }
            }
            let Person { subject, name, email, language, notices, .. } = &person;
            let payload = format!("{subject}\n{name}\n{email}\n{language}\n{}\n", notices.name());
            tx.audit("person.save", &person.id.to_string(), payload.as_bytes())?;
            self.commit_people(tx).await?;
        }
        Ok(person)
    }

    /// Returns a person, or the tombstone of one.
    pub(crate) async fn person(&self, id: Uuid) -> Result<Person> {
        known(&mut self.store.read().await?, id).await
    }

    /// Lists people by id: members of an organisation today, or all.
    pub(crate) async fn people(&self, organisation: &str, page: &rpc::Page) -> Result<Vec<Person>> {
        let mut tx = self.store.read().await?;
        let today = tx.today()?;
        tx.people(organisation, today, &page.after, page.size).await
    }

    /// Adds a membership. One that is there changes nothing.
    pub(crate) async fn add_membership(&self, id: Uuid, membership: Membership) -> Result<Person> {
        check_membership(&membership)?;
        let mut tx = self.store.write([scopes::PEOPLE]).await?;
        let mut person = living(&mut tx, id).await?;
        if let Some(organisation) = &membership.grant.organisation
            && tx.organisation(organisation).await?.is_none()
        {
            let message = format!("no framework names organisation `{organisation}`");
            return Err(Error::invalid(
                "membership.grant.organisation",
                "UNKNOWN_ORGANISATION",
                message,
            ));
        }
        let number = person.memberships.last().map_or(0, |last| last.number) + 1;
        let is_same = |known: &Membership| {
            *known == Membership { number: known.number, ..membership.clone() }
        };
        if person.memberships.iter().any(is_same) {
            return Ok(person);
        }
        if person.memberships.len() >= MAX_MEMBERSHIPS {
            let message = format!("a person has at most {MAX_MEMBERSHIPS} memberships");
            return Err(Error::TooLarge(message));
        }
        let membership = Membership { number, ..membership };
        tx.put_membership(id, &membership).await?;
        tx.audit("membership.add", &id.to_string(), payload(&membership).as_bytes())?;
        person.memberships.push(membership);
        self.commit_people(tx).await?;
        Ok(person)
    }

    /// Ends a membership on a day, by default yesterday. One that ended earlier stays as it is.
    pub(crate) async fn end_membership(
        &self,
        id: Uuid,
        number: u32,
        until: Option<Date>,
    ) -> Result<Person> {
        let mut tx = self.store.write([scopes::PEOPLE]).await?;
        let mut person = living(&mut tx, id).await?;
        let yesterday = yesterday(&tx)?;
        let found = person.memberships.iter_mut().find(|membership| membership.number == number);
        let membership = found.ok_or_else(|| Error::NotFound {
            what: "membership",
            reason: "MEMBERSHIP_NOT_FOUND",
            name: format!("{id}/{number}"),
        })?;
        let is_over = membership.until.is_some_and(|known| known <= until.unwrap_or(yesterday));
        if is_over && until.is_none_or(|until| membership.until == Some(until)) {
            return Ok(person);
        }
        if is_over {
            let ended = membership.until.unwrap_or(yesterday);
            let message =
                format!("membership {number} ends on {ended} already; add one that goes on");
            return Err(Error::Precondition { reason: "ENDS_EARLIER", message });
        }
        if let (Some(until), Some(from)) = (until, membership.from)
            && until < from
        {
            let message =
                format!("is before the first day, {from}; leave it out to end it at once");
            return Err(Error::invalid("until", "UNTIL_BEFORE_FROM", message));
        }
        membership.until = Some(until.unwrap_or(yesterday));
        let membership = membership.clone();
        tx.put_membership(id, &membership).await?;
        tx.audit("membership.end", &id.to_string(), payload(&membership).as_bytes())?;
        self.commit_people(tx).await?;
        Ok(person)
    }

    /// Erases name, address and subject, ends the memberships, revokes the tokens, and removes the salts with which a guessed
    /// name could be checked against the audit log. Erasing again changes nothing.
    pub(crate) async fn erase_person(&self, id: Uuid, reason: &str) -> Result<Person> {
        check_reason(reason)?;
        let mut tx = self.store.write([scopes::PEOPLE]).await?;
        let person = known(&mut tx, id).await?;
        if person.erase_time.is_some() {
            return Ok(person);
        }
        let yesterday = yesterday(&tx)?;
        let mut memberships = person.memberships.clone();
        for membership in &mut memberships {
            if membership.until.is_none_or(|until| yesterday < until) {
                membership.until = Some(yesterday);
                tx.put_membership(id, membership).await?;
            }
        }
        let subject = person.subject;
        let person = Person {
            subject: String::new(),
            name: String::new(),
            email: String::new(),
            memberships,
            erase_time: Some(tx.now()),
            ..person
        };
        tx.put_person(&person).await?;
        // Tokens may name the person by the id as well.
        for name in [subject, id.to_string()] {
            tx.revoke_erased(&name).await?;
        }
        tx.delete_former_subjects(id).await?;
        tx.remove_salts(&id.to_string()).await?;
        tx.audit("person.erase", &id.to_string(), reason.as_bytes())?;
        self.commit_people(tx).await?;
        self.store.purge_erased().await;
        Ok(person)
    }
}

impl Storage {
    /// Commits, and drops cached callers, whose grants may have changed.
    async fn commit_people(&self, tx: Tx) -> Result<()> {
        self.commit(tx).await?;
        self.callers.clear();
        Ok(())
    }
}

async fn known(tx: &mut Tx, id: Uuid) -> Result<Person> {
    tx.person(id).await?.ok_or_else(|| Error::NotFound {
        what: "person",
        reason: "PERSON_NOT_FOUND",
        name: id.to_string(),
    })
}

/// A person who was not erased.
async fn living(tx: &mut Tx, id: Uuid) -> Result<Person> {
    let person = known(tx, id).await?;
    if person.erase_time.is_some() {
        let message = format!("person `{id}` was erased and stays so; save a new one");
        return Err(Error::Precondition { reason: "ERASED", message });
    }
    Ok(person)
}

/// The person whom a repeated request means.
async fn same_person(tx: &mut Tx, order: &PersonOrder) -> Result<Option<Person>> {
    let candidates = if order.subject.is_empty() {
        tx.people_at(&order.email).await?
    } else {
        tx.person_named(&order.subject).await?.into_iter().collect()
    };
    let is_same = |person: &Person| {
        (&person.subject, &person.name, &person.email, &person.language)
            == (&order.subject, &order.name, &order.email, &order.language)
    };
    Ok(candidates.into_iter().find(is_same))
}

async fn refuse_taken_subject(
    tx: &mut Tx,
    order: &PersonOrder,
    before: Option<&Person>,
) -> Result<()> {
    if order.subject.is_empty() {
        return Ok(());
    }
    match tx.person_named(&order.subject).await? {
        Some(other) if Some(other.id) != before.map(|before| before.id) => {
            let message = format!("person `{}` has this subject; change that one", other.id);
            Err(Error::Exists(message))
        }
        _ => Ok(()),
    }
}

fn yesterday(tx: &Tx) -> Result<Date> {
    let out_of_range = |_| Error::Unfit("the clock is out of range".to_owned());
    tx.today()?.checked_sub(1.day()).map_err(out_of_range)
}

/// The form in which a membership is audited.
fn payload(Membership { number, grant, from, until }: &Membership) -> String {
    let Grant { role, organisation, pillars, goals } = grant;
    let organisation = organisation.as_ref().map_or("", |organisation| organisation.as_str());
    let day = |day: &Option<Date>| day.map_or(String::new(), |day| day.to_string());
    let limits = [pillars.join(","), goals.join(","), day(from), day(until)].join("\n");
    format!("{number}\n{}\n{organisation}\n{limits}\n", role.name())
}
