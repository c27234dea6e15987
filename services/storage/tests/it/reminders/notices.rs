//! Notices: promises of every database, from what somebody does to the mail in somebody else's hands.

pub(crate) mod events;

use std::collections::BTreeMap;

use storage::Storage;
use testkit::save;
use wire::{internal, v1 as pb};

use crate::{
    audit::pool,
    calls,
    editions::withdrawal::publish_all,
    erasure::{erase, tables_that_hold},
    people,
    reminders::{
        DAY, folder, list,
        post::{self, grant, mails, membership},
        round,
    },
    sandbox::{Client, Sandbox},
};

pub(crate) use crate::reminders::notices::events::a_year_of_events_with_random_kills_mails_what_is_specified;

/// Reminders of a page.
const PAGE: i32 = 1_000;

/// Somebody who hears of what happens.
#[derive(Debug, Clone, Copy)]
struct Recipient {
    id: &'static str,
    language: &'static str,
    /// `at_once`, `daily` or `off`.
    choice: &'static str,
    role: pb::Role,
    /// Empty: all.
    organisation: &'static str,
    /// Empty: all.
    goals: &'static [&'static str],
}

const fn recipient(
    id: &'static str,
    language: &'static str,
    choice: &'static str,
    role: pb::Role,
    organisation: &'static str,
) -> Recipient {
    Recipient { id, language, choice, role, organisation, goals: &[] }
}

/// Anna writes for alfa and Bert for beta, Rita reviews alfa, Carla coordinates and Piet publishes.
const STORY: [Recipient; 5] = [
    recipient("anna", "nl", "at_once", pb::Role::Contributor, "alfa"),
    recipient("bert", "nl", "at_once", pb::Role::Contributor, "beta"),
    recipient("rita", "en", "at_once", pb::Role::Reviewer, "alfa"),
    recipient("carla", "nl", "at_once", pb::Role::Coordinator, ""),
    recipient("piet", "nl", "at_once", pb::Role::Publisher, ""),
];

/// The example's cycle, with people who hear of what happens in it.
async fn begin(sandbox: &Sandbox, people: &[Recipient]) {
    calls::prepared(sandbox).await;
    let pool = pool(sandbox).await;
    for Recipient { id, language, choice, role, organisation, goals } in people {
        post::person(&pool, id, language).await;
        choose(sandbox, id, choice).await;
        let goals = goals.iter().map(ToString::to_string).collect();
        let grant = pb::Grant { goals, ..grant(*role, organisation) };
        membership(&pool, (id, 1), &grant, ("", "")).await;
    }
}

async fn choose(sandbox: &Sandbox, id: &str, choice: &str) {
    let sql = "UPDATE people SET notices = $1 WHERE id = $2";
    sqlx::query(sql).bind(choice).bind(id).execute(&pool(sandbox).await).await.unwrap();
}

fn by(sandbox: &Sandbox, somebody: &str) -> Client {
    Client::new(sandbox.by(somebody))
}

async fn saved(sandbox: &Sandbox, somebody: &str, one: pb::Save) -> pb::Contribution {
    let result = calls::save(&mut by(sandbox, somebody), one).await;
    assert_eq!(result.outcome(), pb::SaveOutcome::Accepted, "{:?}", result.error);
    result.contribution.unwrap()
}

async fn give_back(sandbox: &Sandbox, somebody: &str, of: &pb::Contribution, text: &str) {
    let passage = of.passages[0].id.clone();
    let request = pb::ReturnContributionRequest {
        id: of.id.clone(),
        etag: of.etag.clone(),
        reason: pb::ReturnReason::Unclear.into(),
        text: text.into(),
        targets: vec![pb::Target { passage, ..pb::Target::default() }],
    };
    by(sandbox, somebody).reviews().return_contribution(request).await.unwrap();
}

async fn approve(sandbox: &Sandbox, somebody: &str, of: &pb::Contribution) {
    let request = pb::ApproveContributionRequest {
        id: of.id.clone(),
        etag: of.etag.clone(),
        override_reason: String::new(),
    };
    by(sandbox, somebody).reviews().approve_contribution(request).await.unwrap();
}

/// Makes a remark and returns its id.
async fn remark(sandbox: &Sandbox, somebody: &str, of: &pb::Contribution) -> String {
    let request = pb::AddRemarkRequest {
        contribution: of.id.clone(),
        target: Some(pb::Target::default()),
        text: "Waarom?".into(),
        request_id: String::new(),
    };
    let made = by(sandbox, somebody).remarks().add_remark(request).await.unwrap().into_inner();
    made.remark.unwrap().id
}

async fn answer(sandbox: &Sandbox, somebody: &str, remark: &str) {
    let request = pb::AnswerRemarkRequest {
        remark: remark.into(),
        text: "Daarom.".into(),
        request_id: String::new(),
    };
    by(sandbox, somebody).remarks().answer_remark(request).await.unwrap();
}

async fn assign(sandbox: &Sandbox, somebody: &str, obligation: pb::Obligation) {
    let request = pb::AssignObligationsRequest {
        cycle: "plan/2021".into(),
        obligations: vec![obligation],
        validate_only: false,
    };
    by(sandbox, somebody).obligations().assign_obligations(request).await.unwrap();
}

async fn change(sandbox: &Sandbox, somebody: &str, change: pb::ChangeCycleRequest) {
    let request = pb::ChangeCycleRequest {
        name: "plan/2021".into(),
        reason: "Zo is besloten.".into(),
        ..change
    };
    by(sandbox, somebody).cycles().change_cycle(request).await.unwrap();
}

/// A mail in the folder, with what is kept of it.
#[derive(Debug, Clone)]
struct Mailed {
    kept: pb::Reminder,
    text: String,
}

impl Mailed {
    /// To whom and about what, a line for each thing.
    fn shown(&self) -> Vec<String> {
        let to = &self.kept.recipient;
        self.kept.notices.iter().map(|notice| format!("{to} {notice}")).collect()
    }

    /// The pages and commands that it gives.
    fn places(&self) -> Vec<&str> {
        self.text.lines().filter_map(|line| line.strip_prefix("  ")).collect()
    }
}

/// Every mail in the folder that is kept too.
async fn mailed(sandbox: &Sandbox) -> Vec<Mailed> {
    let mut request =
        pb::ListRemindersRequest { page_size: PAGE, show_notices: true, ..Default::default() };
    let mut kept = BTreeMap::new();
    loop {
        let page = list(sandbox, request.clone()).await;
        kept.extend(page.reminders.into_iter().map(|one| (one.id.clone(), one)));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let read = |mail: post::Mail| {
        let id = mail.id.trim_start_matches('<').split('@').next().unwrap().to_owned();
        let kept = kept.get(&id)?.clone();
        assert_eq!(mail.to, format!("{}@example.nl", kept.recipient));
        assert_eq!(mail.text, kept.text);
        Some(Mailed { kept, text: mail.text })
    };
    mails(&folder(sandbox)).into_iter().filter_map(read).collect()
}

/// To whom and about what, sorted.
async fn all_heard(sandbox: &Sandbox) -> Vec<String> {
    let mut shown: Vec<String> = mailed(sandbox).await.iter().flat_map(Mailed::shown).collect();
    shown.sort();
    shown
}

/// Does a round and returns what was heard in it.
async fn news(sandbox: &Sandbox, storage: &Storage) -> Vec<String> {
    let before = all_heard(sandbox).await;
    round(storage).await;
    let mut news = all_heard(sandbox).await;
    for known in &before {
        let place = news.iter().position(|one| one == known).unwrap();
        news.remove(place);
    }
    news
}

/// What a mail gives is there.
async fn assert_exists(sandbox: &Sandbox, place: &str) {
    if let Some((_, edition)) = place.split_once("://plan.example.nl/") {
        calls::edition(&mut sandbox.client.clone(), edition).await;
        return;
    }
    let words: Vec<&str> = place.split(' ').collect();
    match words[..] {
        ["voortgang", "contribution", "show", cycle, organisation, external_id]
        | ["voortgang", "review", "decisions", cycle, organisation, external_id]
        | ["voortgang", "remark", "list", cycle, organisation, external_id] => {
            let request = pb::GetContributionRequest {
                cycle: cycle.into(),
                organisation: organisation.into(),
                external_id: external_id.into(),
                ..pb::GetContributionRequest::default()
            };
            sandbox.client.contributions().get_contribution(request).await.unwrap();
        }
        ["voortgang", "obligations", "list", cycle, "--organisation", organisation] => {
            let request = pb::GetCycleRequest { name: cycle.into() };
            let found = sandbox.client.cycles().get_cycle(request).await.unwrap().into_inner();
            assert!(found.cycle.unwrap().organisations.contains(&organisation.to_owned()));
        }
        ["voortgang", "cycle", "changes", cycle] => {
            let request = pb::ListCycleChangesRequest { name: cycle.into(), ..Default::default() };
            let found = sandbox.client.cycles().list_cycle_changes(request).await.unwrap();
            assert!(!found.into_inner().changes.is_empty());
        }
        _ => panic!("{place} is nothing that a mail gives"),
    }
}

/// A process that mails links to pages of an address.
async fn mailing(sandbox: &Sandbox) -> Storage {
    sandbox.reminding(|config| config.pages_at = "https://plan.example.nl".into()).await
}

pub(crate) async fn each_whose_work_it_is_hears_of_it_once(sandbox: Sandbox) {
    begin(&sandbox, &STORY).await;
    let storage = mailing(&sandbox).await;
    assert_eq!(news(&sandbox, &storage).await, [""; 0]);
    assign(&sandbox, "carla", super::owed("alfa", "1", "1-a")).await;
    assert_eq!(news(&sandbox, &storage).await, ["anna assigned plan/2021"]);
    let one = saved(&sandbox, "anna", save("a-1", "Een fonds gaf geld.")).await;
    assert_eq!(news(&sandbox, &storage).await, [format!("rita handed-in {}", one.id)]);
    give_back(&sandbox, "rita", &one, "Welk fonds?").await;
    assert_eq!(news(&sandbox, &storage).await, [format!("anna returned {}", one.id)]);
    // Nobody hears of their own remark; of an answer those hear who took part before.
    let first = remark(&sandbox, "anna", &one).await;
    assert_eq!(news(&sandbox, &storage).await, [format!("rita remarked {first}")]);
    answer(&sandbox, "carla", &first).await;
    assert_eq!(news(&sandbox, &storage).await, [format!("anna answered {first}")]);
    answer(&sandbox, "anna", &first).await;
    assert_eq!(news(&sandbox, &storage).await, [format!("carla answered {first}")]);
    let again = saved(&sandbox, "anna", save("a-1", "Fonds Zon gaf geld.")).await;
    approve(&sandbox, "rita", &again).await;
    let expected = [format!("anna approved {}", one.id), format!("rita handed-in {}", one.id)];
    assert_eq!(news(&sandbox, &storage).await, expected);
    calls::publish(&mut by(&sandbox, "piet"), "2022-01-01").await;
    assert_eq!(news(&sandbox, &storage).await, [""; 0], "it is not public yet");
    publish_all(&sandbox, "plan/2021/1").await;
    let expected =
        ["anna", "bert", "carla", "rita"].map(|to| format!("{to} published plan/2021/1"));
    assert_eq!(news(&sandbox, &storage).await, expected);
    assert_eq!(news(&sandbox, &storage).await, [""; 0]);
    withdraw(&sandbox, "plan/2021/1").await;
    let expected =
        ["anna", "bert", "carla", "rita"].map(|to| format!("{to} withdrawn plan/2021/1"));
    assert_eq!(news(&sandbox, &storage).await, expected);
    for mail in mailed(&sandbox).await {
        assert!(!mail.places().is_empty(), "{}", mail.text);
        for place in mail.places() {
            assert_exists(&sandbox, place).await;
        }
        assert!(!mail.text.contains("Naam van"), "a mail names nobody: {}", mail.text);
    }
}

async fn withdraw(sandbox: &Sandbox, edition: &str) {
    let reason = "Een cijfer klopt niet.".into();
    let request = pb::WithdrawEditionRequest { name: edition.into(), reason };
    by(sandbox, "piet").editions().withdraw_edition(request).await.unwrap();
}

pub(crate) async fn an_edition_that_was_never_public_is_withdrawn_unheard(sandbox: Sandbox) {
    begin(&sandbox, &STORY).await;
    saved(&sandbox, "anna", save("a-1", "Een fonds gaf geld.")).await;
    let storage = mailing(&sandbox).await;
    round(&storage).await;
    calls::publish(&mut by(&sandbox, "piet"), "2022-01-01").await;
    let job = "plan/2021/1/html/nl";
    let lease = calls::lease(&mut sandbox.rendering.clone(), job).await.unwrap();
    let fail = internal::FailJobRequest { name: job.into(), lease, error: "broken".into() };
    sandbox.rendering.jobs().fail_job(fail).await.unwrap();
    withdraw(&sandbox, "plan/2021/1").await;
    assert_eq!(news(&sandbox, &storage).await, [""; 0]);
}

pub(crate) async fn a_return_is_mailed_with_its_reason_and_passage(sandbox: Sandbox) {
    begin(&sandbox, &STORY).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een fonds gaf geld.")).await;
    give_back(&sandbox, "rita", &one, "Welk fonds?").await;
    let storage = mailing(&sandbox).await;
    assert_eq!(round(&storage).await, [2, 2, 0]);
    let mails = mailed(&sandbox).await;
    let to_anna = mails.iter().find(|mail| mail.kept.recipient == "anna").unwrap();
    assert_eq!(to_anna.kept.subject, "Teruggegeven: bijdrage alfa/a-1 (Plan 2021)");
    for part in [
        "Reden: iets is niet te begrijpen zoals het er staat\n> Welk fonds?\n",
        &format!("Passage {}: “Een fonds gaf geld.”\n", one.passages[0].id),
        "  voortgang review decisions plan/2021 alfa a-1\n",
    ] {
        assert!(to_anna.text.contains(part), "{part} is not in {}", to_anna.text);
    }
    let to_rita = mails.iter().find(|mail| mail.kept.recipient == "rita").unwrap();
    assert!(to_rita.text.starts_with("Hello,\n"), "{}", to_rita.text);
    // They are no reminders: whoever does not ask for them does not see them.
    assert_eq!(super::all(&sandbox).await, []);
}

pub(crate) async fn who_works_for_a_cycle_hears_how_it_was_changed(sandbox: Sandbox) {
    begin(&sandbox, &STORY).await;
    let storage = mailing(&sandbox).await;
    let moved = pb::ChangeCycleRequest {
        deadline: Some("2022-04-15".into()),
        leaving: vec!["beta".into()],
        ..Default::default()
    };
    change(&sandbox, "carla", moved).await;
    let everybody = ["anna", "bert", "piet", "rita"].map(|to| format!("{to} changed plan/2021"));
    assert_eq!(news(&sandbox, &storage).await, everybody, "whoever left is told of it");
    let mails = mailed(&sandbox).await;
    let to_bert = mails.iter().find(|mail| mail.kept.recipient == "bert").unwrap();
    let expected = "Gewijzigd: rapportageronde plan/2021.\nUiterste datum: 15 april 2022\n\
                    Doet niet meer mee: beta\n> Zo is besloten.\nZo bekijkt u het:\n  voortgang cycle changes plan/2021\n";
    assert!(to_bert.text.contains(expected), "{}", to_bert.text);
    let reason = "Het verslag is klaar.".into();
    let close = pb::CloseCycleRequest { name: "plan/2021".into(), reason, validate_only: false };
    by(&sandbox, "piet").cycles().close_cycle(close).await.unwrap();
    let others = ["anna", "carla", "rita"].map(|to| format!("{to} changed plan/2021"));
    assert_eq!(news(&sandbox, &storage).await, others, "beta has nothing to do with it any more");
    let mails = mailed(&sandbox).await;
    assert!(mails.iter().any(|mail| mail.kept.subject == "Closed: cycle plan/2021 (Plan 2021)"));
}

pub(crate) async fn who_chose_so_hears_once_a_day_or_not_at_all(sandbox: Sandbox) {
    begin(&sandbox, &STORY).await;
    choose(&sandbox, "rita", "daily").await;
    choose(&sandbox, "bert", "off").await;
    let storage = mailing(&sandbox).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een.")).await;
    assert_eq!(news(&sandbox, &storage).await, [""; 0]);
    let two = saved(&sandbox, "anna", save("a-2", "Twee.")).await;
    assign(&sandbox, "carla", super::owed("beta", "1", "")).await;
    assert_eq!(news(&sandbox, &storage).await, [""; 0]);
    sandbox.clock.advance(DAY);
    let mut expected = [&one.id, &two.id].map(|id| format!("rita handed-in {id}"));
    expected.sort();
    assert_eq!(news(&sandbox, &storage).await, expected);
    assert_eq!(mailed(&sandbox).await.len(), 1, "a day is in one mail");
    // A clock that goes back sends nothing twice, and what waits waits.
    saved(&sandbox, "anna", save("a-3", "Drie.")).await;
    sandbox.clock.advance(-DAY);
    assert_eq!(news(&sandbox, &storage).await, [""; 0]);
    choose(&sandbox, "rita", "off").await;
    sandbox.clock.advance(3 * DAY);
    assert_eq!(news(&sandbox, &storage).await, [""; 0]);
    // What was not to be heard then is not heard later either.
    choose(&sandbox, "rita", "at_once").await;
    choose(&sandbox, "bert", "at_once").await;
    assert_eq!(news(&sandbox, &storage).await, [""; 0]);
}

pub(crate) async fn who_may_not_see_it_when_the_mail_is_due_hears_nothing(sandbox: Sandbox) {
    let people = [
        recipient("rita", "nl", "daily", pb::Role::Reviewer, "alfa"),
        recipient("rob", "nl", "daily", pb::Role::Reviewer, "alfa"),
        recipient("rik", "nl", "daily", pb::Role::Reviewer, "alfa"),
        Recipient {
            goals: &["1.1"],
            ..recipient("roos", "nl", "at_once", pb::Role::Reviewer, "alfa")
        },
    ];
    begin(&sandbox, &people).await;
    let storage = mailing(&sandbox).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een.")).await;
    assert_eq!(news(&sandbox, &storage).await, [""; 0]);
    let pool = pool(&sandbox).await;
    let sql = "UPDATE memberships SET last_day = '2022-03-01' WHERE person = 'rob'";
    sqlx::query(sql).execute(&pool).await.unwrap();
    post::erase(&pool, "rik").await;
    sandbox.clock.advance(DAY);
    assert_eq!(news(&sandbox, &storage).await, [format!("rita handed-in {}", one.id)]);
    let sql = "UPDATE memberships SET last_day = '' WHERE person = 'rob'";
    sqlx::query(sql).execute(&pool).await.unwrap();
    assert_eq!(news(&sandbox, &storage).await, [""; 0]);
}

pub(crate) async fn a_mail_that_waited_says_what_its_reader_may_still_see(sandbox: Sandbox) {
    let people = ["rita", "rob", "rik", "roos"]
        .map(|id| recipient(id, "nl", "at_once", pb::Role::Reviewer, "alfa"));
    begin(&sandbox, &people).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een.")).await;
    let content = model::Content {
        goals: vec!["1.1".into()],
        indicators: vec!["1.1-a".into()],
        ..testkit::content("Twee.")
    };
    let two = pb::Save { content: Some(content.into()), ..save("a-2", "") };
    let two = saved(&sandbox, "anna", two).await;
    // Nothing is taken by a folder that lies below a file.
    let file = sandbox.folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let away = sandbox.reminding(|config| config.folder = file.join("mail")).await;
    assert_eq!(round(&away).await, [4, 0, 1]);
    let pool = pool(&sandbox).await;
    let sql = "UPDATE memberships SET last_day = '2022-03-01' WHERE person IN ('rob', 'rik')";
    sqlx::query(sql).execute(&pool).await.unwrap();
    let of_one_goal = pb::Grant { goals: vec!["1.1".into()], ..grant(pb::Role::Reviewer, "alfa") };
    membership(&pool, ("rob", 2), &of_one_goal, ("", "")).await;
    choose(&sandbox, "roos", "off").await;
    sandbox.clock.advance(DAY);
    let storage = mailing(&sandbox).await;
    assert_eq!(round(&storage).await, [0, 2, 0]);
    let mut expected = [("rita", &one), ("rita", &two), ("rob", &two)]
        .map(|(to, text)| format!("{to} handed-in {}", text.id));
    expected.sort();
    assert_eq!(all_heard(&sandbox).await, expected);
    let mails = mailed(&sandbox).await;
    let to_rob = mails.iter().find(|mail| mail.kept.recipient == "rob").unwrap();
    assert!(to_rob.text.contains("alfa/a-2") && !to_rob.text.contains("alfa/a-1"));
    assert_eq!(round(&storage).await, [0, 0, 0]);
}

pub(crate) async fn of_a_joint_text_each_of_its_organisations_hears(sandbox: Sandbox) {
    let rob = recipient("rob", "nl", "at_once", pb::Role::Reviewer, "beta");
    let people: Vec<Recipient> = STORY.into_iter().chain([rob]).collect();
    begin(&sandbox, &people).await;
    let storage = mailing(&sandbox).await;
    let alone = saved(&sandbox, "anna", save("a-1", "Van alfa alleen.")).await;
    let expected = [format!("rita handed-in {}", alone.id)];
    assert_eq!(news(&sandbox, &storage).await, expected, "the control");
    let mut joint = save("a-2", "Van beide.");
    joint.content.as_mut().unwrap().partners = vec!["beta".into()];
    let joint = saved(&sandbox, "anna", joint).await;
    let expected = ["rita", "rob"].map(|to| format!("{to} handed-in {}", joint.id));
    assert_eq!(news(&sandbox, &storage).await, expected);
    approve(&sandbox, "carla", &joint).await;
    let expected = ["anna", "bert"].map(|to| format!("{to} approved {}", joint.id));
    assert_eq!(news(&sandbox, &storage).await, expected);
}

pub(crate) async fn what_was_mailed_of_an_erased_text_is_gone(sandbox: Sandbox) {
    const SECRET: &str = "Zilverberk";
    begin(&sandbox, &STORY).await;
    let storage = mailing(&sandbox).await;
    let one = saved(&sandbox, "anna", save("a-1", "Een.")).await;
    give_back(&sandbox, "rita", &one, SECRET).await;
    round(&storage).await;
    let other = saved(&sandbox, "anna", save("a-2", "Twee.")).await;
    let pool = pool(&sandbox).await;
    assert_eq!(tables_that_hold(&pool, &sandbox, SECRET).await, ["decisions", "reminders"]);
    erase(&sandbox, &one.id).await.unwrap();
    round(&storage).await;
    assert_eq!(all_heard(&sandbox).await, [format!("rita handed-in {}", other.id)]);
    assert!(tables_that_hold(&pool, &sandbox, SECRET).await.is_empty());
}

pub(crate) async fn where_they_are_switched_off_nothing_is_made_up_for(sandbox: Sandbox) {
    begin(&sandbox, &STORY).await;
    saved(&sandbox, "anna", save("a-1", "Een.")).await;
    let silent = sandbox.reminding(|config| config.notices = false).await;
    assert_eq!(round(&silent).await, [0, 0, 0]);
    let storage = mailing(&sandbox).await;
    assert_eq!(round(&storage).await, [0, 0, 0]);
    let two = saved(&sandbox, "anna", save("a-2", "Twee.")).await;
    assert_eq!(news(&sandbox, &storage).await, [format!("rita handed-in {}", two.id)]);
    // What waits when they are switched off is not made up for either.
    choose(&sandbox, "rita", "daily").await;
    saved(&sandbox, "anna", save("a-3", "Drie.")).await;
    assert_eq!(round(&storage).await, [0, 0, 0]);
    sandbox.clock.advance(DAY);
    assert_eq!(round(&silent).await, [0, 0, 0]);
    assert_eq!(round(&storage).await, [0, 0, 0]);
}

pub(crate) async fn replicas_at_the_same_time_mail_nothing_twice(sandbox: Sandbox) {
    begin(&sandbox, &STORY).await;
    let (first, second) = (mailing(&sandbox).await, mailing(&sandbox).await);
    let mut expected = Vec::new();
    for number in 0..5 {
        let one = saved(&sandbox, "anna", save(&format!("a-{number}"), "Een.")).await;
        expected.push(format!("rita handed-in {}", one.id));
        let (one, two) = tokio::join!(first.remind_once(), second.remind_once());
        assert_eq!(one.unwrap().decided + two.unwrap().decided, 1);
    }
    expected.sort();
    assert_eq!(all_heard(&sandbox).await, expected);
}

pub(crate) async fn a_choice_stays_where_it_is_not_given(sandbox: Sandbox) {
    let mut client = sandbox.people.clone();
    let new = people::save(&mut client, people::anna()).await.unwrap();
    assert_eq!(new.notices(), pb::NoticeChoice::AtOnce);
    let daily = pb::Person { notices: pb::NoticeChoice::Daily.into(), ..new.clone() };
    let daily = people::save(&mut client, daily).await.unwrap();
    assert_eq!(daily.notices(), pb::NoticeChoice::Daily);
    let silent = pb::Person { name: "Anna B.".into(), notices: 0, ..daily };
    let silent = people::save(&mut client, silent).await.unwrap();
    assert_eq!((silent.notices(), silent.id), (pb::NoticeChoice::Daily, new.id.clone()));
    let unknown = pb::Person { notices: 9, ..new };
    let status = people::save(&mut client, unknown).await.unwrap_err();
    let (field, reason, _) = rpc::field_violations(&status).remove(0);
    assert_eq!((field.as_str(), reason.as_str()), ("person.notices", "UNKNOWN_VALUE"));
}
