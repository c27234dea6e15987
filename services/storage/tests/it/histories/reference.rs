//! What has to become of contributions, once more in the plainest form: lists of what was saved and decided, and rules
//! as the documents have them. It shares no code with what it is held against.

mod item;

use std::collections::{BTreeMap, BTreeSet};

use tonic::Code;

use crate::histories::{
    reference::item::{Decision, Item, Kind, Revision},
    vocabulary::{
        ANY, Action, Approval, Change, Effect, Etag, Fault, ITEMS, NOWHERE, ORGANISATIONS, Object,
        Outcome, Owed, PARTNERS, PEOPLE, Person, Role, Snapshot, State, Text, markdown, refused,
    },
};

#[derive(Debug, Clone)]
pub(crate) struct Override {
    pub(crate) by: &'static str,
    item: Option<usize>,
    pub(crate) confirmed_by: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edition {
    texts: Vec<(usize, Text)>,
    /// For an approval or for itself, and whether it was confirmed.
    overrides: Vec<(bool, bool)>,
    /// Who reports, in order, and who owes something; and whether four eyes are asked for.
    cycle: (Vec<usize>, [bool; 2], bool),
    /// Items with their versions; not part of what makes it another edition.
    pub(crate) pinned: Vec<(usize, usize)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Reference {
    is_four_eyes: bool,
    is_closed: bool,
    /// Places of organisations, in the order in which they came.
    reporting: Vec<usize>,
    owes: [bool; 2],
    /// What those who left owed when they did.
    owed_then: [bool; 2],
    fault: Option<Fault>,
    items: [Item; ITEMS.len()],
    pub(crate) overrides: Vec<Override>,
    pub(crate) editions: Vec<Edition>,
    pub(crate) entries: BTreeMap<(&'static str, Object), i64>,
}

type Answer = Result<Outcome, Outcome>;

impl Reference {
    pub(crate) fn new(is_four_eyes: bool, fault: Option<Fault>) -> Self {
        let (reporting, owes) = (vec![0, 1], [true; 2]);
        Self { is_four_eyes, reporting, owes, fault, ..Self::default() }
    }

    /// What an action is answered, and what becomes of the record.
    pub(crate) fn answer(&mut self, who: &'static Person, action: &Action) -> Outcome {
        let answer = match action.clone() {
            Action::Save { item, text, is_draft, etag } => {
                self.save(who, item, etag, Revision { text, is_draft, author: who.name })
            }
            Action::Approve { item, etag, has_reason } => self.approve(who, item, etag, has_reason),
            Action::Return { item, etag, places } => self.give_back(who, item, etag, places),
            Action::Withdraw { item, etag } => {
                self.decided_on(who, &[Role::Contributor, Role::Coordinator], item, etag).map(
                    |_| self.decide(who.name, item, Kind::Withdraw, (Vec::new(), None), Vec::new()),
                )
            }
            Action::Publish { has_reason } => self.publish(who, has_reason),
            Action::Confirm { number } => self.confirm(who, number),
            Action::Change { change } => self.change(who, change),
            Action::Get { item } => self.seen(who, ANY, item).map(|()| self.got(item)),
            Action::List { state } => {
                let listed = self.listed(who).into_iter().filter(|(_, _, found)| *found == state);
                Ok(Outcome::Listed(listed.map(|(item, version, _)| (item, version)).collect()))
            }
        };
        answer.unwrap_or_else(|refusal| refusal)
    }

    pub(crate) fn version(&self, item: usize) -> usize {
        self.items[item].revisions.len()
    }

    pub(crate) fn texts(&self, item: usize) -> Vec<Text> {
        self.items[item].revisions.iter().map(|one| one.text).collect()
    }

    /// What somebody sees: items with version and state.
    pub(crate) fn listed(&self, who: &Person) -> Vec<(usize, usize, State)> {
        let seen =
            (0..ITEMS.len()).filter(|item| self.version(*item) > 0 && who.may_see(ANY, *item));
        seen.map(|item| (item, self.version(item), self.state(item))).collect()
    }

    /// How everything stands for somebody who sees all.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let items = (0..ITEMS.len()).filter(|item| self.version(*item) > 0);
        let listed = items.map(|item| (item, self.version(item), self.state(item))).collect();
        let owed = [0, 1].map(|place| {
            if !self.owes[place] {
                return Owed::Not;
            }
            self.owed(ORGANISATIONS[place]).map_or(Owed::Open, Owed::By)
        });
        let is_answer = |owed: &&Owed| matches!(owed, Owed::By(State::Approved | State::Submitted));
        let answered = owed.iter().filter(is_answer).count();
        Snapshot { listed, owed, answered }
    }

    /// The state of what answers an organisation's obligation: of each text what was handed in last, else its draft; of
    /// several the furthest.
    fn owed(&self, organisation: &str) -> Option<State> {
        let rank = [State::Draft, State::Returned, State::Submitted, State::Approved];
        let counting = |item: usize| {
            let known = &self.items[item];
            let handed_in = known.revisions.iter().rposition(|one| !one.is_draft);
            let last = self.version(item).checked_sub(1)?;
            let draft_stands = self.fault == Some(Fault::DraftStands);
            let place = handed_in.filter(|_| !draft_stands).unwrap_or(last);
            let state = known.state(place + 1, self.fault);
            rank.iter().position(|one| *one == state)
        };
        let is_met = self.fault != Some(Fault::PartnerOwesStill);
        let is_partner = |item: usize| {
            let leads = self.reporting.contains(&organisation_of(item));
            is_met && leads && PARTNERS[item].contains(&organisation)
        };
        let items =
            (0..ITEMS.len()).filter(|item| ITEMS[*item].0 == organisation || is_partner(*item));
        items.filter_map(counting).max().map(|place| rank[place])
    }

    fn state(&self, item: usize) -> State {
        self.items[item].state(self.version(item), self.fault)
    }

    fn stands(&self, item: usize, is_new: bool) -> Outcome {
        Outcome::Stands {
            state: self.state(item),
            version: self.version(item),
            approved: self.items[item].approved(),
            text: markdown(self.items[item].revisions[self.version(item) - 1].text),
            is_new,
        }
    }

    fn got(&self, item: usize) -> Outcome {
        let mut by = Vec::new();
        if !PARTNERS[item].is_empty() {
            let all = std::iter::once(&ITEMS[item].0).chain(PARTNERS[item]);
            by.extend(all.map(|code| ((*code).to_owned(), self.approval_by(item, code))));
        }
        Outcome::Got(Box::new(self.stands(item, true)), by)
    }

    /// Where the approval of an item by one of its organisations stands.
    fn approval_by(&self, item: usize, code: &str) -> Approval {
        let reports = |code: &str| self.reporting.iter().any(|at| ORGANISATIONS[*at] == code);
        if !reports(code) {
            return Approval::NotReporting;
        }
        let approvals = self.items[item].approvals(self.version(item), self.fault);
        let given = |code: &str| approvals.iter().find(|one| one.given.contains(&code));
        let waits = self.state(item) == State::Submitted && self.is_four_eyes;
        let partners = PARTNERS[item].iter().filter(|code| reports(code));
        let mut asked = partners.chain([&ITEMS[item].0]);
        // Nobody is left who did not approve: the one who was waited for went.
        let is_complete = asked.all(|code| given(code).is_some());
        let is_shown = self.fault != Some(Fault::ConsentIsNotShown);
        match given(code).filter(|_| is_shown && !(waits && is_complete)) {
            Some(one) => Approval::GivenBy(one.by.to_owned()),
            None if waits => Approval::Awaited,
            None => Approval::NotAwaited,
        }
    }

    fn enter(&mut self, action: &'static str, object: Object) {
        *self.entries.entry((action, object)).or_default() += 1;
    }

    fn seen(&self, who: &Person, roles: &[Role], item: usize) -> Result<(), Outcome> {
        who.check(roles)?;
        if self.version(item) > 0 && who.may_see(roles, item) {
            return Ok(());
        }
        refused(Code::NotFound, "CONTRIBUTION_NOT_FOUND")
    }

    fn save(&mut self, who: &Person, item: usize, etag: Etag, next: Revision) -> Answer {
        who.check(&[Role::Contributor])?;
        if !who.may(&[Role::Contributor], ITEMS[item].0) {
            return refused(Code::PermissionDenied, "OTHER_ORGANISATION");
        }
        if !self.reporting.contains(&organisation_of(item)) {
            return refused(Code::InvalidArgument, "UNKNOWN_ORGANISATION");
        }
        let is_taken = next.is_draft && self.fault == Some(Fault::ClosedTakesDrafts);
        if self.is_closed && !is_taken {
            return refused(Code::FailedPrecondition, "CYCLE_CLOSED");
        }
        let is_withdrawn = self.version(item) > 0 && self.state(item) == State::Withdrawn;
        let differs = |last: &Revision| {
            let is_promotion = last.is_draft && !next.is_draft && !is_withdrawn;
            last.text != next.text || is_promotion
        };
        let is_same = self.items[item].revisions.last().is_some_and(|last| !differs(last));
        let is_known = etag == Etag::NotGiven || etag == Etag::Of(self.version(item));
        if !is_known && (!is_same || self.fault == Some(Fault::SameTextIsStale)) {
            return refused(Code::Aborted, "STALE_ETAG");
        }
        let is_new = if let Some(last) = self.items[item].revisions.last() {
            if is_withdrawn {
                return refused(Code::FailedPrecondition, "WITHDRAWN");
            }
            differs(last)
        } else {
            true
        };
        if is_new {
            if self.items[item].is_closed(next.text, self.fault) {
                return refused(Code::FailedPrecondition, "NOT_RETURNED");
            }
            let verb = if next.is_draft { "contribution.draft" } else { "contribution.submit" };
            self.enter(verb, Object::Item(item));
            self.items[item].revisions.push(next);
        }
        Ok(self.stands(item, is_new))
    }

    /// The state of what somebody decides on; withdrawn for good is refused at once.
    fn decided_on(
        &self,
        who: &Person,
        roles: &[Role],
        item: usize,
        etag: Etag,
    ) -> Result<State, Outcome> {
        who.check(roles)?;
        if etag == Etag::NotGiven {
            return refused(Code::InvalidArgument, "NOT_GIVEN");
        }
        self.seen(who, roles, item)?;
        if etag != Etag::Of(self.version(item)) {
            return refused(Code::Aborted, "STALE_ETAG");
        }
        // Whoever leads withdraws.
        if roles.contains(&Role::Contributor) && !who.may(roles, ITEMS[item].0) {
            return refused(Code::PermissionDenied, "OTHER_ORGANISATION");
        }
        match self.state(item) {
            State::Withdrawn => refused(Code::FailedPrecondition, "WITHDRAWN"),
            state => Ok(state),
        }
    }

    fn decide(
        &mut self,
        by: &'static str,
        item: usize,
        kind: Kind,
        (places, made_under): (Vec<usize>, Option<usize>),
        given: Vec<&'static str>,
    ) -> Outcome {
        let verb = match kind {
            Kind::Approve => "contribution.approve",
            Kind::Return => "contribution.return",
            Kind::Withdraw => "contribution.withdraw",
            Kind::Void => "contribution.unapprove",
            Kind::Consent => "contribution.consent",
        };
        self.enter(verb, Object::Item(item));
        let version = self.version(item);
        let decision = Decision { kind, version, by, places, made_under, given };
        self.items[item].decisions.push(decision);
        self.stands(item, true)
    }

    fn approve(
        &mut self,
        who: &'static Person,
        item: usize,
        etag: Etag,
        has_reason: bool,
    ) -> Answer {
        if self.decided_on(who, &[Role::Reviewer, Role::Coordinator], item, etag)?
            != State::Submitted
        {
            return refused(Code::FailedPrecondition, "STATE_DOES_NOT_ALLOW");
        }
        let known = &self.items[item];
        let wrote_since =
            |place: usize| known.revisions[place..].iter().any(|one| one.author == who.name);
        let is_own = match self.fault {
            Some(Fault::LastAuthorAlone) => wrote_since(self.version(item) - 1),
            Some(Fault::ApprovalForgetsAuthors) => wrote_since(known.approved()),
            _ => self.wrote(who, item),
        };
        let is_overridden = self.is_four_eyes && is_own;
        if is_overridden && !has_reason {
            return refused(Code::FailedPrecondition, "FOUR_EYES");
        }
        let (kind, given) = self.approval(who, item)?;
        let made_under = is_overridden.then(|| self.override_by(who, Some(item)));
        Ok(self.decide(who.name, item, kind, (Vec::new(), made_under), given))
    }

    /// What an approval makes of a text of several, and whom it is given for: all who report in the cycle, and whoever leads,
    /// have to give it.
    fn approval(&self, who: &Person, item: usize) -> Result<(Kind, Vec<&'static str>), Outcome> {
        if PARTNERS[item].is_empty() || self.fault == Some(Fault::OneApprovesForAll) {
            return Ok((Kind::Approve, Vec::new()));
        }
        let reports = |code: &&&'static str| {
            self.reporting.iter().any(|place| ORGANISATIONS[*place] == **code)
        };
        let mut missing = vec![ITEMS[item].0];
        missing.extend(PARTNERS[item].iter().filter(reports));
        let reviews = |code: &&str| who.may(&[Role::Reviewer, Role::Coordinator], code);
        let own: Vec<&'static str> = missing.iter().copied().filter(reviews).collect();
        let known = &self.items[item];
        let consents = Item::consents(&known.decisions, self.version(item), self.fault);
        missing.retain(|code| !consents.iter().any(|one| one.given.contains(code)));
        let is_asked = missing.is_empty() || missing.iter().any(|code| own.contains(code));
        if own.is_empty() || !is_asked {
            return refused(Code::FailedPrecondition, "NOT_AWAITED");
        }
        let is_last = missing.iter().all(|code| own.contains(code));
        Ok((if is_last { Kind::Approve } else { Kind::Consent }, own))
    }

    fn give_back(
        &mut self,
        who: &'static Person,
        item: usize,
        etag: Etag,
        places: Vec<usize>,
    ) -> Answer {
        let state = self.decided_on(who, &[Role::Reviewer, Role::Coordinator], item, etag)?;
        if !matches!(state, State::Submitted | State::Approved) {
            return refused(Code::FailedPrecondition, "STATE_DOES_NOT_ALLOW");
        }
        if places.contains(&NOWHERE) {
            return refused(Code::InvalidArgument, "UNKNOWN_TARGET");
        }
        Ok(self.decide(who.name, item, Kind::Return, (places, None), Vec::new()))
    }

    fn change(&mut self, who: &'static Person, change: Change) -> Answer {
        who.check(&[Role::Coordinator])?;
        let before = self.clone();
        let verb = match change {
            Change::Leave(place) => {
                if self.reporting == [place] {
                    return refused(Code::InvalidArgument, "EMPTY_LIST");
                }
                if self.reporting.contains(&place) {
                    self.owed_then[place] = self.owes[place];
                }
                self.reporting.retain(|known| *known != place);
                if self.fault != Some(Fault::LeaverOwesStill) {
                    self.owes[place] &= self.reporting.contains(&place);
                }
                "cycle.change"
            }
            Change::Join(place) => {
                if !self.reporting.contains(&place) {
                    self.reporting.push(place);
                    self.owes[place] =
                        self.owed_then[place] && self.fault != Some(Fault::ReturnsFree);
                }
                "cycle.change"
            }
            Change::FourEyes => {
                self.is_four_eyes = true;
                "cycle.change"
            }
            Change::Close => {
                self.is_closed = true;
                "cycle.close"
            }
            Change::Reopen => {
                self.is_closed = false;
                "cycle.reopen"
            }
        };
        let is_new = (before.is_four_eyes, before.is_closed, &before.reporting)
            != (self.is_four_eyes, self.is_closed, &self.reporting);
        if !is_new {
            return Ok(Outcome::Changed { is_new, effects: BTreeSet::new() });
        }
        self.enter(verb, Object::Cycle);
        let has_joined = self.reporting.len() > before.reporting.len();
        self.void(who, self.is_four_eyes && !before.is_four_eyes, has_joined);
        let known = before.prospects();
        let mut effects: BTreeSet<_> = self.prospects().difference(&known).copied().collect();
        // Partners of a text whose organisation came or went itself are no news of their own.
        let led =
            |reference: &Self, item: usize| reference.reporting.contains(&organisation_of(item));
        effects.retain(|(effect, item)| {
            let is_of_partner = matches!(effect, Effect::LosesPartner | Effect::HasPartner);
            !is_of_partner || led(&before, *item)
        });
        for place in (0..2).filter(|place| self.owes[*place] && !before.owes[*place]) {
            // What is owed again says so, and nothing more.
            let answers = [Effect::CanBeAnswered, Effect::CannotBeAnswered];
            effects.retain(|(effect, at)| *at != place || !answers.contains(effect));
            effects.insert((Effect::OwedAgain, place));
        }
        Ok(Outcome::Changed { is_new, effects })
    }

    /// Under four eyes no approval by somebody who wrote any of a text holds; and none holds that an organisation which joined
    /// had no part in.
    fn void(&mut self, who: &'static Person, is_stricter: bool, has_joined: bool) {
        for (item, version) in self.handed_in() {
            let known = &self.items[item];
            let approvals = known.approvals(version, self.fault);
            let approved = |one: &Person| approvals.iter().any(|approval| approval.by == one.name);
            let is_own = PEOPLE.iter().any(|one| approved(one) && self.wrote(one, item));
            let ends = is_stricter && is_own && self.fault != Some(Fault::OldApprovalHolds);
            if ends || (has_joined && self.lacks(item, version)) {
                self.enter("contribution.unapprove", Object::Item(item));
                let (kind, by) = (Kind::Void, who.name);
                let (places, given) = (Vec::new(), Vec::new());
                let decision = Decision { kind, version, by, places, made_under: None, given };
                self.items[item].decisions.push(decision);
            }
        }
    }

    /// Whether somebody who reports an item with others had no part in its approval.
    fn lacks(&self, item: usize, version: usize) -> bool {
        let known = &self.items[item];
        if known.state(version, self.fault) != State::Approved
            || PARTNERS[item].is_empty()
            || self.fault == Some(Fault::JoinerIsNotAsked)
        {
            return false;
        }
        let approvals = known.approvals(version, self.fault);
        let reporting = self.reporting.iter().map(|place| ORGANISATIONS[*place]);
        let mut asked = reporting.filter(|code| PARTNERS[item].contains(code));
        asked.any(|code| !approvals.iter().any(|one| one.given.contains(&code)))
    }

    /// What is to be reported of obligations and texts where it was not so before.
    fn prospects(&self) -> BTreeSet<(Effect, usize)> {
        let mut found = BTreeSet::new();
        for (place, organisation) in ORGANISATIONS.into_iter().enumerate() {
            let answer = self.owed(organisation);
            let is_answered = matches!(answer, Some(State::Approved | State::Submitted));
            let effect = match (self.owes[place], is_answered, self.is_closed) {
                (false, ..) => Some(Effect::NotOwed),
                (true, true, _) => None,
                (true, false, true) => Some(Effect::CannotBeAnswered),
                (true, false, false) => Some(Effect::CanBeAnswered),
            };
            found.extend(effect.map(|effect| (effect, place)));
        }
        for (item, version) in self.handed_in() {
            let reports = self.reporting.contains(&organisation_of(item));
            let effect = match (self.items[item].state(version, self.fault), reports) {
                (State::Draft | State::Returned | State::Withdrawn, _) => None,
                (State::Submitted | State::Approved, false) => Some(Effect::LeftOut),
                (State::Submitted, true) if self.is_four_eyes => Some(Effect::AwaitsApproval),
                (State::Submitted | State::Approved, true) => Some(Effect::Published),
            };
            found.extend(effect.map(|effect| (effect, item)));
        }
        for item in (0..ITEMS.len()).filter(|item| self.version(*item) > 0) {
            let can_be = !self.is_closed && self.reporting.contains(&organisation_of(item));
            if matches!(self.state(item), State::Draft | State::Returned) {
                let effect = if can_be { Effect::CanBeHandedIn } else { Effect::CannotBeHandedIn };
                found.insert((effect, item));
            }
            let is_led = self.reporting.contains(&organisation_of(item));
            let is_named = self.fault != Some(Fault::PartnerLeavesUnnamed);
            if self.state(item) == State::Withdrawn || !is_led || !is_named {
                continue;
            }
            for partner in PARTNERS[item] {
                let reports = self.reporting.iter().any(|at| ORGANISATIONS[*at] == *partner);
                let effect = if reports { Effect::HasPartner } else { Effect::LosesPartner };
                found.insert((effect, item));
            }
        }
        found
    }

    /// Whether somebody wrote any of an item, or of a withdrawn one of its organisation that ever had the same text, and so on.
    fn wrote(&self, who: &Person, item: usize) -> bool {
        let mut same = BTreeSet::from([item]);
        let is_copy = |one: usize, other: usize| {
            let texts = self.texts(one);
            let is_withdrawn =
                self.items[other].decisions.last().is_some_and(|last| last.kind == Kind::Withdraw);
            self.fault != Some(Fault::CopiesAreNew)
                && is_withdrawn
                && (ITEMS[one].0, PARTNERS[one]) == (ITEMS[other].0, PARTNERS[other])
                && self.texts(other).iter().any(|text| texts.contains(text))
        };
        for _ in ITEMS {
            let copies = |other: &usize| same.iter().any(|one| is_copy(*one, *other));
            same = (0..ITEMS.len()).filter(copies).chain([item]).collect();
        }
        same.iter().any(|item| self.items[*item].revisions.iter().any(|one| one.author == who.name))
    }

    fn override_by(&mut self, who: &'static Person, item: Option<usize>) -> usize {
        let number = self.overrides.len();
        self.enter("override.make", Object::Override(number));
        self.overrides.push(Override { by: who.name, item, confirmed_by: "" });
        number
    }

    fn confirm(&mut self, who: &'static Person, number: usize) -> Answer {
        let roles = [Role::Reviewer, Role::Coordinator, Role::Publisher];
        who.check(&roles)?;
        let fault = self.fault;
        // No edition is rendered here, so that none is public; those of an organisation do not know of it.
        let sees = |made: &&Override| match made.item {
            Some(item) => who.may_see(&roles, item),
            None => who.may(&roles, ""),
        };
        let Some(made) = self.overrides.get(number).filter(sees) else {
            return refused(Code::NotFound, "OVERRIDE_NOT_FOUND");
        };
        let is_own = made.by == who.name || made.item.is_some_and(|item| self.wrote(who, item));
        if is_own && fault != Some(Fault::OwnConfirmation) {
            return refused(Code::FailedPrecondition, "FOUR_EYES");
        }
        if made.confirmed_by.is_empty() {
            self.overrides[number].confirmed_by = who.name;
            self.enter("override.confirm", Object::Override(number));
        }
        Ok(Outcome::Confirmed { by: self.overrides[number].confirmed_by.to_owned() })
    }

    /// The revision of each item that was handed in last.
    fn handed_in(&self) -> Vec<(usize, usize)> {
        let takes_back = self.fault == Some(Fault::DraftTakesBack);
        let last = |item: usize| {
            let revisions = &self.items[item].revisions;
            let place = revisions.iter().rposition(|one| !one.is_draft)?;
            (!takes_back || place + 1 == revisions.len()).then_some((item, place + 1))
        };
        (0..ITEMS.len()).filter_map(last).collect()
    }

    fn publish(&mut self, who: &'static Person, has_reason: bool) -> Answer {
        who.check(&[Role::Publisher])?;
        let state = |(item, version): (usize, usize)| self.items[item].state(version, self.fault);
        let mut pinned = self.handed_in();
        if self.fault != Some(Fault::LeaverStays) {
            pinned.retain(|(item, _)| self.reporting.contains(&organisation_of(*item)));
        }
        let place =
            |item: usize| self.reporting.iter().position(|known| *known == organisation_of(item));
        pinned.sort_by_key(|(item, _)| (place(*item), *item));
        pinned.retain(|one| matches!(state(*one), State::Submitted | State::Approved));
        let is_unapproved = |one: &(usize, usize)| state(*one) == State::Submitted;
        let is_own = |(item, _): &(usize, usize)| self.wrote(who, *item);
        let unapproved = self.is_four_eyes && pinned.iter().any(is_unapproved);
        let has_written = self.is_four_eyes && pinned.iter().any(is_own);
        if (unapproved || has_written) && !has_reason {
            let reason = if unapproved { "NOT_APPROVED" } else { "FOUR_EYES" };
            return refused(Code::FailedPrecondition, reason);
        }
        if pinned.is_empty() {
            return refused(Code::FailedPrecondition, "NOTHING_TO_PUBLISH");
        }
        let approved = pinned.iter().filter(|one| state(**one) == State::Approved);
        let mut behind: Vec<usize> = approved
            .flat_map(|(item, version)| self.items[*item].approvals(*version, self.fault))
            .filter_map(|approval| approval.made_under)
            .collect();
        behind.sort_unstable();
        let confirmed = |number: &usize| (true, !self.overrides[*number].confirmed_by.is_empty());
        let mut overrides: Vec<_> = behind.iter().map(confirmed).collect();
        overrides.extend((unapproved || has_written).then_some((false, false)));
        let text = |(item, version): &(usize, usize)| {
            (*item, self.items[*item].revisions[version - 1].text)
        };
        let texts = pinned.iter().map(text).collect();
        let cycle = (self.reporting.clone(), self.owes, self.is_four_eyes);
        let edition = Edition { texts, overrides, cycle, pinned };
        let is_same = |last: &Edition| {
            (&last.texts, &last.overrides, &last.cycle)
                == (&edition.texts, &edition.overrides, &edition.cycle)
        };
        let is_new = !self.editions.last().is_some_and(is_same);
        if is_new {
            self.editions.push(edition);
            if unapproved || has_written {
                self.override_by(who, None);
            }
        }
        let number = self.editions.len();
        self.enter("edition.publish", Object::Edition(number));
        let last = &self.editions[number - 1];
        let (pinned, overrides) = (last.pinned.len(), last.overrides.len());
        Ok(Outcome::Published { number, is_new, pinned, overrides })
    }
}

/// Place of the organisation of an item.
fn organisation_of(item: usize) -> usize {
    usize::from(ITEMS[item].0 == ORGANISATIONS[1])
}
