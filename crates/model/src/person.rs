//! People and what they are members of.

use jiff::civil::Date;
use uuid::Uuid;

use crate::{Grant, Instant, NoticeChoice};

/// Somebody who works with the record. Everything else knows a person by the id alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Opaque id.
    pub id: Uuid,
    /// Subject of the person's tokens; empty: the id.
    pub subject: String,
    /// Name. Empty once erased.
    pub name: String,
    /// Address for mail. Empty once erased.
    pub email: String,
    /// Language that the person is written to in.
    pub language: String,
    /// How the person is mailed about what happened.
    pub notices: NoticeChoice,
    /// What the person is or was a member of, oldest first.
    pub memberships: Vec<Membership>,
    /// When the person was first saved.
    pub create_time: Instant,
    /// When name, address and subject were erased.
    pub erase_time: Option<Instant>,
}

/// A grant for a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Number, counted from 1 for each person.
    pub number: u32,
    /// What it lets the person do.
    pub grant: Grant,
    /// First day; absent: at once.
    pub from: Option<Date>,
    /// Last day; absent: until it is ended.
    pub until: Option<Date>,
}

impl Membership {
    /// Whether it holds on a day, its first and its last day included.
    pub fn is_in_force_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Role;

    #[test]
    fn a_membership_holds_from_its_first_day_to_its_last() {
        let membership = Membership {
            number: 1,
            grant: Grant::everywhere(Role::Coordinator),
            from: Some(date(2022, 3, 1)),
            until: Some(date(2022, 3, 31)),
        };
        let days = [date(2022, 2, 28), date(2022, 3, 1), date(2022, 3, 31), date(2022, 4, 1)];
        assert_eq!(days.map(|day| membership.is_in_force_on(day)), [false, true, true, false]);
        let unlimited = Membership { from: None, until: None, ..membership };
        assert!(days.into_iter().all(|day| unlimited.is_in_force_on(day)));
    }
}
