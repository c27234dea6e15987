use jiff::civil::{Date, date};

use super::{Digest, Ladder, Member, PastDigest, Reminding, due};
use crate::{
    Asked, Cycle, CycleState, Framework, GapPolicy, Goal, GoalKind, Grant, LocalizedText,
    Obligation, ObligationState, Period, Pillar, PlanPeriod, ReviewPolicy, Role,
};

const DEADLINE: Date = Date::constant(2022, 4, 15);

fn ladder() -> Ladder {
    Ladder { steps: vec![-14, -7, -1, 1, 7, 14], escalate_from: 7, late_days: 7, cap: 10 }
}

fn framework() -> Framework {
    let goal = |code: &str| Goal {
        id: code.to_owned(),
        code: code.to_owned(),
        kind: GoalKind::StrategicGoal,
        pillar: format!("p{code}"),
        parent: None,
        statement: LocalizedText::default(),
        indicators: Vec::new(),
    };
    let pillar =
        |code: &str| Pillar { code: code.parse().unwrap(), name: LocalizedText::default() };
    Framework {
        code: "plan".parse().unwrap(),
        version: 1,
        title: LocalizedText::default(),
        language: "nl".to_owned(),
        period: PlanPeriod { from: 2021, until: 2025, extended_until: None },
        organisations: Vec::new(),
        pillars: vec![pillar("p1"), pillar("p2")],
        goals: vec![goal("1"), goal("2")],
        abbreviations: Vec::new(),
        links: Vec::new(),
        content_hash: None,
        create_time: None,
    }
}

fn cycle() -> Cycle {
    let framework = "plan".parse().unwrap();
    let period = Period::new(date(2021, 1, 1), date(2021, 12, 31)).unwrap();
    Cycle {
        name: Cycle::name_of(&framework, &period),
        framework,
        framework_version: 1,
        period,
        organisations: Vec::new(),
        opening: None,
        deadline: Some(DEADLINE),
        state: CycleState::Open,
        create_time: None,
        gaps: GapPolicy::Print,
        review: ReviewPolicy::None,
    }
}

fn asked(organisation: &str, goal: &str) -> Asked {
    Asked {
        organisation: organisation.parse().unwrap(),
        goal: goal.to_owned(),
        indicator: String::new(),
    }
}

fn open(organisation: &str, goal: &str) -> Obligation {
    Obligation {
        cycle: cycle().name,
        asked: asked(organisation, goal),
        optional: false,
        state: ObligationState::Open,
        reason: String::new(),
        contribution: None,
        deadline: Some(DEADLINE),
        answer_time: None,
        late: false,
        accepted_reason: String::new(),
        unedited: false,
    }
}

fn member(person: &str, role: Role, organisation: &str) -> Member {
    let organisation = organisation.parse().ok();
    Member {
        person: person.to_owned(),
        grants: vec![Grant { organisation, ..Grant::everywhere(role) }],
    }
}

/// A story of one cycle, which remembers its digests.
struct Story {
    ladder: Ladder,
    cycle: Cycle,
    obligations: Vec<Obligation>,
    members: Vec<Member>,
    past: Vec<PastDigest>,
}

impl Story {
    fn of(obligations: Vec<Obligation>, members: Vec<Member>) -> Self {
        Self { ladder: ladder(), cycle: cycle(), obligations, members, past: Vec::new() }
    }

    /// The digests so many days after the deadline, each as `person step goals`, with `!` for an escalation.
    fn on(&mut self, day: i64) -> Vec<String> {
        let today = DEADLINE.saturating_add(jiff::SignedDuration::from_hours(24 * day));
        let digests = due(&Reminding {
            ladder: &self.ladder,
            today,
            cycle: &self.cycle,
            framework: &framework(),
            obligations: &self.obligations,
            members: &self.members,
            past: &self.past,
        });
        let shown = digests.iter().map(shown).collect();
        self.past.extend(digests.into_iter().map(|digest| {
            let Digest { person, step, escalation, asked } = digest;
            PastDigest { person, step, escalation, day: today, asked }
        }));
        shown
    }

    /// The digests of the days from one to another; days without are left out.
    fn over(&mut self, days: std::ops::RangeInclusive<i64>) -> Vec<(i64, Vec<String>)> {
        days.map(|day| (day, self.on(day))).filter(|(_, digests)| !digests.is_empty()).collect()
    }
}

fn shown(Digest { person, step, escalation, asked }: &Digest) -> String {
    let goals: Vec<String> =
        asked.iter().map(|asked| format!("{}/{}", asked.organisation, asked.goal)).collect();
    format!("{person}{} {step} {}", if *escalation { "!" } else { "" }, goals.join(" "))
}

fn days(digests: &[(i64, Vec<String>)]) -> Vec<i64> {
    digests.iter().map(|(day, _)| *day).collect()
}

#[test]
fn each_step_comes_once_on_its_day_with_everything_that_is_open() {
    let obligations = vec![open("alfa", "1"), open("alfa", "2"), open("beta", "1")];
    let mut story = Story::of(obligations, vec![member("anna", Role::Contributor, "alfa")]);
    let digests = story.over(-30..=40);
    assert_eq!(days(&digests), [-14, -7, -1, 1, 7, 14]);
    assert_eq!(digests[0].1, ["anna -14 alfa/1 alfa/2"]);
}

#[test]
fn what_is_answered_optional_accepted_or_gone_is_not_reminded() {
    let mut obligations = vec![open("alfa", "1"); 6];
    obligations[0].state = ObligationState::Submitted;
    obligations[1].state = ObligationState::NothingToReport;
    obligations[2].state = ObligationState::NotApplicable;
    obligations[3].state = ObligationState::Approved;
    obligations[4].optional = true;
    obligations[5].accepted_reason = "Volgt.".to_owned();
    let members =
        vec![member("anna", Role::Contributor, "alfa"), member("cor", Role::Coordinator, "")];
    let mut story = Story::of(obligations, members);
    assert_eq!(story.over(-30..=40), []);
    for state in [ObligationState::Drafted, ObligationState::Returned] {
        story.obligations = vec![Obligation { state, ..open("alfa", "1") }];
        story.past.clear();
        assert_eq!(story.on(-7), ["anna -7 alfa/1"]);
    }
    story.obligations[0].deadline = None;
    assert_eq!(story.over(-30..=40), []);
}

#[test]
fn coordinators_hear_from_the_step_of_escalation_on_what_organisations_left_open() {
    let members = vec![
        member("anna", Role::Contributor, "alfa"),
        member("cor", Role::Coordinator, ""),
        member("rik", Role::Reviewer, "alfa"),
    ];
    let mut story = Story::of(vec![open("alfa", "1"), open("beta", "2")], members);
    assert_eq!(story.on(1), ["anna 1 alfa/1"]);
    assert_eq!(story.on(7), ["anna 7 alfa/1", "cor! 7 alfa/1 beta/2"]);
    story.obligations[0].state = ObligationState::Submitted;
    assert_eq!(story.on(14), ["cor! 14 beta/2"]);
}

#[test]
fn who_is_both_hears_of_each_thing_once_at_each_step() {
    let mut both = member("bo", Role::Contributor, "alfa");
    both.grants.push(Grant::everywhere(Role::Coordinator));
    let mut story = Story::of(vec![open("alfa", "1"), open("beta", "2")], vec![both]);
    assert_eq!(story.on(7), ["bo 7 alfa/1", "bo! 7 beta/2"]);
    assert_eq!(story.on(8), Vec::<String>::new());
}

#[test]
fn a_late_start_makes_up_for_the_latest_step_alone_and_not_for_what_is_long_past() {
    let of = || Story::of(vec![open("alfa", "1")], vec![member("anna", Role::Contributor, "alfa")]);
    assert_eq!(of().on(-3), ["anna -7 alfa/1"]);
    assert_eq!(days(&of().over(-3..=40)), [-3, -1, 1, 7, 14]);
    assert_eq!(of().on(21), ["anna 14 alfa/1"]);
    assert_eq!(of().over(22..=400), []);
}

#[test]
fn a_deadline_of_its_own_has_a_ladder_of_its_own() {
    let later = Obligation { deadline: Some(date(2022, 4, 22)), ..open("beta", "1") };
    let mut all = member("anna", Role::Contributor, "");
    all.grants.push(Grant::everywhere(Role::Contributor));
    let mut story = Story::of(vec![open("alfa", "1"), later], vec![all]);
    assert_eq!(story.on(-14), ["anna -14 alfa/1"]);
    assert_eq!(story.on(-7), ["anna -7 alfa/1", "anna -14 beta/1"]);
    // Moved to a later day, nothing is reminded of again.
    story.obligations[0].deadline = Some(date(2022, 4, 22));
    assert_eq!(story.on(0), ["anna -7 beta/1"]);
    assert_eq!(story.on(6), ["anna -1 alfa/1 beta/1"]);
}

#[test]
fn no_more_than_the_cap_and_the_most_urgent_first() {
    let members = vec![member("anna", Role::Contributor, "")];
    let later = Obligation { deadline: Some(date(2022, 4, 22)), ..open("beta", "1") };
    let mut story = Story::of(vec![open("alfa", "1"), later], members);
    story.ladder.cap = 2;
    assert_eq!(story.on(-14), ["anna -14 alfa/1"]);
    assert_eq!(story.on(-7), ["anna -7 alfa/1"]);
    assert_eq!(story.over(-6..=40), []);
}

#[test]
fn a_clock_that_was_set_back_reminds_of_nothing_until_it_has_caught_up() {
    let mut story =
        Story::of(vec![open("alfa", "1")], vec![member("anna", Role::Contributor, "alfa")]);
    assert_eq!(story.on(-3), ["anna -7 alfa/1"]);
    assert_eq!(story.over(-20..=-2), []);
    assert_eq!(story.on(-1), ["anna -1 alfa/1"]);
}

#[test]
fn what_is_assigned_or_who_joins_later_is_reminded_of_at_the_step_that_holds() {
    let mut story =
        Story::of(vec![open("alfa", "1")], vec![member("anna", Role::Contributor, "alfa")]);
    assert_eq!(story.on(-7), ["anna -7 alfa/1"]);
    story.obligations.push(open("alfa", "2"));
    story.members.push(member("bert", Role::Contributor, "alfa"));
    // Nobody is reminded twice on one day.
    assert_eq!(story.on(-7), ["bert -7 alfa/1 alfa/2"]);
    assert_eq!(story.on(-6), ["anna -7 alfa/2"]);
}

#[test]
fn a_grant_for_some_goals_is_reminded_of_those_alone() {
    let mut anna = member("anna", Role::Contributor, "alfa");
    anna.grants[0].goals = vec!["2".to_owned()];
    let mut bert = member("bert", Role::Contributor, "alfa");
    bert.grants[0].pillars = vec!["p1".to_owned()];
    let mut story = Story::of(vec![open("alfa", "1"), open("alfa", "2")], vec![anna, bert]);
    assert_eq!(story.on(-7), ["anna -7 alfa/2", "bert -7 alfa/1"]);
}

#[test]
fn a_cycle_that_is_closed_or_not_open_yet_has_no_reminders() {
    let members = vec![member("anna", Role::Contributor, "alfa")];
    let mut story = Story::of(vec![open("alfa", "1")], members);
    story.cycle.opening = Some(date(2022, 4, 10));
    assert_eq!(days(&story.over(-30..=0)), [-5, -1]);
    story.cycle.state = CycleState::Closed;
    assert_eq!(story.over(1..=40), []);
}

#[test]
fn a_member_has_a_role_for_what_the_grant_covers_alone() {
    let (alfa, beta) = ("alfa".parse().unwrap(), "beta".parse().unwrap());
    let grant = |role, organisation: &str, goals: &[&str]| Grant {
        role,
        organisation: organisation.parse().ok(),
        pillars: Vec::new(),
        goals: goals.iter().map(|goal| (*goal).to_owned()).collect(),
    };
    let has = |grant: Grant, organisation, goal: &str| {
        let member = Member { person: "p".to_owned(), grants: vec![grant] };
        let roles = [Role::Reviewer, Role::Coordinator];
        member.has_any(&roles, organisation, &[goal.to_owned()], &framework())
    };
    assert!(has(grant(Role::Reviewer, "alfa", &[]), &alfa, "1"));
    assert!(!has(grant(Role::Reviewer, "alfa", &[]), &beta, "1"));
    assert!(has(grant(Role::Reviewer, "alfa", &["1"]), &alfa, "1"));
    assert!(!has(grant(Role::Reviewer, "alfa", &["1"]), &alfa, "2"));
    assert!(!has(grant(Role::Contributor, "alfa", &[]), &alfa, "1"));
    assert!(has(grant(Role::Coordinator, "", &[]), &beta, "2"));
    // A coordinator who is bound to one organisation is bound where the role is not: it holds nowhere.
    assert!(!has(grant(Role::Coordinator, "alfa", &[]), &alfa, "1"));
}
