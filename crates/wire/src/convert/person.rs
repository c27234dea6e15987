//! People and memberships.

use model::{InvalidField, Membership, NoticeChoice, Person};

use crate::{
    convert::{
        date_or_none, date_text, enumeration, instant, list, number_or_default, required, timestamp,
    },
    v1 as pb,
};

enumeration!(pb::NoticeChoice, NoticeChoice, "the choice", Unspecified, { AtOnce, Daily, Off });

impl From<Person> for pb::Person {
    fn from(person: Person) -> Self {
        let Person {
            id,
            subject,
            name,
            email,
            language,
            notices,
            memberships,
            create_time,
            erase_time,
        } = person;
        Self {
            id: id.to_string(),
            subject,
            name,
            email,
            language,
            memberships: memberships.into_iter().map(Into::into).collect(),
            create_time: Some(timestamp(create_time)),
            erase_time: erase_time.map(timestamp),
            notices: pb::NoticeChoice::from(notices).into(),
        }
    }
}

impl TryFrom<pb::Person> for Person {
    type Error = InvalidField;

    fn try_from(message: pb::Person) -> Result<Self, InvalidField> {
        let pb::Person {
            id,
            subject,
            name,
            email,
            language,
            memberships,
            create_time,
            erase_time,
            notices,
        } = message;
        Ok(Self {
            id: id.parse().map_err(|_| InvalidField::new("id", "INVALID_ID", "is no UUID"))?,
            subject,
            name,
            email,
            language,
            notices: number_or_default::<pb::NoticeChoice, _>(notices, "notices")?,
            memberships: list(memberships, "memberships")?,
            create_time: create_time.as_ref().map(instant).unwrap_or_default(),
            erase_time: erase_time.as_ref().map(instant),
        })
    }
}

impl From<Membership> for pb::Membership {
    fn from(Membership { number, grant, from, until }: Membership) -> Self {
        Self { number, grant: Some(grant.into()), from: date_text(from), until: date_text(until) }
    }
}

impl TryFrom<pb::Membership> for Membership {
    type Error = InvalidField;

    fn try_from(message: pb::Membership) -> Result<Self, InvalidField> {
        let pb::Membership { number, grant, from, until } = message;
        Ok(Self {
            number,
            grant: required(grant, "grant")?,
            from: date_or_none(&from, "from")?,
            until: date_or_none(&until, "until")?,
        })
    }
}
