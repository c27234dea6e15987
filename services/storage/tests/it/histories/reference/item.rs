//! One contribution: what was saved and decided of it, and the state that follows.

use crate::histories::vocabulary::{Fault, State, Text};

#[derive(Debug, Clone)]
pub(super) struct Revision {
    pub(super) text: Text,
    pub(super) is_draft: bool,
    pub(super) author: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Approve,
    Return,
    Withdraw,
    Void,
    Consent,
}

#[derive(Debug, Clone)]
pub(super) struct Decision {
    pub(super) kind: Kind,
    pub(super) version: usize,
    pub(super) by: &'static str,
    pub(super) places: Vec<usize>,
    /// Number of the override that it was made under.
    pub(super) made_under: Option<usize>,
    /// Who consented, of an approval in part.
    pub(super) given: Vec<&'static str>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Item {
    pub(super) revisions: Vec<Revision>,
    pub(super) decisions: Vec<Decision>,
}

impl Item {
    pub(super) fn state(&self, version: usize, fault: Option<Fault>) -> State {
        let revision = &self.revisions[version - 1];
        let saved = if revision.is_draft { State::Draft } else { State::Submitted };
        let Some(last) = self.decisions.last() else { return saved };
        let is_approved = if fault == Some(Fault::ApprovalOfVersion) {
            last.version == version
        } else {
            !revision.is_draft && self.revisions[last.version - 1].text == revision.text
        };
        match last.kind {
            Kind::Withdraw => State::Withdrawn,
            Kind::Return if last.version == version => State::Returned,
            Kind::Approve if is_approved => State::Approved,
            Kind::Return | Kind::Approve | Kind::Void | Kind::Consent => saved,
        }
    }

    /// The consents to a version with which these decisions end.
    pub(super) fn consents(
        decisions: &[Decision],
        version: usize,
        fault: Option<Fault>,
    ) -> &[Decision] {
        let counts = |one: &Decision| {
            let is_of_it = one.version == version || fault == Some(Fault::ConsentOutlivesChange);
            one.kind == Kind::Consent && is_of_it
        };
        let others = decisions.iter().rposition(|one| !counts(one)).map_or(0, |place| place + 1);
        &decisions[others..]
    }

    /// By what a version is approved, or would be once the others approve it too.
    pub(super) fn approvals(&self, version: usize, fault: Option<Fault>) -> Vec<&Decision> {
        match self.state(version, fault) {
            State::Draft | State::Returned | State::Withdrawn => Vec::new(),
            State::Submitted => Self::consents(&self.decisions, version, fault).iter().collect(),
            State::Approved => {
                let place = self.decisions.iter().rposition(|one| one.kind == Kind::Approve);
                let (before, from) = self.decisions.split_at(place.unwrap());
                let consents = Self::consents(before, from[0].version, fault);
                consents.iter().chain(&from[..1]).collect()
            }
        }
    }

    pub(super) fn approved(&self) -> usize {
        let mut approvals = self.decisions.iter().rev().filter(|one| one.kind == Kind::Approve);
        approvals.next().map_or(0, |one| one.version)
    }

    /// Whether a text changes a paragraph that the last return left closed.
    pub(super) fn is_closed(&self, text: Text, fault: Option<Fault>) -> bool {
        let Some(last) = self.decisions.last() else { return false };
        let handed_in_since = self.revisions[last.version..].iter().any(|one| !one.is_draft);
        if fault == Some(Fault::ReturnEndsWithSubmission) && handed_in_since {
            return false;
        }
        let returned = &self.revisions[last.version - 1].text;
        let is_closed = |place: usize| !last.places.contains(&place);
        last.kind == Kind::Return
            && !last.places.is_empty()
            && (0..text.len()).any(|place| is_closed(place) && returned[place] != text[place])
    }
}
