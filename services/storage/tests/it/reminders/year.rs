//! A year in seconds: several cycles and organisations, people who come and go, answers on random days, and a process that
//! is killed at random points and is away for days. What is in the folder at the end is what the oracle says, each once.

use std::{collections::BTreeMap, pin::pin, task::Poll};

use jiff::{SignedDuration, civil::Date};
use sqlx::AnyPool;
use storage::Storage;
use wire::v1 as pb;

use crate::{
    audit::{Random, pool},
    calls,
    database::Database,
    reminders::{
        DAY, folder, grant,
        oracle::{Cycle, Membership, Oracle, Owed, Person},
        owed, post,
    },
    sandbox::Sandbox,
};

const DAYS: i64 = 365;
/// The day on which the clock of tests stands.
const FIRST: Date = Date::constant(2022, 3, 1);
const ORGANISATIONS: [&str; 4] = ["alfa", "beta", "gamma", "delta"];
const GOALS: [&str; 3] = ["1", "1.1", "2"];
const CYCLES: i64 = 5;
const PEOPLE: usize = 12;
/// So many steps of a round, at most, are done before a kill; one without work has about twenty.
const STEPS_OF_A_ROUND: usize = 120;

/// What a system does wrong, done by the test behind its back after each kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Marks a mail as sent before it is.
    MarkedBeforeSent,
    /// Keeps no memory of what was sent.
    Forgetful,
}

pub(crate) async fn a_year_with_random_kills_sends_what_is_specified(sandbox: Sandbox) {
    let mut year = Year::begin(&sandbox, "a year").await;
    let kills = year.live(None).await;
    let (got, expected) = (year.received(), year.expected());
    assert!(50 < expected.len(), "only {} mails in a year", expected.len());
    assert!(0 < kills, "the process was never killed");
    let (lost, invented) = differences(&expected, &got);
    assert!(lost.is_empty() && invented.is_empty(), "lost {lost:#?}, invented {invented:#?}");
    eprintln!("{} mails, {kills} kills", got.len());
}

/// The comparison sees what it is there to see.
pub(crate) async fn a_fault_is_seen(fault: Fault) {
    let sandbox = Sandbox::on(Database::sqlite()).await;
    let mut year = Year::begin(&sandbox, "a year with a fault").await;
    year.live(Some(fault)).await;
    let (lost, invented) = differences(&year.expected(), &year.received());
    match fault {
        Fault::MarkedBeforeSent => assert!(!lost.is_empty(), "no mail was lost"),
        Fault::Forgetful => assert!(!invented.is_empty(), "no mail came twice"),
    }
}

/// What is missing and what is too much, each as often as it is.
pub(super) fn differences(expected: &[String], got: &[String]) -> (Vec<String>, Vec<String>) {
    let mut count: BTreeMap<&String, i64> = BTreeMap::new();
    for mail in expected {
        *count.entry(mail).or_default() += 1;
    }
    for mail in got {
        *count.entry(mail).or_default() -= 1;
    }
    let only = |sign: i64| {
        let found = count.iter().filter(move |(_, number)| 0 < sign * **number);
        found.map(|(mail, _)| (*mail).clone()).collect()
    };
    (only(1), only(-1))
}

/// Something that happens on a day.
enum Happening {
    Assigned(usize),
    Answered(usize),
    Drafted(usize),
    Removed(usize),
    Accepted(usize),
    Moved { cycle: usize, organisation: &'static str, deadline: i64 },
    Erased(usize),
}

struct Year<'a> {
    sandbox: &'a Sandbox,
    pool: AnyPool,
    random: Random,
    oracle: Oracle,
    /// By day.
    happenings: BTreeMap<i64, Vec<Happening>>,
    /// What was in the folder, by the ids of the mails: those to somebody who is erased go from it.
    mails: BTreeMap<String, String>,
}

fn date(day: i64) -> String {
    FIRST.saturating_add(SignedDuration::from_hours(24 * day)).to_string()
}

impl<'a> Year<'a> {
    async fn begin(sandbox: &'a Sandbox, what: &str) -> Self {
        let (random, oracle) = (Random::new(what), Oracle::default());
        let pool = pool(sandbox).await;
        let mut year = Self {
            sandbox,
            pool,
            random,
            oracle,
            happenings: BTreeMap::new(),
            mails: BTreeMap::new(),
        };
        year.register().await;
        for number in 0..CYCLES {
            year.open(number).await;
        }
        for number in 0..PEOPLE {
            year.hire(number).await;
        }
        year
    }

    /// Every mail that was ever in the folder.
    fn received(&mut self) -> Vec<String> {
        let mails = post::mails(&folder(self.sandbox)).into_iter();
        self.mails.extend(mails.map(|mail| (mail.id.clone(), mail.shown())));
        self.mails.values().cloned().collect()
    }

    fn below(&mut self, end: i64) -> i64 {
        i64::try_from(self.random.below(usize::try_from(end).unwrap())).unwrap()
    }

    /// Whether something happens that happens so many times in a hundred.
    fn chance(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }

    fn expected(&self) -> Vec<String> {
        let mut mails = self.oracle.mails.clone();
        mails.sort();
        mails
    }

    async fn register(&mut self) {
        let mut framework = testkit::framework();
        for code in &ORGANISATIONS[2..] {
            let mut organisation = framework.organisations[0].clone();
            organisation.code = code.parse().unwrap();
            framework.organisations.push(organisation);
        }
        let mut goal = framework.goals[0].clone();
        (goal.id, goal.code) = ("2".into(), "2".into());
        (goal.indicators[0].id, goal.indicators[0].code) = ("2-a".into(), "2-a".into());
        framework.goals.push(goal);
        let framework = Some(framework.into());
        let request =
            pb::RegisterFrameworkRequest { framework, validate_only: false, again: false };
        self.sandbox.client.frameworks().register_framework(request).await.unwrap();
    }

    async fn open(&mut self, number: i64) {
        let deadline = 20 + self.below(DAYS - 50);
        let opening = if self.chance(30) { deadline - self.below(20) } else { 0 };
        let name = format!("plan/{}", 2021 + number);
        let cycle = pb::Cycle {
            from: format!("{}-01-01", 2021 + number),
            until: format!("{}-12-31", 2021 + number),
            opening: date(opening),
            deadline: date(deadline),
            ..testkit::cycle().into()
        };
        let request = pb::OpenCycleRequest { cycle: Some(cycle), ..Default::default() };
        self.sandbox.client.cycles().open_cycle(request).await.unwrap();
        let cycle = usize::try_from(number).unwrap();
        self.oracle.cycles.push(Cycle {
            name: name.clone(),
            opening,
            deadline,
            extended: BTreeMap::new(),
        });
        for organisation in ORGANISATIONS {
            if self.chance(25) {
                let moved =
                    Happening::Moved { cycle, organisation, deadline: deadline + self.below(40) };
                let day = deadline - 25 + self.below(45);
                self.on(day, moved);
            }
            for goal in GOALS {
                self.plan(&name, organisation, goal, (opening, deadline));
            }
        }
    }

    /// What becomes of one thing that is owed, if it is owed at all.
    fn plan(
        &mut self,
        cycle: &str,
        organisation: &str,
        goal: &str,
        (opening, deadline): (i64, i64),
    ) {
        if self.chance(20) {
            return;
        }
        let (owed, is_optional) = (self.oracle.owed.len(), self.chance(15));
        let indicator = if self.chance(50) { format!("{goal}-a") } else { String::new() };
        self.oracle.owed.push(Owed {
            cycle: cycle.to_owned(),
            organisation: organisation.to_owned(),
            goal: goal.to_owned(),
            indicator,
            is_optional,
            is_assigned: false,
            is_settled: false,
        });
        let assigned = if self.chance(80) { 0 } else { deadline - 20 + self.below(40) };
        self.on(assigned, Happening::Assigned(owed));
        for (percent, happening) in [
            (60, Happening::Answered(owed)),
            (30, Happening::Drafted(owed)),
            (10, Happening::Removed(owed)),
            (10, Happening::Accepted(owed)),
        ] {
            // Nothing is taken in before the opening.
            let day = (deadline - 25 + self.below(50)).max(opening);
            if self.chance(percent) {
                self.on(day.max(assigned), happening);
            }
        }
    }

    fn on(&mut self, day: i64, happening: Happening) {
        self.happenings.entry(day.max(0)).or_default().push(happening);
    }

    async fn hire(&mut self, number: usize) {
        let id = format!("person-{number}");
        post::person(&self.pool, &id, ["nl", "en"][number % 2]).await;
        let mut memberships = Vec::new();
        for of in 0..=self.below(3) {
            let is_coordinator = self.chance(25);
            let organisation = match self.below(6) {
                0 => "",
                code => ORGANISATIONS[usize::try_from(code).unwrap() % 4],
            };
            let limited = !is_coordinator && self.chance(20);
            let (first, last) = if self.chance(50) {
                (0, DAYS)
            } else {
                let first = self.below(DAYS);
                (first, first + self.below(200))
            };
            let role = if is_coordinator { pb::Role::Coordinator } else { pb::Role::Contributor };
            let mut grant = grant(role, organisation);
            grant.goals = if limited { vec!["1.1".to_owned()] } else { Vec::new() };
            post::membership(&self.pool, (&id, of + 1), &grant, (&date(first), &date(last))).await;
            let (organisation, goals) = (organisation.to_owned(), grant.goals);
            memberships.push(Membership { is_coordinator, organisation, goals, first, last });
        }
        self.oracle.people.push(Person { id, is_erased: false, memberships });
        if self.chance(20) {
            let day = self.below(DAYS);
            self.on(day, Happening::Erased(number));
        }
    }

    /// Lives through the year and returns how often the process was killed.
    async fn live(&mut self, fault: Option<Fault>) -> usize {
        let mut process = self.sandbox.reminding(|_| ()).await;
        let (mut kills, mut away) = (0, 0);
        for day in 0..DAYS {
            for happening in self.happenings.remove(&day).unwrap_or_default() {
                self.happen(happening).await;
            }
            if away == 0 && self.chance(2) {
                away = 1 + self.below(20);
            }
            if 0 < away {
                away -= 1;
            } else {
                kills += self.finish_a_round(&mut process, fault).await;
                self.oracle.live(day);
            }
            self.sandbox.clock.advance(DAY);
        }
        kills
    }

    /// Does a round, which up to three kills begin anew.
    async fn finish_a_round(&mut self, process: &mut Storage, fault: Option<Fault>) -> usize {
        for kills in 0..3 {
            let steps = 1 + self.random.below(STEPS_OF_A_ROUND);
            if has_finished(process, steps).await {
                return kills;
            }
            *process = self.sandbox.reminding(|_| ()).await;
            match fault {
                Some(Fault::MarkedBeforeSent) => {
                    self.run("UPDATE reminders SET send_time = 1 WHERE send_time = 0").await;
                }
                Some(Fault::Forgetful) => {
                    self.run("DELETE FROM reminder_items").await;
                    self.run("DELETE FROM reminders").await;
                }
                None => {}
            }
        }
        process.remind_once().await.unwrap();
        3
    }

    async fn run(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.pool).await.unwrap();
    }

    async fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Assigned(of) => {
                self.oracle.owed[of].is_assigned = true;
                self.assign(of).await;
            }
            Happening::Answered(of) => {
                self.oracle.owed[of].is_settled = true;
                self.save(of, pb::SaveMode::Submit).await;
            }
            Happening::Drafted(of) => self.save(of, pb::SaveMode::Draft).await,
            Happening::Removed(of) => {
                self.oracle.owed[of].is_assigned = false;
                self.remove(of).await;
            }
            Happening::Accepted(of) if self.oracle.owed[of].is_open() => {
                self.oracle.owed[of].is_settled = true;
                self.accept(of).await;
            }
            Happening::Accepted(_) => {}
            Happening::Moved { cycle, organisation, deadline } => {
                let cycle = &mut self.oracle.cycles[cycle];
                cycle.extended.insert(organisation.to_owned(), deadline);
                let request = pb::SetDeadlineRequest {
                    cycle: cycle.name.clone(),
                    organisation: organisation.to_owned(),
                    deadline: date(deadline),
                    reason: "Verkiezingen.".to_owned(),
                };
                self.sandbox.obligations.obligations().set_deadline(request).await.unwrap();
            }
            Happening::Erased(number) => {
                self.received();
                self.oracle.people[number].is_erased = true;
                post::erase(&self.pool, &self.oracle.people[number].id).await;
            }
        }
    }

    async fn assign(&self, of: usize) {
        let Owed { cycle, organisation, goal, indicator, is_optional, .. } = &self.oracle.owed[of];
        let obligation =
            pb::Obligation { optional: *is_optional, ..owed(organisation, goal, indicator) };
        let request = pb::AssignObligationsRequest {
            cycle: cycle.clone(),
            obligations: vec![obligation],
            validate_only: false,
        };
        self.sandbox.obligations.obligations().assign_obligations(request).await.unwrap();
    }

    async fn remove(&self, of: usize) {
        let owed = self.oracle.owed[of].clone();
        let request = pb::RemoveObligationRequest {
            cycle: owed.cycle,
            organisation: owed.organisation,
            goal: owed.goal,
            indicator: owed.indicator,
            reason: "Vergissing.".into(),
        };
        self.sandbox.obligations.obligations().remove_obligation(request).await.unwrap();
    }

    async fn accept(&self, of: usize) {
        let owed = self.oracle.owed[of].clone();
        let request = pb::AcceptGapRequest {
            cycle: owed.cycle,
            organisation: owed.organisation,
            goal: owed.goal,
            indicator: owed.indicator,
            reason: "Volgt later.".into(),
        };
        self.sandbox.obligations.obligations().accept_gap(request).await.unwrap();
    }

    async fn save(&mut self, of: usize, mode: pb::SaveMode) {
        let owed = self.oracle.owed[of].clone();
        let answer = if mode == pb::SaveMode::Submit && self.chance(30) {
            model::AnswerStatus::NothingToReport
        } else {
            model::AnswerStatus::Reported
        };
        let content = model::Content {
            goals: vec![owed.goal],
            indicators: (!owed.indicator.is_empty())
                .then_some(owed.indicator)
                .into_iter()
                .collect(),
            answer: Some(answer),
            ..testkit::content("Tekst.")
        };
        let save = pb::Save {
            cycle: owed.cycle,
            organisation: owed.organisation,
            content: Some(content.into()),
            mode: mode.into(),
            ..testkit::save(&format!("a-{of}-{mode:?}"), "")
        };
        let saved = calls::save(&mut self.sandbox.client.clone(), save).await;
        assert_eq!(saved.outcome(), pb::SaveOutcome::Accepted, "{saved:?}");
    }
}

/// Does so many steps of a round and no more: between any two of them a process may be killed. Returns whether that was all.
pub(super) async fn has_finished(process: &Storage, mut steps: usize) -> bool {
    let mut round = pin!(process.remind_once());
    std::future::poll_fn(|context| {
        if steps == 0 {
            return Poll::Ready(false);
        }
        steps -= 1;
        round.as_mut().poll(context).map(|done| {
            done.unwrap();
            true
        })
    })
    .await
}
