//! The JSON form of what `people`, `withdraw` and `contribution erase` print.

use schemars::JsonSchema;
use serde::Serialize;

/// A person.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PersonShown {
    /// Opaque id; the only thing that the rest of the record knows.
    pub(crate) id: String,
    /// Subject of the person's tokens; absent where that is the id.
    pub(crate) subject: Option<String>,
    /// Name; absent once erased.
    pub(crate) name: Option<String>,
    /// Address for mail; absent once erased.
    pub(crate) email: Option<String>,
    /// `nl` or `en`.
    pub(crate) language: String,
    /// What the person is or was a member of, oldest first.
    pub(crate) memberships: Vec<MembershipShown>,
    /// When the person was first saved, RFC 3339.
    pub(crate) create_time: Option<String>,
    /// When name, address and subject were erased, RFC 3339.
    pub(crate) erase_time: Option<String>,
}

/// A grant for a period.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MembershipShown {
    /// Number, counted from 1 for each person.
    pub(crate) number: u32,
    /// `contributor`, `reviewer`, `coordinator`, `publisher`, `auditor` or `administrator`.
    pub(crate) role: String,
    /// Code of the organisation; absent: all of them.
    pub(crate) organisation: Option<String>,
    /// Pillars it is limited to; empty together with `goals`: not limited.
    pub(crate) pillars: Vec<String>,
    /// Goals it is limited to.
    pub(crate) goals: Vec<String>,
    /// First day; absent: at once.
    pub(crate) from: Option<String>,
    /// Last day; absent: until it is ended.
    pub(crate) until: Option<String>,
}

/// Result of `people list`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PeopleList {
    /// People by id.
    pub(crate) people: Vec<PersonShown>,
}

/// Result of `withdraw`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EditionWithdrawn {
    /// Name of the edition.
    pub(crate) edition: String,
    /// Why; of the first withdrawal.
    pub(crate) reason: String,
    /// When, RFC 3339.
    pub(crate) withdraw_time: Option<String>,
}

/// Result of `contribution erase`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ContributionErased {
    /// Id of the contribution.
    pub(crate) contribution: String,
    /// How many revisions were emptied now; 0 where all were before.
    pub(crate) revisions: u32,
}
