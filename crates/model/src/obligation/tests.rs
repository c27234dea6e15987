//! Completeness over generated frameworks, and the cases that decide a state.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    AnswerStatus, ContributionKind, ContributionState, Cycle, CycleState, Framework, GapPolicy,
    Goal, GoalKind, Indicator, LocalizedText, Measure, Period, PlanPeriod, ReviewPolicy,
};

const ORGANISATIONS: [&str; 3] = ["alfa", "beta", "gamma"];

fn framework(indicators: &[usize]) -> Framework {
    let indicator = |code: String| Indicator {
        id: code.clone(),
        code,
        measure: Measure::Statement,
        statement: LocalizedText::default(),
        items: Vec::new(),
        sub_prompts: Vec::new(),
        optional: false,
        target: None,
    };
    let goal = |(goal, count): (usize, &usize)| Goal {
        id: goal.to_string(),
        code: goal.to_string(),
        kind: GoalKind::StrategicGoal,
        pillar: "een".to_owned(),
        parent: None,
        statement: LocalizedText::default(),
        indicators: (0..*count).map(|part| indicator(format!("{goal}-{part}"))).collect(),
    };
    Framework {
        code: "plan".parse().unwrap(),
        version: 1,
        title: LocalizedText::default(),
        language: "nl".to_owned(),
        period: PlanPeriod { from: 2021, until: 2025, extended_until: None },
        organisations: Vec::new(),
        pillars: Vec::new(),
        goals: indicators.iter().enumerate().map(goal).collect(),
        abbreviations: Vec::new(),
        links: Vec::new(),
        content_hash: None,
        create_time: None,
    }
}

fn cycle(deadline: Option<jiff::civil::Date>) -> Cycle {
    let framework = "plan".parse().unwrap();
    let period = Period::new(date(2021, 1, 1), date(2021, 12, 31)).unwrap();
    Cycle {
        name: Cycle::name_of(&framework, &period),
        framework,
        framework_version: 1,
        period,
        organisations: ORGANISATIONS.map(|code| code.parse().unwrap()).to_vec(),
        opening: None,
        deadline,
        state: CycleState::Open,
        create_time: None,
        gaps: GapPolicy::Print,
        review: ReviewPolicy::None,
    }
}

fn asked(organisation: &str, goal: &str, indicator: &str) -> Asked {
    Asked {
        organisation: organisation.parse().unwrap(),
        goal: goal.to_owned(),
        indicator: indicator.to_owned(),
    }
}

fn revision(contribution: u128, organisation: &str, goal: &str, indicator: &str) -> Revision {
    let list = |code: &str| (!code.is_empty()).then(|| code.to_owned()).into_iter().collect();
    Revision {
        contribution: Uuid::from_u128(contribution),
        version: 1,
        organisation: organisation.parse().unwrap(),
        partners: Vec::new(),
        kind: ContributionKind::Answer,
        goals: list(goal),
        indicators: list(indicator),
        answer: Some(AnswerStatus::Reported),
        state: ContributionState::Submitted,
        rolled_forward: false,
        reason: "Reden.".to_owned(),
        time: Instant(0),
    }
}

/// Where the obligations of alfa to answer goal 0 and its first indicator stand.
fn states(revisions: &[Revision]) -> [ObligationState; 2] {
    let Assignments { assigned, .. } = assignments(["", "0-0"].map(|indicator| {
        (asked("alfa", "0", indicator), ObligationChange::Assigned { optional: false })
    }));
    let found = obligations(&Record {
        cycle: &cycle(None),
        framework: &framework(&[2, 1]),
        assigned: &assigned,
        deadlines: &BTreeMap::new(),
        revisions,
        moment: Instant(0),
    });
    [found[0].state, found[1].state]
}

use ObligationState::{Drafted, NotApplicable, NothingToReport, Open, Submitted};

#[test]
fn a_goal_is_answered_through_its_indicators_and_an_indicator_by_name() {
    assert_eq!(states(&[]), [Open, Open]);
    assert_eq!(states(&[revision(1, "alfa", "0", "0-0")]), [Submitted, Submitted]);
    assert_eq!(states(&[revision(1, "alfa", "0", "0-1")]), [Submitted, Open]);
    assert_eq!(states(&[revision(1, "alfa", "0", "")]), [Submitted, Open]);
    assert_eq!(states(&[revision(1, "beta", "0", "0-0")]), [Open, Open]);
    assert_eq!(states(&[revision(1, "alfa", "1", "1-0")]), [Open, Open]);
}

#[test]
fn a_joint_answer_is_one_of_each_of_its_organisations() {
    let joint = |partner: &str| Revision {
        partners: vec![partner.to_owned()],
        ..revision(1, "beta", "0", "0-0")
    };
    assert_eq!(states(&[joint("alfa")]), [Submitted, Submitted]);
    assert_eq!(states(&[joint("gamma")]), [Open, Open], "the control");
    // Whoever leads does not report any more.
    let gone = Revision { organisation: "delta".parse().unwrap(), ..joint("alfa") };
    assert_eq!(states(&[gone]), [Open, Open]);
}

#[test]
fn nil_is_not_missing_and_speaks_for_the_indicators_of_its_goal() {
    let nil = |answer| Revision { answer: Some(answer), ..revision(1, "alfa", "0", "") };
    assert_eq!(states(&[nil(AnswerStatus::NothingToReport)]), [NothingToReport; 2]);
    assert_eq!(states(&[nil(AnswerStatus::NotApplicable)]), [NotApplicable; 2]);
    assert_eq!(states(&[nil(AnswerStatus::NotAvailable)]), [Submitted, Open]);
    let reported = revision(2, "alfa", "0", "0-1");
    let both = [nil(AnswerStatus::NothingToReport), reported];
    assert_eq!(states(&both), [Submitted, NothingToReport]);
}

#[test]
fn a_draft_takes_nothing_back_and_a_rolled_forward_one_does_not_count() {
    let submitted = revision(1, "alfa", "0", "0-0");
    let draft = Revision { version: 2, state: ContributionState::Draft, ..submitted.clone() };
    assert_eq!(states(std::slice::from_ref(&draft)), [Drafted; 2]);
    assert_eq!(states(&[submitted.clone(), draft.clone()]), [Submitted; 2]);
    let rolled = Revision { version: 1, rolled_forward: true, ..draft.clone() };
    assert_eq!(states(std::slice::from_ref(&rolled)), [Open; 2]);
    assert_eq!(states(&[rolled.clone(), draft]), [Drafted; 2]);
    let with_figures = Revision { version: 2, ..rolled.clone() };
    assert_eq!(states(&[rolled, with_figures]), [Drafted; 2], "the same text with other figures");
    let open_cell = Revision { kind: ContributionKind::Unanswered, ..submitted };
    assert_eq!(states(&[open_cell]), [Open; 2]);
}

#[test]
fn an_answer_with_the_text_of_an_earlier_cycle_is_marked() {
    let of = |revisions: &[Revision]| {
        let Assignments { assigned, .. } =
            assignments([(asked("alfa", "0", ""), ObligationChange::Assigned { optional: false })]);
        let found = obligations(&Record {
            cycle: &cycle(None),
            framework: &framework(&[0]),
            assigned: &assigned,
            deadlines: &BTreeMap::new(),
            revisions,
            moment: Instant(0),
        });
        (found[0].state, found[0].unedited, found[0].clone().for_readers().unedited)
    };
    let edited = revision(1, "alfa", "0", "");
    let unedited = Revision { rolled_forward: true, ..edited.clone() };
    assert_eq!(of(&[unedited]), (ObligationState::Submitted, true, false));
    assert_eq!(of(&[edited]), (ObligationState::Submitted, false, false));
}

#[test]
fn what_is_first_answered_after_the_deadline_is_late_unless_there_is_an_exception() {
    const DAY: i64 = 86_400_000;
    let late = |answered: i64, moment: i64, extended: Option<jiff::civil::Date>| {
        let Assignments { assigned, .. } =
            assignments([(asked("alfa", "0", ""), ObligationChange::Assigned { optional: false })]);
        let answer = Revision { time: Instant(answered * DAY), ..revision(1, "alfa", "0", "") };
        // A correction after the deadline does not make a timely answer late.
        let again = Revision { version: 2, time: Instant(90 * DAY), ..answer.clone() };
        let revisions = if answered < 0 { Vec::new() } else { vec![again, answer] };
        let deadlines = extended.map(|day| ("alfa".parse().unwrap(), day)).into_iter().collect();
        obligations(&Record {
            cycle: &cycle(Some(date(1970, 1, 10))),
            framework: &framework(&[0]),
            assigned: &assigned,
            deadlines: &deadlines,
            revisions: &revisions,
            moment: Instant(moment * DAY),
        })[0]
            .late
    };
    assert!(!late(9, 100, None) && late(10, 100, None));
    assert!(!late(10, 100, Some(date(1970, 1, 11))) && late(4, 100, Some(date(1970, 1, 4))));
    assert!(!late(-1, 9, None) && late(-1, 10, None));
}

fn any_answer() -> impl Strategy<Value = Option<AnswerStatus>> {
    let known = AnswerStatus::NAMES.map(|(status, _)| Some(status));
    prop::sample::select([known.to_vec(), vec![None]].concat())
}

/// An organisation, a goal and one of its indicators, or none, of the framework with these counts.
fn any_asked(indicators: Vec<usize>) -> impl Strategy<Value = Asked> {
    (prop::sample::select(&ORGANISATIONS[..]), 0..indicators.len(), 0..4_usize).prop_map(
        move |(organisation, goal, part)| {
            let indicator =
                if part < indicators[goal] { format!("{goal}-{part}") } else { String::new() };
            asked(organisation, &goal.to_string(), &indicator)
        },
    )
}

fn any_change(indicators: Vec<usize>) -> impl Strategy<Value = (Asked, ObligationChange)> {
    let change = prop_oneof![
        6 => any::<bool>().prop_map(|optional| ObligationChange::Assigned { optional }),
        1 => Just(ObligationChange::Removed { reason: "Vervallen.".to_owned() }),
        1 => Just(ObligationChange::Accepted { reason: "Reden.".to_owned() }),
    ];
    (any_asked(indicators), change)
}

fn any_revision(indicators: Vec<usize>) -> impl Strategy<Value = Revision> {
    let parts =
        (0..8_u128, 1..4_u64, any_answer(), any::<bool>(), any::<bool>(), 0..20_i64, 0..6_u8);
    (any_asked(indicators), parts).prop_map(
        |(asked, (contribution, version, answer, is_draft, rolled_forward, day, kind))| Revision {
            version,
            answer,
            rolled_forward,
            state: if is_draft { ContributionState::Draft } else { ContributionState::Submitted },
            kind: if kind == 0 { ContributionKind::Unanswered } else { ContributionKind::Answer },
            time: Instant(day * 86_400_000),
            // A contribution belongs to one organisation for good.
            ..revision(
                contribution * 256 + u128::from(asked.organisation.as_str().as_bytes()[0]),
                asked.organisation.as_str(),
                &asked.goal,
                &asked.indicator,
            )
        },
    )
}

type Case = (Vec<usize>, Vec<(Asked, ObligationChange)>, Vec<Revision>);

fn any_case() -> impl Strategy<Value = Case> {
    prop::collection::vec(0..4_usize, 1..6).prop_flat_map(|indicators| {
        let changes = prop::collection::vec(any_change(indicators.clone()), 0..40);
        let revisions = prop::collection::vec(any_revision(indicators.clone()), 0..30);
        (Just(indicators), changes, revisions)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn the_states_add_up_to_all_obligations_and_nil_is_never_missing((indicators, changes, revisions) in any_case()) {
        let (framework, cycle) = (framework(&indicators), cycle(Some(date(1970, 1, 10))));
        let assigned = assignments(changes).assigned;
        let (deadlines, moment) = (BTreeMap::new(), Instant(0));
        let record = Record { cycle: &cycle, framework: &framework, assigned: &assigned, deadlines: &deadlines, revisions: &revisions, moment };
        let found = obligations(&record);
        let keys: BTreeSet<&Asked> = found.iter().map(|obligation| &obligation.asked).collect();
        prop_assert_eq!(keys, assigned.keys().collect::<BTreeSet<_>>());
        prop_assert_eq!(found.len(), assigned.len());
        let matrix = matrix(&cycle.name, &found);
        let states: u32 = matrix.cells.iter().flat_map(|cell| cell.states.values()).sum();
        prop_assert_eq!((states as usize, matrix.obligations as usize), (assigned.len(), assigned.len()));
        let places: BTreeSet<_> = matrix.cells.iter().map(|cell| (&cell.organisation, &cell.goal)).collect();
        prop_assert_eq!(places.len(), matrix.cells.len(), "a cell came twice");
        let accepted: u32 = matrix.cells.iter().map(|cell| cell.accepted).sum();
        prop_assert_eq!(matrix.required, matrix.answered + accepted + matrix.gaps);
        prop_assert!(matrix.in_time <= matrix.answered);
        prop_assert_eq!(matrix.gaps as usize, found.iter().filter(|o| o.is_unexplained()).count());
        for obligation in &found {
            check(obligation, &revisions);
        }
    }
}

/// Holds one obligation against the revisions by a rule of its own: a submission that names it is an answer, whatever it says.
fn check(obligation: &Obligation, revisions: &[Revision]) {
    let latest = |contribution| {
        let of_contribution = revisions.iter().filter(move |r| r.contribution == contribution);
        let submitted = of_contribution.filter(|r| r.state == ContributionState::Submitted);
        submitted.map(|r| r.version).max()
    };
    let Asked { organisation, goal, indicator } = &obligation.asked;
    let names = |r: &&Revision| {
        r.kind == ContributionKind::Answer
            && r.organisation == *organisation
            && if indicator.is_empty() {
                r.goals.contains(goal)
            } else {
                r.indicators.contains(indicator)
            }
    };
    let is_current = |r: &&Revision| {
        r.state == ContributionState::Submitted && Some(r.version) == latest(r.contribution)
    };
    // Two generated revisions may bear one number; the first of them is the one that counts.
    let is_first = |r: &&Revision| {
        let same = |o: &&Revision| {
            (o.contribution, o.version, o.state) == (r.contribution, r.version, r.state)
        };
        revisions.iter().find(same).is_some_and(|first| std::ptr::eq(first, *r))
    };
    let naming: Vec<&Revision> =
        revisions.iter().filter(is_current).filter(is_first).filter(names).collect();
    if !naming.is_empty() {
        assert!(obligation.state.is_answered() && !obligation.is_gap(), "{obligation:?}");
        assert!(obligation.answer_time.is_some());
    }
    let is_nil = |state| matches!(state, NothingToReport | NotApplicable);
    assert_eq!(!obligation.reason.is_empty(), is_nil(obligation.state), "{obligation:?}");
    if obligation.state.is_answered() {
        assert!(obligation.contribution.is_some());
    }
}
