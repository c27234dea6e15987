//! Who asks for what in a history, and what may be answered.

use std::collections::BTreeSet;

use tonic::Code;

/// Words of a text of three paragraphs.
pub(crate) type Text = [u8; 3];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Draft,
    Submitted,
    Returned,
    Approved,
    Withdrawn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Contributor,
    Reviewer,
    Coordinator,
    Publisher,
    Auditor,
}

/// Somebody with roles, each for one organisation or, where that is empty, for all.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) roles: &'static [(Role, &'static str)],
}

pub(crate) static PEOPLE: [Person; 11] = [
    Person { name: "anna", roles: &[(Role::Contributor, "alfa")] },
    Person { name: "bert", roles: &[(Role::Contributor, "beta")] },
    Person { name: "both", roles: &[(Role::Contributor, "alfa"), (Role::Contributor, "beta")] },
    Person { name: "arie", roles: &[(Role::Contributor, "alfa"), (Role::Reviewer, "alfa")] },
    Person { name: "ada", roles: &[(Role::Contributor, "alfa"), (Role::Reviewer, "alfa")] },
    Person { name: "rita", roles: &[(Role::Reviewer, "alfa")] },
    Person { name: "rob", roles: &[(Role::Reviewer, "beta")] },
    Person { name: "carla", roles: &[(Role::Coordinator, "")] },
    Person { name: "piet", roles: &[(Role::Publisher, "")] },
    Person {
        name: "paula",
        roles: &[(Role::Publisher, ""), (Role::Contributor, "alfa"), (Role::Reviewer, "beta")],
    },
    Person { name: "otto", roles: &[(Role::Auditor, "")] },
];

/// Contributions of a history: organisation and external id, in the order of lists.
pub(crate) const ITEMS: [(&str, &str); 4] =
    [("alfa", "a-1"), ("alfa", "a-2"), ("alfa", "a-3"), ("beta", "b-1")];
/// Who reports each of them together with its organisation.
pub(crate) const PARTNERS: [&[&str]; ITEMS.len()] = [&[], &[], &["beta"], &[]];
/// Each owes an answer to the goal that all items speak of.
pub(crate) const ORGANISATIONS: [&str; 2] = ["alfa", "beta"];
/// A paragraph that no text has.
pub(crate) const NOWHERE: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Etag {
    NotGiven,
    /// Of a revision.
    Of(usize),
    /// Of no revision.
    Strange,
}

/// What somebody asks for; `item` is a place in [`ITEMS`].
#[derive(Debug, Clone)]
pub(crate) enum Action {
    Save { item: usize, text: Text, is_draft: bool, etag: Etag },
    Approve { item: usize, etag: Etag, has_reason: bool },
    Return { item: usize, etag: Etag, places: Vec<usize> },
    Withdraw { item: usize, etag: Etag },
    Publish { has_reason: bool },
    Confirm { number: usize },
    Change { change: Change },
    Get { item: usize },
    List { state: State },
}

/// What somebody changes of the cycle; an organisation is a place in [`ORGANISATIONS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Leave(usize),
    Join(usize),
    FourEyes,
    Close,
    Reopen,
}

/// What becomes of an obligation, by the place of its organisation, or of a text, by the place of its item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    NotOwed,
    OwedAgain,
    CannotBeAnswered,
    CanBeAnswered,
    Published,
    AwaitsApproval,
    LeftOut,
    CannotBeHandedIn,
    CanBeHandedIn,
    LosesPartner,
    HasPartner,
}

/// Where the approval of an item by one of its organisations stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Approval {
    GivenBy(String),
    Awaited,
    NotAwaited,
    NotReporting,
}

/// What the answer has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Refused(Code, String),
    Stands {
        state: State,
        version: usize,
        approved: usize,
        text: String,
        is_new: bool,
    },
    Published {
        number: usize,
        is_new: bool,
        pinned: usize,
        overrides: usize,
    },
    Confirmed {
        by: String,
    },
    Changed {
        is_new: bool,
        effects: BTreeSet<(Effect, usize)>,
    },
    Listed(Vec<(usize, usize)>),
    /// How an item stands, and who reports it where several do.
    Got(Box<Self>, Vec<(String, Approval)>),
}

/// How something that is owed stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owed {
    /// It is not owed any more.
    Not,
    Open,
    By(State),
}

/// How everything stands at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// Items with version and state.
    pub(crate) listed: Vec<(usize, usize, State)>,
    /// What each of [`ORGANISATIONS`] owes, by the state of what answers it.
    pub(crate) owed: [Owed; 2],
    /// How much of what is owed is answered.
    pub(crate) answered: usize,
}

/// A rule that is wrong on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A return ends when the text is handed in again.
    ReturnEndsWithSubmission,
    /// Four eyes look at whoever saved last.
    LastAuthorAlone,
    /// Four eyes look at whoever saved since the last approval.
    ApprovalForgetsAuthors,
    /// A text of a withdrawn contribution that comes again as another one has no author but who brought it.
    CopiesAreNew,
    /// An approval ends with any later revision, even one that says the same.
    ApprovalOfVersion,
    /// A draft on top takes what was handed in out of the next edition.
    DraftTakesBack,
    /// An override can be confirmed by whoever made it.
    OwnConfirmation,
    /// What is owed is answered by the latest text, handed in or not.
    DraftStands,
    /// Who left is in the next edition.
    LeaverStays,
    /// Who left owes what they did.
    LeaverOwesStill,
    /// Who comes back owes nothing.
    ReturnsFree,
    /// A closed cycle takes drafts.
    ClosedTakesDrafts,
    /// A save that says what is there needs the etag of that.
    SameTextIsStale,
    /// An approval by an author holds under four eyes where it was made before.
    OldApprovalHolds,
    /// One organisation approves a joint text for all of them.
    OneApprovesForAll,
    /// What one organisation approved of a joint text stands when the text is changed.
    ConsentOutlivesChange,
    /// A joint text answers nothing of what a partner owes.
    PartnerOwesStill,
    /// What was approved of a joint text while a partner did not report holds when it does.
    JoinerIsNotAsked,
    /// A partner that leaves is named with no text.
    PartnerLeavesUnnamed,
    /// Who approved a joint text is waited for all the same.
    ConsentIsNotShown,
}

impl Fault {
    pub(crate) const ALL: [Self; 20] = [
        Self::ReturnEndsWithSubmission,
        Self::LastAuthorAlone,
        Self::ApprovalForgetsAuthors,
        Self::CopiesAreNew,
        Self::ApprovalOfVersion,
        Self::DraftTakesBack,
        Self::OwnConfirmation,
        Self::DraftStands,
        Self::LeaverStays,
        Self::LeaverOwesStill,
        Self::ReturnsFree,
        Self::ClosedTakesDrafts,
        Self::OldApprovalHolds,
        Self::SameTextIsStale,
        Self::OneApprovesForAll,
        Self::ConsentOutlivesChange,
        Self::PartnerOwesStill,
        Self::JoinerIsNotAsked,
        Self::PartnerLeavesUnnamed,
        Self::ConsentIsNotShown,
    ];
}

/// The text of a contribution, each paragraph known by its place.
pub(crate) fn markdown(text: Text) -> String {
    let words = ["appel", "beuk", "ceder", "den"];
    let paragraph = |(place, word): (usize, &u8)| {
        format!("Alinea {place} noemt {}.", words[usize::from(*word)])
    };
    text.iter().enumerate().map(paragraph).collect::<Vec<_>>().join("\n\n")
}

impl Person {
    /// For an organisation; for all of them where none is named.
    pub(crate) fn may(&self, roles: &[Role], organisation: &str) -> bool {
        let is_for = |granted: &str| granted.is_empty() || granted == organisation;
        self.roles.iter().any(|(role, granted)| roles.contains(role) && is_for(granted))
    }

    /// For an organisation of an item: the one that leads or a partner.
    pub(crate) fn may_see(&self, roles: &[Role], item: usize) -> bool {
        let mut partners = PARTNERS[item].iter();
        self.may(roles, ITEMS[item].0) || partners.any(|partner| self.may(roles, partner))
    }

    pub(crate) fn check(&self, roles: &[Role]) -> Result<(), Outcome> {
        if self.roles.iter().any(|(role, _)| roles.contains(role)) {
            return Ok(());
        }
        refused(Code::PermissionDenied, "ROLE_MISSING")
    }
}

/// Whoever reads contributions.
pub(crate) const ANY: &[Role] =
    &[Role::Contributor, Role::Reviewer, Role::Coordinator, Role::Publisher, Role::Auditor];

/// What an entry of the audit log is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Object {
    Item(usize),
    Override(usize),
    Edition(usize),
    Cycle,
}

pub(crate) fn refused<T>(code: Code, reason: &str) -> Result<T, Outcome> {
    Err(Outcome::Refused(code, reason.to_owned()))
}
