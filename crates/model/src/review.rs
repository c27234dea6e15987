//! Review: decisions about contributions, what they make of a contribution's state, overrides and remarks.
//!
//! Invariant: [`step`] alone says which action a state allows; everything that changes a state asks it first.

use strum::EnumCount as _;
use uuid::Uuid;

use crate::{Contribution, ContributionState, Cycle, Hash, Instant, ReviewPolicy, Slug};

/// Why a contribution is returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumCount)]
pub enum ReturnReason {
    /// Something is missing.
    Incomplete,
    /// Something is wrong or contradicts another text.
    Incorrect,
    /// It cannot be understood as written.
    Unclear,
    /// A figure or a statement has no source.
    Unsourced,
    /// It answers another goal or indicator, or another period.
    OutOfScope,
    /// The text says.
    Other,
}

impl ReturnReason {
    /// Every reason with its name in commands and JSON.
    pub const NAMES: [(Self, &'static str); Self::COUNT] = [
        (Self::Incomplete, Self::Incomplete.name()),
        (Self::Incorrect, Self::Incorrect.name()),
        (Self::Unclear, Self::Unclear.name()),
        (Self::Unsourced, Self::Unsourced.name()),
        (Self::OutOfScope, Self::OutOfScope.name()),
        (Self::Other, Self::Other.name()),
    ];

    /// Its name in commands and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::Incorrect => "incorrect",
            Self::Unclear => "unclear",
            Self::Unsourced => "unsourced",
            Self::OutOfScope => "out_of_scope",
            Self::Other => "other",
        }
    }

    /// The reason with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(reason, _)| *reason)
    }
}

/// What a return or a remark is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// Id of a passage; empty where it is a figure, or the whole contribution.
    pub passage: String,
    /// First sentence of the passage, counted from 1; 0: the whole passage.
    pub first_sentence: u32,
    /// Last sentence, included; 0: the first one alone.
    pub last_sentence: u32,
    /// Number of a figure, counted from 1; 0 where it is none.
    pub figure: u32,
    /// Tag of the narrative that the passage is in; empty: the first that has it.
    pub language: String,
}

impl Target {
    /// Whether it is the whole contribution.
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// The sentences that it names, first and last; none for a whole passage.
    pub fn sentences(&self) -> Option<(usize, usize)> {
        let (first, last) = (self.first_sentence as usize, self.last_sentence as usize);
        (first > 0).then_some((first, if last == 0 { first } else { last }))
    }
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecisionKind {
    /// Approved; holds for its content hash alone.
    Approve,
    /// Returned to its organisation.
    Return,
    /// Withdrawn by its organisation or the coordinator.
    Withdraw,
    /// The approval does not hold any more, since the cycle came under four eyes or one of its organisations joined it.
    Void,
    /// Approved by some of the organisations of a joint contribution; holds for its revision alone.
    Consent,
}

/// A decision about a contribution at a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Number, counted from 1 for each contribution.
    pub number: u32,
    /// The contribution.
    pub contribution: Uuid,
    /// The revision it is about.
    pub version: u64,
    /// Content hash of that revision.
    pub content_hash: Hash,
    /// What was decided.
    pub kind: DecisionKind,
    /// Opaque id of whoever decided.
    pub actor: String,
    /// When.
    pub time: Instant,
    /// Why it was returned.
    pub reason: Option<ReturnReason>,
    /// In words.
    pub text: String,
    /// What a return is about; none: the whole contribution.
    pub targets: Vec<Target>,
    /// What an approval or a consent was given for, where the contribution is a joint one.
    pub organisations: Vec<Slug>,
}

/// Where the approval of a joint contribution by one of its organisations stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalState {
    /// It approved the text as it stands.
    Given,
    /// It is waited for.
    Awaited,
    /// It is not waited for: the text is not handed in, or the cycle publishes without approval.
    NotAwaited,
    /// It is not waited for, since the organisation does not report in the cycle.
    NotReporting,
}

/// One of the organisations of a joint contribution, with its approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reporter {
    /// The organisation.
    pub organisation: Slug,
    /// Where its approval stands.
    pub approval: ApprovalState,
    /// The decision by which it was given.
    pub given: Option<Confirmation>,
}

/// The organisations of a joint contribution in a cycle, the one that leads first; none where one reports it alone. `approvals`
/// are the decisions by which it is approved, or consented to where it waits for others.
pub fn reporters(
    contribution: &Contribution,
    cycle: &Cycle,
    approvals: &[Decision],
) -> Vec<Reporter> {
    if !contribution.is_joint() {
        return Vec::new();
    }
    let is_asked = contribution.state == ContributionState::Submitted
        && cycle.review == ReviewPolicy::FourEyes;
    let given = |code: &Slug| approvals.iter().find(|one| one.organisations.contains(code));
    // Whoever was waited for may have left: then one of those that are there approves once more.
    let is_one_left = contribution.reporters(cycle).iter().any(|code| given(code).is_none());
    let reporter = |organisation: Slug| {
        let given = given(&organisation);
        let approval = if !cycle.organisations.contains(&organisation) {
            ApprovalState::NotReporting
        } else if is_asked && (given.is_none() || !is_one_left) {
            ApprovalState::Awaited
        } else if given.is_some() {
            ApprovalState::Given
        } else {
            ApprovalState::NotAwaited
        };
        let given = given.filter(|_| approval == ApprovalState::Given);
        let given = given.map(|one| Confirmation { actor: one.actor.clone(), time: one.time });
        Reporter { organisation, approval, given }
    };
    contribution.organisations().into_iter().map(reporter).collect()
}

/// A decision that four eyes forbid, made nevertheless with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Its id.
    pub id: Uuid,
    /// Name of the cycle.
    pub cycle: crate::CycleName,
    /// What was done: `contribution.approve` or `edition.publish`.
    pub action: String,
    /// Id of the contribution, empty in the form for readers; or name of the edition.
    pub object: String,
    /// Opaque id of whoever did it; empty in the form for readers.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub time: Instant,
    /// The second person, once there was one.
    pub confirmation: Option<Confirmation>,
}

/// A second person's confirmation of an override.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// Opaque id; empty in the form for readers.
    pub actor: String,
    /// When.
    pub time: Instant,
}

impl Override {
    /// The action under which an approval is overridden.
    pub const APPROVE: &'static str = "contribution.approve";
    /// The action under which a publication is overridden.
    pub const PUBLISH: &'static str = "edition.publish";

    /// Returns the form for readers: that it was done and why, without persons and without the id of a contribution.
    #[must_use]
    pub fn for_readers(self) -> Self {
        let object = if self.action == Self::APPROVE { String::new() } else { self.object };
        let confirmation =
            self.confirmation.map(|known| Confirmation { actor: String::new(), ..known });
        Self { object, actor: String::new(), confirmation, ..self }
    }
}

/// A remark on a contribution or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Its id.
    pub id: Uuid,
    /// The contribution.
    pub contribution: Uuid,
    /// The revision that it was made on.
    pub version: u64,
    /// What it is about.
    pub target: Target,
    /// The text.
    pub text: String,
    /// Opaque id of whoever made it.
    pub actor: String,
    /// When.
    pub time: Instant,
    /// Answers, oldest first.
    pub answers: Vec<RemarkAnswer>,
    /// Who resolved it, and when.
    pub resolution: Option<Confirmation>,
}

/// An answer to a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemarkAnswer {
    /// The text.
    pub text: String,
    /// Opaque id of whoever answered.
    pub actor: String,
    /// When.
    pub time: Instant,
}

/// The latest decision about a contribution, as far as its state depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// What was decided.
    pub kind: DecisionKind,
    /// The revision it is about.
    pub version: u64,
    /// Content hash of that revision.
    pub content_hash: Hash,
    /// When.
    pub time: Instant,
    /// The revision that was approved last, this decision included; 0 where none was.
    pub approved_version: u64,
}

/// The state that a revision has after the latest decision, and whether that decision made it. An approval holds for its
/// content: the same content submitted again is still approved, any other is not. A withdrawal is for good.
pub fn decided(
    (saved, version, content_hash): (ContributionState, u64, Hash),
    decided: &Decided,
) -> (ContributionState, bool) {
    let is_of_it = decided.version == version;
    match decided.kind {
        DecisionKind::Withdraw => (ContributionState::Withdrawn, true),
        DecisionKind::Return if is_of_it => (ContributionState::Returned, true),
        DecisionKind::Approve if is_of_it => (ContributionState::Approved, true),
        DecisionKind::Approve
            if saved == ContributionState::Submitted && decided.content_hash == content_hash =>
        {
            (ContributionState::Approved, false)
        }
        DecisionKind::Void if is_of_it => (saved, true),
        DecisionKind::Approve
        | DecisionKind::Return
        | DecisionKind::Void
        | DecisionKind::Consent => (saved, false),
    }
}

impl Contribution {
    /// The revision as saved, with what was decided since.
    #[must_use]
    pub fn after(self, latest: Option<&Decided>) -> Self {
        let Some(latest) = latest else { return self };
        let (state, is_made) = decided((self.state, self.version, self.content_hash), latest);
        let state_time = if is_made { latest.time } else { self.state_time };
        Self { state, state_time, approved_version: latest.approved_version, ..self }
    }
}

/// What can be done with a contribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumCount)]
pub enum Action {
    /// Saving a draft.
    Draft,
    /// Submitting it.
    Submit,
    /// Approving it.
    Approve,
    /// Returning it to its organisation.
    Return,
    /// Withdrawing it.
    Withdraw,
    /// Publishing it in an edition.
    Publish,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; Self::COUNT] =
        [Self::Draft, Self::Submit, Self::Approve, Self::Return, Self::Withdraw, Self::Publish];

    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submit => "submit",
            Self::Approve => "approve",
            Self::Return => "return",
            Self::Withdraw => "withdraw",
            Self::Publish => "publish",
        }
    }
}

/// Who acts, seen from what is acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Person {
    /// Somebody who wrote it.
    Same,
    /// Somebody else.
    Other,
}

/// What an action is done under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// The cycle's policy.
    pub policy: ReviewPolicy,
    /// Who acts.
    pub person: Person,
    /// Whether a reason to override four eyes was given.
    pub has_reason: bool,
}

/// An action that is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The state that it leads to.
    pub to: ContributionState,
    /// Whether it is allowed only because four eyes are overridden.
    pub is_override: bool,
}

/// Why an action is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The state does not allow it, whoever asks.
    State,
    /// It is not approved, and the cycle publishes only what is.
    NotApproved,
    /// Whoever asks wrote it.
    FourEyes,
}

/// The one table of what a state allows. Publishing leaves the state as it is.
pub fn step(
    state: ContributionState,
    action: Action,
    circumstances: Circumstances,
) -> Result<Step, Refusal> {
    use ContributionState::{Approved, Draft, Returned, Submitted, Withdrawn};
    let freely = |to| Ok(Step { to, is_override: false });
    match (action, state) {
        (Action::Draft | Action::Submit | Action::Withdraw, Withdrawn)
        | (Action::Return | Action::Publish, Draft | Returned | Withdrawn)
        | (Action::Approve, Draft | Returned | Approved | Withdrawn) => Err(Refusal::State),
        (Action::Draft, Draft | Submitted | Returned | Approved) => freely(Draft),
        (Action::Submit, Draft | Submitted | Returned | Approved) => freely(Submitted),
        (Action::Withdraw, Draft | Submitted | Returned | Approved) => freely(Withdrawn),
        (Action::Return, Submitted | Approved) => freely(Returned),
        (Action::Approve, Submitted) | (Action::Publish, Approved) => {
            under_four_eyes(Approved, None, circumstances)
        }
        (Action::Publish, Submitted) => {
            under_four_eyes(Submitted, Some(Refusal::NotApproved), circumstances)
        }
    }
}

/// What an approval by some of the organisations of a contribution makes of it, if it makes anything: an approval once all
/// that are `asked` have given theirs, else a consent. `given` are those that consented to this very revision.
pub fn approval_of(asked: &[Slug], given: &[Slug], own: &[Slug]) -> Option<DecisionKind> {
    let awaited: Vec<&Slug> = asked.iter().filter(|code| !given.contains(code)).collect();
    let left = awaited.iter().filter(|code| !own.contains(code)).count();
    if left == 0 {
        (!own.is_empty()).then_some(DecisionKind::Approve)
    } else {
        (left < awaited.len()).then_some(DecisionKind::Consent)
    }
}

/// Four eyes refuse whoever wrote it, and what is not approved; a reason overrides both.
fn under_four_eyes(
    to: ContributionState,
    fault: Option<Refusal>,
    Circumstances { policy, person, has_reason }: Circumstances,
) -> Result<Step, Refusal> {
    let four_eyes = (person == Person::Same).then_some(Refusal::FourEyes);
    match (policy, fault.or(four_eyes)) {
        (ReviewPolicy::None, _) | (ReviewPolicy::FourEyes, None) => {
            Ok(Step { to, is_override: false })
        }
        (ReviewPolicy::FourEyes, Some(_)) if has_reason => Ok(Step { to, is_override: true }),
        (ReviewPolicy::FourEyes, Some(refusal)) => Err(refusal),
    }
}

/// The actions that a state allows somebody, in the order of [`Action::ALL`].
pub fn allowed(state: ContributionState) -> impl Iterator<Item = Action> {
    let anybody =
        Circumstances { policy: ReviewPolicy::None, person: Person::Other, has_reason: false };
    Action::ALL.into_iter().filter(move |action| step(state, *action, anybody).is_ok())
}

#[cfg(test)]
mod tests;
