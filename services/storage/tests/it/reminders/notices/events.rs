//! Many days of random acts by several people, and a process that is killed at random points and is away for days. What was
//! mailed at the end is what the oracle says, each once, in everybody's language, and shows what is there.

use std::collections::{BTreeMap, BTreeSet};

use storage::Storage;
use wire::v1 as pb;

use super::{
    Mailed, Recipient, answer, approve, assert_exists, assign, begin, by, change, give_back,
    mailed, mailing, publish_all, recipient, remark, saved, withdraw,
};
use crate::{
    audit::{Random, pool},
    database::Database,
    reminders::{
        DAY, folder, owed,
        post::mails as all_mails,
        year::{Fault, differences, has_finished},
    },
    sandbox::Sandbox,
};

const DAYS: usize = 90;
/// Acts of a day, at most.
const MAX_ACTS: usize = 4;
/// So many steps of a round, at most, are done before a kill.
const STEPS_OF_A_ROUND: usize = 150;

const PEOPLE: [Recipient; 8] = [
    recipient("anna", "nl", "at_once", pb::Role::Contributor, "alfa"),
    recipient("arie", "en", "daily", pb::Role::Contributor, "alfa"),
    recipient("bert", "nl", "off", pb::Role::Contributor, "beta"),
    recipient("bea", "en", "at_once", pb::Role::Contributor, "beta"),
    recipient("rita", "nl", "daily", pb::Role::Reviewer, "alfa"),
    recipient("rob", "en", "at_once", pb::Role::Reviewer, "beta"),
    Recipient { goals: &["1.1"], ..recipient("rik", "nl", "at_once", pb::Role::Reviewer, "alfa") },
    recipient("carla", "nl", "at_once", pb::Role::Coordinator, ""),
];

pub(crate) async fn a_year_of_events_with_random_kills_mails_what_is_specified(sandbox: Sandbox) {
    let mut story = Story::begin(&sandbox, "a year of events").await;
    let kills = story.live(None).await;
    let mails = mailed(&sandbox).await;
    assert_eq!(mails.len(), all_mails(&folder(&sandbox)).len(), "a mail is not kept");
    let (expected, got) = (story.expected(), shown(&mails));
    assert!(100 < expected.len(), "only {} things to hear of", expected.len());
    assert!(0 < kills, "the process was never killed");
    let (lost, invented) = differences(&expected, &got);
    assert!(lost.is_empty() && invented.is_empty(), "lost {lost:#?}, invented {invented:#?}");
    let kinds: BTreeSet<&str> = got.iter().filter_map(|one| one.split(' ').nth(1)).collect();
    assert_eq!(kinds.len(), 9, "{kinds:?}");
    assert_daily(&mails);
    let mut places = BTreeSet::new();
    for mail in &mails {
        let recipient = PEOPLE.iter().find(|one| one.id == mail.kept.recipient).unwrap();
        let greeting = if recipient.language == "nl" { "Goedendag,\n" } else { "Hello,\n" };
        assert!(mail.text.starts_with(greeting), "{}", mail.text);
        assert!(!mail.places().is_empty(), "{}", mail.text);
        places.extend(mail.places());
    }
    for place in places {
        assert_exists(&sandbox, place).await;
    }
    eprintln!("{} mails about {} things, {kills} kills", mails.len(), got.len());
}

/// The comparison sees what it is there to see.
pub(crate) async fn a_fault_is_seen(fault: Fault) {
    let sandbox = Sandbox::on(Database::sqlite()).await;
    let mut story = Story::begin(&sandbox, "a year of events with a fault").await;
    story.live(Some(fault)).await;
    story.keep().await;
    let (lost, invented) = differences(&story.expected(), &story.received);
    match fault {
        Fault::MarkedBeforeSent => assert!(!lost.is_empty(), "no mail was lost"),
        Fault::Forgetful => assert!(!invented.is_empty(), "no mail came twice"),
    }
}

fn shown(mails: &[Mailed]) -> Vec<String> {
    mails.iter().flat_map(Mailed::shown).collect()
}

/// Whoever chose one mail a day got no two on a day.
fn assert_daily(mails: &[Mailed]) {
    let mut days = BTreeSet::new();
    for Mailed { kept, .. } in mails {
        let is_daily = PEOPLE.iter().any(|one| one.id == kept.recipient && one.choice == "daily");
        let day = kept.create_time.as_ref().unwrap().seconds / 86_400;
        assert!(!is_daily || days.insert((&kept.recipient, day)), "two on a day: {kept:?}");
    }
}

/// Where a contribution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Submitted,
    Returned,
    Approved,
}

/// A contribution as the oracle knows it.
struct Text {
    last: pb::Contribution,
    organisation: &'static str,
    goal: &'static str,
    state: State,
}

/// A remark with those who took part in the talk.
struct Talk {
    id: String,
    text: usize,
    people: BTreeSet<&'static str>,
}

struct Story<'a> {
    sandbox: &'a Sandbox,
    random: Random,
    texts: Vec<Text>,
    talks: Vec<Talk>,
    assigned: BTreeMap<(&'static str, &'static str), bool>,
    saves: usize,
    /// How often the deadline was moved.
    moves: usize,
    /// What is to be heard: person, word and id.
    expected: Vec<String>,
    /// What was in the folder before a fault emptied the tables.
    received: Vec<String>,
    /// Mails that were counted.
    counted: BTreeSet<String>,
}

impl<'a> Story<'a> {
    async fn begin(sandbox: &'a Sandbox, what: &str) -> Self {
        begin(sandbox, &PEOPLE).await;
        Self {
            sandbox,
            random: Random::new(what),
            texts: Vec::new(),
            talks: Vec::new(),
            assigned: BTreeMap::new(),
            saves: 0,
            moves: 0,
            expected: Vec::new(),
            received: Vec::new(),
            counted: BTreeSet::new(),
        }
    }

    fn expected(&self) -> Vec<String> {
        self.expected.clone()
    }

    /// Keeps what is in the folder, as far as it is not kept yet and the tables know it.
    async fn keep(&mut self) {
        for mail in mailed(self.sandbox).await {
            if self.counted.insert(mail.kept.id.clone()) {
                self.received.extend(mail.shown());
            }
        }
    }

    /// Lives through the days and returns how often the process was killed.
    async fn live(&mut self, fault: Option<Fault>) -> usize {
        let mut process = mailing(self.sandbox).await;
        let (mut kills, mut away) = (0, 0);
        for _ in 0..DAYS {
            for _ in 0..self.random.below(MAX_ACTS + 1) {
                self.act().await;
            }
            if away == 0 && self.random.below(100) < 5 {
                away = 1 + self.random.below(7);
            }
            if 0 < away {
                away -= 1;
            } else {
                kills += self.finish_a_round(&mut process, fault).await;
            }
            self.sandbox.clock.advance(DAY);
        }
        // What waits for the next day goes out too.
        process.remind_once().await.unwrap();
        self.sandbox.clock.advance(DAY);
        process.remind_once().await.unwrap();
        kills
    }

    /// Does a round, which up to three kills begin anew.
    async fn finish_a_round(&mut self, process: &mut Storage, fault: Option<Fault>) -> usize {
        for kills in 0..3 {
            let steps = 1 + self.random.below(STEPS_OF_A_ROUND);
            if has_finished(process, steps).await {
                return kills;
            }
            *process = mailing(self.sandbox).await;
            match fault {
                Some(Fault::MarkedBeforeSent) => {
                    self.run(&["UPDATE reminders SET send_time = 1 WHERE send_time = 0"]).await;
                }
                Some(Fault::Forgetful) => {
                    self.keep().await;
                    for mail in std::fs::read_dir(folder(self.sandbox)).into_iter().flatten() {
                        // The process that was killed may still be at it.
                        let _ = std::fs::remove_file(mail.unwrap().path());
                    }
                    self.run(&[
                        "DELETE FROM notice_items",
                        "DELETE FROM reminders",
                        "UPDATE notice_cursor SET position = 0",
                    ])
                    .await;
                }
                None => {}
            }
        }
        process.remind_once().await.unwrap();
        3
    }

    async fn run(&self, statements: &[&'static str]) {
        let pool = pool(self.sandbox).await;
        for sql in statements {
            sqlx::query(*sql).execute(&pool).await.unwrap();
        }
    }

    /// Somebody does something, where there is anything to do it with.
    async fn act(&mut self) {
        match self.random.below(10) {
            0 | 1 => self.write().await,
            2 => self.give_back().await,
            3 => self.approve().await,
            4 => self.write_again().await,
            5 => self.remark().await,
            6 => self.answer().await,
            7 => self.move_deadline().await,
            8 => self.publish().await,
            _ => self.assign().await,
        }
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        if of.is_empty() { None } else { Some(of[self.random.below(of.len())]) }
    }

    /// A text in a state.
    fn text_in(&mut self, state: State) -> Option<usize> {
        let found: Vec<usize> =
            (0..self.texts.len()).filter(|text| self.texts[*text].state == state).collect();
        self.pick(&found)
    }

    fn writer(&mut self, organisation: &str) -> &'static str {
        let writers = if organisation == "alfa" { ["anna", "arie"] } else { ["bert", "bea"] };
        self.pick(&writers).unwrap()
    }

    fn judge(&mut self, organisation: &str) -> &'static str {
        let reviewer = if organisation == "alfa" { "rita" } else { "rob" };
        self.pick(&[reviewer, "carla"]).unwrap()
    }

    /// Notes who is to hear of an act.
    fn expect(
        &mut self,
        (kind, object, actor): (&str, &str, &str),
        roles: &[pb::Role],
        (organisation, goal): (&str, &str),
        among: Option<&BTreeSet<&'static str>>,
    ) {
        for Recipient { id, choice, role, organisation: of, goals, .. } in PEOPLE {
            let is_theirs = roles.contains(&role)
                && (of.is_empty() || of == organisation)
                && (goals.is_empty() || goals.contains(&goal))
                && among.is_none_or(|among| among.contains(id));
            if is_theirs && id != actor && choice != "off" {
                self.expected.push(format!("{id} {kind} {object}"));
            }
        }
    }

    fn save(&mut self, external_id: &str, organisation: &str, goal: &str) -> pb::Save {
        self.saves += 1;
        let content = model::Content {
            goals: vec![goal.to_owned()],
            indicators: vec![format!("{goal}-a")],
            ..testkit::content(&format!("Tekst {}.", self.saves))
        };
        pb::Save {
            organisation: organisation.to_owned(),
            content: Some(content.into()),
            ..testkit::save(external_id, "")
        }
    }

    async fn write(&mut self) {
        let organisation = self.pick(&["alfa", "beta"]).unwrap();
        let goal = self.pick(&["1", "1.1"]).unwrap();
        let writer = self.writer(organisation);
        let save = self.save(&format!("t-{}", self.texts.len()), organisation, goal);
        let last = saved(self.sandbox, writer, save).await;
        let id = last.id.clone();
        self.expect(("handed-in", &id, writer), &[pb::Role::Reviewer], (organisation, goal), None);
        self.texts.push(Text { last, organisation, goal, state: State::Submitted });
    }

    async fn write_again(&mut self) {
        let Some(place) = self.text_in(State::Returned) else { return };
        let Text { organisation, goal, .. } = self.texts[place];
        let writer = self.writer(organisation);
        let save = self.save(&format!("t-{place}"), organisation, goal);
        let last = saved(self.sandbox, writer, save).await;
        let id = last.id.clone();
        self.expect(("handed-in", &id, writer), &[pb::Role::Reviewer], (organisation, goal), None);
        self.texts[place].last = last;
        self.texts[place].state = State::Submitted;
    }

    async fn give_back(&mut self) {
        let Some(place) = self.text_in(State::Submitted) else { return };
        self.decide(place, "returned", State::Returned).await;
    }

    async fn approve(&mut self) {
        let Some(place) = self.text_in(State::Submitted) else { return };
        self.decide(place, "approved", State::Approved).await;
    }

    async fn decide(&mut self, place: usize, kind: &str, state: State) {
        let Text { organisation, goal, .. } = self.texts[place];
        let judge = self.judge(organisation);
        let last = &self.texts[place].last;
        match state {
            State::Approved => approve(self.sandbox, judge, last).await,
            _ => give_back(self.sandbox, judge, last, "Maak dit duidelijk.").await,
        }
        let id = last.id.clone();
        self.expect((kind, &id, judge), &[pb::Role::Contributor], (organisation, goal), None);
        self.texts[place].state = state;
    }

    async fn remark(&mut self) {
        let places: Vec<usize> = (0..self.texts.len()).collect();
        let Some(text) = self.pick(&places) else { return };
        let Text { organisation, goal, .. } = self.texts[text];
        let somebody = self.somebody(organisation);
        let id = remark(self.sandbox, somebody, &self.texts[text].last).await;
        let roles = [pb::Role::Contributor, pb::Role::Reviewer];
        self.expect(("remarked", &id, somebody), &roles, (organisation, goal), None);
        self.talks.push(Talk { id, text, people: BTreeSet::from([somebody]) });
    }

    async fn answer(&mut self) {
        let places: Vec<usize> = (0..self.talks.len()).collect();
        let Some(place) = self.pick(&places) else { return };
        let Talk { id, text, people } = &self.talks[place];
        let (id, text, people) = (id.clone(), *text, people.clone());
        let Text { organisation, goal, .. } = self.texts[text];
        let somebody = self.somebody(organisation);
        answer(self.sandbox, somebody, &id).await;
        let roles = [pb::Role::Contributor, pb::Role::Reviewer, pb::Role::Coordinator];
        self.expect(("answered", &id, somebody), &roles, (organisation, goal), Some(&people));
        self.talks[place].people.insert(somebody);
    }

    /// Somebody who works on texts of an organisation.
    fn somebody(&mut self, organisation: &str) -> &'static str {
        let (writer, judge) = (self.writer(organisation), self.judge(organisation));
        self.pick(&[writer, judge]).unwrap()
    }

    /// Publishes what changed since the last edition, if anything did, and mostly withdraws it again: everybody hears of both.
    async fn publish(&mut self) {
        let request = pb::PublishEditionRequest {
            cycle: "plan/2021".into(),
            date: "2022-01-01".into(),
            formats: vec![pb::Format::Html.into()],
            ..pb::PublishEditionRequest::default()
        };
        let client = by(self.sandbox, "piet");
        let Ok(answer) = client.editions().publish_edition(request).await else { return };
        let edition = answer.into_inner();
        if !edition.created {
            return;
        }
        let name = edition.edition.unwrap().name;
        publish_all(self.sandbox, &name).await;
        self.expect_all("published", &name, "piet");
        if 0 < self.random.below(3) {
            withdraw(self.sandbox, &name).await;
            self.expect_all("withdrawn", &name, "piet");
        }
    }

    /// Notes that everybody hears of something but who did it.
    fn expect_all(&mut self, kind: &str, object: &str, actor: &str) {
        let recipients = PEOPLE.iter().filter(|one| one.id != actor && one.choice != "off");
        self.expected.extend(recipients.map(|one| format!("{} {kind} {object}", one.id)));
    }

    /// Gives the cycle another deadline far ahead, which whoever works for it hears of.
    async fn move_deadline(&mut self) {
        self.moves += 1;
        let deadline = Some(format!("{}-01-01", 2030 + self.moves));
        let moved = pb::ChangeCycleRequest { deadline, ..pb::ChangeCycleRequest::default() };
        change(self.sandbox, "carla", moved).await;
        self.expect_all("changed", "plan/2021", "carla");
    }

    /// Assigns something, or makes it optional, or required again.
    async fn assign(&mut self) {
        let organisation = self.pick(&["alfa", "beta"]).unwrap();
        let goal = self.pick(&["1", "1.1"]).unwrap();
        let optional = self.assigned.get(&(organisation, goal)).is_some_and(|optional| !optional);
        self.assigned.insert((organisation, goal), optional);
        let obligation = pb::Obligation { optional, ..owed(organisation, goal, "") };
        assign(self.sandbox, "carla", obligation).await;
        let act = ("assigned", "plan/2021", "carla");
        self.expect(act, &[pb::Role::Contributor], (organisation, goal), None);
    }
}
