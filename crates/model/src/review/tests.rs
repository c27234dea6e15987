//! The table of states, written out a second time by hand, and what decisions make of a revision.

use super::*;
use ContributionState::{Approved, Draft, Returned, Submitted, Withdrawn};

const STATES: [ContributionState; 5] = [Draft, Submitted, Returned, Approved, Withdrawn];

/// What each state becomes by each action where nothing but the state decides; in the order of [`Action::ALL`].
const TABLE: [(ContributionState, [Option<ContributionState>; 6]); 5] = [
    (Draft, [Some(Draft), Some(Submitted), None, None, Some(Withdrawn), None]),
    (
        Submitted,
        [
            Some(Draft),
            Some(Submitted),
            Some(Approved),
            Some(Returned),
            Some(Withdrawn),
            Some(Submitted),
        ],
    ),
    (Returned, [Some(Draft), Some(Submitted), None, None, Some(Withdrawn), None]),
    (
        Approved,
        [Some(Draft), Some(Submitted), None, Some(Returned), Some(Withdrawn), Some(Approved)],
    ),
    (Withdrawn, [None; 6]),
];

fn every_circumstance() -> impl Iterator<Item = Circumstances> {
    [ReviewPolicy::None, ReviewPolicy::FourEyes].into_iter().flat_map(|policy| {
        [Person::Same, Person::Other].into_iter().flat_map(move |person| {
            [false, true].map(|has_reason| Circumstances { policy, person, has_reason })
        })
    })
}

/// Whether four eyes have a say: on who approves and publishes, and on publishing what is not approved.
fn objection(state: ContributionState, action: Action, person: Person) -> Option<Refusal> {
    match (state, action, person) {
        (Submitted, Action::Publish, _) => Some(Refusal::NotApproved),
        (Submitted, Action::Approve, Person::Same) | (Approved, Action::Publish, Person::Same) => {
            Some(Refusal::FourEyes)
        }
        _ => None,
    }
}

#[test]
fn every_combination_is_as_the_table_says() {
    let mut combinations = 0;
    for (state, row) in TABLE {
        for (action, to) in Action::ALL.into_iter().zip(row) {
            for given in every_circumstance() {
                combinations += 1;
                let objection = objection(state, action, given.person)
                    .filter(|_| given.policy == ReviewPolicy::FourEyes);
                let expected = match (to, objection) {
                    (None, _) => Err(Refusal::State),
                    (Some(_), Some(refusal)) if !given.has_reason => Err(refusal),
                    (Some(to), objection) => Ok(Step { to, is_override: objection.is_some() }),
                };
                assert_eq!(step(state, action, given), expected, "{state:?} {action:?} {given:?}");
            }
        }
    }
    assert_eq!(combinations, 5 * 6 * 8);
}

#[test]
fn a_state_decides_what_is_allowed() {
    for (state, row) in TABLE {
        let expected: Vec<Action> = Action::ALL
            .into_iter()
            .zip(row)
            .filter(|(_, to)| to.is_some())
            .map(|(a, _)| a)
            .collect();
        assert_eq!(allowed(state).collect::<Vec<_>>(), expected, "{state:?}");
    }
}

#[test]
fn a_decision_holds_for_its_revision_and_an_approval_for_its_content() {
    let hash = |text: &str| Hash::of(text.as_bytes());
    let latest = |kind| Decided {
        kind,
        version: 2,
        content_hash: hash("a"),
        time: Instant(7),
        approved_version: 2,
    };
    for saved in STATES {
        for (version, content) in [(2, "a"), (3, "a"), (3, "b")] {
            for (kind, state) in [
                (DecisionKind::Approve, Approved),
                (DecisionKind::Return, Returned),
                (DecisionKind::Withdraw, Withdrawn),
                (DecisionKind::Void, saved),
                (DecisionKind::Consent, saved),
            ] {
                let (found, _) = decided((saved, version, hash(content)), &latest(kind));
                let still_approved =
                    kind == DecisionKind::Approve && saved == Submitted && content == "a";
                let holds = version == 2 || kind == DecisionKind::Withdraw || still_approved;
                assert_eq!(
                    found,
                    if holds { state } else { saved },
                    "{saved:?} {version} {kind:?}"
                );
            }
        }
    }
}

#[test]
fn a_joint_contribution_is_approved_when_each_of_its_organisations_has() {
    use DecisionKind::{Approve, Consent};
    let codes = |names: &str| -> Vec<crate::Slug> {
        names.split_whitespace().map(|name| name.parse().unwrap()).collect()
    };
    for (asked, given, own, expected) in [
        ("alfa", "", "alfa", Some(Approve)),
        ("alfa beta", "", "alfa", Some(Consent)),
        ("alfa beta", "alfa", "beta", Some(Approve)),
        // One who reviews for all of them approves for all.
        ("alfa beta", "", "alfa beta", Some(Approve)),
        ("alfa beta gamma", "alfa", "gamma", Some(Consent)),
        // The same organisation again is no other.
        ("alfa beta", "alfa", "alfa", None),
        ("alfa beta", "", "", None),
        // A partner that was waited for left the cycle.
        ("alfa", "alfa", "alfa", Some(Approve)),
        ("alfa", "alfa beta", "", None),
    ] {
        let found = approval_of(&codes(asked), &codes(given), &codes(own));
        assert_eq!(found, expected, "asked {asked}, given {given}, own {own}");
    }
}

#[test]
fn the_approval_of_each_organisation_of_a_joint_contribution_stands_somewhere() {
    use crate::ApprovalState::{Awaited, Given, NotAwaited, NotReporting};
    let of = |state, policy, reporting: &str, given: &str| {
        let codes = |names: &str| -> Vec<Slug> {
            names.split_whitespace().map(|name| name.parse().unwrap()).collect()
        };
        let contribution = joint(state);
        let cycle = Cycle { review: policy, organisations: codes(reporting), ..cycle() };
        let approvals: Vec<Decision> = codes(given).into_iter().map(consent).collect();
        let found = reporters(&contribution, &cycle, &approvals);
        for Reporter { approval, given, .. } in &found {
            assert_eq!(given.is_some(), *approval == Given);
        }
        found.into_iter().map(|one| one.approval).collect::<Vec<_>>()
    };
    let four_eyes = ReviewPolicy::FourEyes;
    for (state, policy, reporting, given, expected) in [
        (Submitted, four_eyes, "alfa beta", "", [Awaited, Awaited]),
        (Submitted, four_eyes, "alfa beta", "alfa", [Given, Awaited]),
        (Submitted, four_eyes, "alfa beta", "beta", [Awaited, Given]),
        (Approved, four_eyes, "alfa beta", "alfa beta", [Given, Given]),
        (Submitted, four_eyes, "alfa", "", [Awaited, NotReporting]),
        (Submitted, four_eyes, "alfa", "beta", [Awaited, NotReporting]),
        // Who was waited for left: whoever is there approves once more.
        (Submitted, four_eyes, "alfa", "alfa", [Awaited, NotReporting]),
        (Approved, four_eyes, "alfa", "alfa beta", [Given, NotReporting]),
        (Submitted, four_eyes, "beta", "alfa", [NotReporting, Awaited]),
        (Submitted, ReviewPolicy::None, "alfa beta", "alfa", [Given, NotAwaited]),
        (Draft, four_eyes, "alfa beta", "", [NotAwaited, NotAwaited]),
        (Returned, four_eyes, "alfa beta", "", [NotAwaited, NotAwaited]),
    ] {
        let found = of(state, policy, reporting, given);
        assert_eq!(found, expected, "{state:?} {policy:?} {reporting}, given {given}");
    }
    let alone = Contribution { content: crate::Content::default(), ..joint(Submitted) };
    assert_eq!(reporters(&alone, &cycle(), &[]), []);
}

/// A contribution that alfa leads and beta reports too.
fn joint(state: ContributionState) -> Contribution {
    let content = crate::Content { partners: vec!["beta".into()], ..crate::Content::default() };
    Contribution {
        id: Uuid::from_u128(1),
        cycle: "plan/2021".parse().unwrap(),
        organisation: "alfa".parse().unwrap(),
        external_id: None,
        state,
        content_hash: crate::canonical::content_hash(&content),
        content,
        version: 1,
        passages: Vec::new(),
        findings: Vec::new(),
        create_time: Instant(0),
        update_time: Instant(0),
        autosave: false,
        rolled_forward: false,
        author: "anna".to_owned(),
        approved_version: 0,
        state_time: Instant(0),
    }
}

fn cycle() -> Cycle {
    let day = |month, day| jiff::civil::date(2021, month, day);
    let period = crate::Period::new(day(1, 1), day(12, 31)).unwrap();
    let framework: Slug = "plan".parse().unwrap();
    Cycle {
        name: Cycle::name_of(&framework, &period),
        framework,
        framework_version: 1,
        period,
        organisations: Vec::new(),
        opening: None,
        deadline: None,
        state: crate::CycleState::Open,
        create_time: None,
        gaps: crate::GapPolicy::Print,
        review: ReviewPolicy::FourEyes,
    }
}

fn consent(organisation: Slug) -> Decision {
    Decision {
        number: 1,
        contribution: Uuid::from_u128(1),
        version: 1,
        content_hash: Hash::of(b""),
        kind: DecisionKind::Consent,
        actor: "rita".to_owned(),
        time: Instant(5),
        reason: None,
        text: String::new(),
        targets: Vec::new(),
        organisations: vec![organisation],
    }
}
