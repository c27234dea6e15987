//! Notices: mails about what happened. Whose work each kind is about, and how somebody chose to hear of it.

use strum::EnumCount as _;

use crate::Role;

/// How somebody is mailed about what happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, strum::EnumCount)]
pub enum NoticeChoice {
    /// At the next look, which is a minute away at most.
    #[default]
    AtOnce,
    /// Once a day: what happened on the day before.
    Daily,
    /// Not at all. Reminders of what is owed go on.
    Off,
}

impl NoticeChoice {
    /// Every choice with its name in commands and JSON.
    pub const NAMES: [(Self, &'static str); Self::COUNT] = [
        (Self::AtOnce, Self::AtOnce.name()),
        (Self::Daily, Self::Daily.name()),
        (Self::Off, Self::Off.name()),
    ];

    /// Its name in commands and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Daily => "daily",
            Self::Off => "off",
        }
    }

    /// The choice with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(choice, _)| *choice)
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::EnumCount)]
pub enum NoticeKind {
    /// Obligations were assigned.
    Assigned,
    /// A contribution was handed in.
    HandedIn,
    /// It was returned to its organisation.
    Returned,
    /// It was approved.
    Approved,
    /// A remark was made on it.
    Remarked,
    /// A remark was answered.
    Answered,
    /// The cycle was changed, closed or opened again.
    Changed,
    /// An edition became public.
    Published,
    /// An edition that was public was withdrawn.
    Withdrawn,
}

impl NoticeKind {
    /// Every kind with its name in commands and JSON.
    pub const NAMES: [(Self, &'static str); Self::COUNT] = [
        (Self::Assigned, Self::Assigned.name()),
        (Self::HandedIn, Self::HandedIn.name()),
        (Self::Returned, Self::Returned.name()),
        (Self::Approved, Self::Approved.name()),
        (Self::Remarked, Self::Remarked.name()),
        (Self::Answered, Self::Answered.name()),
        (Self::Changed, Self::Changed.name()),
        (Self::Published, Self::Published.name()),
        (Self::Withdrawn, Self::Withdrawn.name()),
    ];

    /// Its name in commands and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::HandedIn => "handed-in",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Remarked => "remarked",
            Self::Answered => "answered",
            Self::Changed => "changed",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whose work it is about. Of an answer those hear who took part in the talk, whatever their role is.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Assigned | Self::Returned | Self::Approved => &[Role::Contributor],
            Self::HandedIn => &[Role::Reviewer],
            Self::Remarked => &[Role::Contributor, Role::Reviewer],
            Self::Answered => &[Role::Contributor, Role::Reviewer, Role::Coordinator],
            Self::Changed | Self::Published | Self::Withdrawn => {
                &[Role::Contributor, Role::Reviewer, Role::Coordinator, Role::Publisher]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_has_one_name() {
        for (choice, name) in NoticeChoice::NAMES {
            assert_eq!((choice.name(), NoticeChoice::from_name(name)), (name, Some(choice)));
        }
        assert_eq!(NoticeChoice::from_name("weekly"), None);
        assert_eq!(NoticeChoice::default(), NoticeChoice::AtOnce);
    }

    #[test]
    fn every_kind_is_somebodys_work() {
        assert!(NoticeKind::NAMES.iter().all(|(kind, _)| !kind.roles().is_empty()));
    }
}
