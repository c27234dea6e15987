//! Reminders: promises of every database, from what is open to the mail in somebody's hands.

mod encrypted;
pub(crate) mod notices;
mod oracle;
mod post;
mod server;
pub(crate) mod year;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use sqlx::{AnyPool, Row as _};
use storage::{Encryption, Round, Storage};
use testkit::save;
use wire::v1 as pb;

use crate::{
    audit::pool,
    calls,
    reminders::{
        post::{erase, grant, mails, membership, person},
        server::{Mood, Server},
    },
    sandbox::{Reminders, Sandbox, operator},
};

pub(crate) use crate::reminders::year::a_year_with_random_kills_sends_what_is_specified;

const DAY: i64 = 24 * 60 * 60 * 1_000;
const TIMEOUT: Duration = Duration::from_secs(30);

fn owed(organisation: &str, goal: &str, indicator: &str) -> pb::Obligation {
    pb::Obligation {
        organisation: organisation.into(),
        goal: goal.into(),
        indicator: indicator.into(),
        ..pb::Obligation::default()
    }
}

/// A cycle in which alfa owes two things and beta one, by 15 March; the clock stands on 1 March. Anna writes for alfa,
/// Bert for beta, and Cor coordinates.
async fn story(sandbox: &Sandbox) -> AnyPool {
    calls::register(&mut sandbox.client.clone()).await;
    let cycle = pb::Cycle { deadline: "2022-03-15".into(), ..testkit::cycle().into() };
    let request = pb::OpenCycleRequest { cycle: Some(cycle), ..Default::default() };
    sandbox.client.cycles().open_cycle(request).await.unwrap();
    let obligations =
        vec![owed("alfa", "1", "1-a"), owed("alfa", "1.1", ""), owed("beta", "1", "")];
    let request = pb::AssignObligationsRequest {
        cycle: "plan/2021".into(),
        obligations,
        validate_only: false,
    };
    sandbox.obligations.obligations().assign_obligations(request).await.unwrap();
    let pool = pool(sandbox).await;
    for (id, language, role, organisation) in [
        ("anna", "nl", pb::Role::Contributor, "alfa"),
        ("bert", "en", pb::Role::Contributor, "beta"),
        ("cor", "nl", pb::Role::Coordinator, ""),
    ] {
        person(&pool, id, language).await;
        membership(&pool, (id, 1), &grant(role, organisation), ("", "")).await;
    }
    pool
}

fn folder(sandbox: &Sandbox) -> PathBuf {
    sandbox.folder.path().join("mail")
}

/// What is in the folder, sorted.
fn received(sandbox: &Sandbox) -> Vec<String> {
    let mut shown: Vec<String> = mails(&folder(sandbox)).iter().map(post::Mail::shown).collect();
    shown.sort();
    shown
}

async fn round(storage: &Storage) -> [usize; 3] {
    let Round { decided, sent, failed } = storage.remind_once().await.unwrap();
    [decided, sent, failed]
}

async fn list(sandbox: &Sandbox, request: pb::ListRemindersRequest) -> pb::ListRemindersResponse {
    let client = Reminders::new(operator(&sandbox.channel));
    client.reminders().list_reminders(request).await.unwrap().into_inner()
}

async fn all(sandbox: &Sandbox) -> Vec<pb::Reminder> {
    list(sandbox, pb::ListRemindersRequest::default()).await.reminders
}

async fn entries(pool: &AnyPool, action: &str) -> i64 {
    let sql = "SELECT COUNT(*) AS n FROM audit WHERE origin = 'reminders' AND action = $1";
    sqlx::query(sql).bind(action).fetch_one(pool).await.unwrap().get("n")
}

pub(crate) async fn a_digest_goes_out_once_and_ends_with_the_answer(sandbox: Sandbox) {
    let pool = story(&sandbox).await;
    let storage = sandbox.reminding(|_| ()).await;
    assert_eq!(round(&storage).await, [2, 2, 0]);
    assert_eq!(round(&storage).await, [0, 0, 0]);
    let first = [
        "anna@example.nl plan/2021 -14 alfa/1.1 alfa/1/1-a",
        "bert@example.nl plan/2021 -14 beta/1",
    ];
    assert_eq!(received(&sandbox), first);
    let kept = all(&sandbox).await;
    let anna = kept.iter().find(|reminder| reminder.recipient == "anna").unwrap();
    assert_eq!((anna.cycle.as_str(), anna.step, anna.escalation), ("plan/2021", -14, false));
    assert_eq!(anna.obligations, ["alfa/1/1-a", "alfa/1.1"]);
    assert_eq!(
        anna.subject,
        "Herinnering: nog 2 antwoorden nodig, uiterlijk 15 maart 2022 (Plan 2021)"
    );
    assert!(anna.send_time.is_some() && anna.error.is_empty(), "{anna:?}");
    let mail = mails(&folder(&sandbox)).into_iter().find(|mail| mail.text == anna.text).unwrap();
    assert_eq!(mail.id, format!("<{}@localhost>", anna.id));
    assert_eq!(entries(&pool, "reminder.decide").await, 2);
    assert_eq!(entries(&pool, "reminder.send").await, 2);
    // One answer, one draft: the draft counts for nothing.
    let mut client = sandbox.client.clone();
    calls::save(&mut client, save("a-1", "Een.")).await;
    let content = model::Content {
        goals: vec!["1.1".into()],
        indicators: Vec::new(),
        ..testkit::content("Nog niet af.")
    };
    let draft = pb::Save {
        content: Some(content.into()),
        mode: pb::SaveMode::Draft.into(),
        ..save("a-2", "")
    };
    calls::save(&mut client, draft).await;
    sandbox.clock.advance(7 * DAY);
    assert_eq!(round(&storage).await, [2, 2, 0]);
    assert!(received(&sandbox).contains(&"anna@example.nl plan/2021 -7 alfa/1.1".to_owned()));
}

pub(crate) async fn coordinators_are_mailed_from_the_step_of_escalation_on(sandbox: Sandbox) {
    let pool = story(&sandbox).await;
    // Anna has left by then, and who joins later is not reminded yet.
    person(&pool, "dora", "en").await;
    membership(&pool, ("dora", 1), &grant(pb::Role::Coordinator, ""), ("2022-03-23", "")).await;
    let sql = "UPDATE memberships SET last_day = '2022-03-21' WHERE person = 'anna'";
    sqlx::query(sql).execute(&pool).await.unwrap();
    sandbox.clock.advance(21 * DAY);
    let storage = sandbox.reminding(|_| ()).await;
    assert_eq!(round(&storage).await, [2, 2, 0]);
    assert_eq!(
        received(&sandbox),
        [
            "bert@example.nl plan/2021 +7 beta/1",
            "cor@example.nl! plan/2021 +7 alfa/1.1 alfa/1/1-a beta/1",
        ]
    );
    sandbox.clock.advance(DAY);
    assert_eq!(round(&storage).await, [1, 1, 0]);
    assert!(
        received(&sandbox)
            .contains(&"dora@example.nl! plan/2021 +7 alfa/1.1 alfa/1/1-a beta/1".to_owned())
    );
}

pub(crate) async fn lists_of_reminders_are_filtered_and_paged(sandbox: Sandbox) {
    story(&sandbox).await;
    let storage = sandbox.reminding(|_| ()).await;
    for _ in 0..3 {
        round(&storage).await;
        sandbox.clock.advance(7 * DAY);
    }
    let everything = all(&sandbox).await;
    let steps: Vec<i32> = everything.iter().map(|reminder| reminder.step).collect();
    assert_eq!(steps, [-1, -1, -7, -7, -14, -14]);
    let mut paged = Vec::new();
    let mut request = pb::ListRemindersRequest { page_size: 1, ..Default::default() };
    loop {
        let page = list(&sandbox, request.clone()).await;
        assert!(page.reminders.len() <= 1);
        paged.extend(page.reminders);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(paged, everything);
    let request = pb::ListRemindersRequest { recipient: "bert".into(), ..Default::default() };
    let of_bert = list(&sandbox, request).await.reminders;
    assert!(of_bert.len() == 3 && of_bert.iter().all(|reminder| reminder.recipient == "bert"));
    let client = Reminders::new(operator(&sandbox.channel));
    for (request, reason) in [
        (
            pb::ListRemindersRequest { cycle: "Plan".into(), ..Default::default() },
            "INVALID_CYCLE_NAME",
        ),
        (
            pb::ListRemindersRequest { cycle: "plan/2022".into(), ..Default::default() },
            "CYCLE_NOT_FOUND",
        ),
        (pb::ListRemindersRequest { recipient: "x".repeat(201), ..Default::default() }, "TOO_LONG"),
        (
            pb::ListRemindersRequest { page_token: "x".into(), ..Default::default() },
            "INVALID_PAGE_TOKEN",
        ),
    ] {
        let status = client.reminders().list_reminders(request).await.unwrap_err();
        assert_eq!(rpc::reason(&status).unwrap(), reason, "{status:?}");
    }
}

pub(crate) async fn who_was_erased_is_mailed_nothing_more_and_no_text_stays(sandbox: Sandbox) {
    let pool = story(&sandbox).await;
    let broken = sandbox.reminding(|config| config.folder = PathBuf::from("/dev/null/mail")).await;
    assert_eq!(round(&broken).await, [2, 0, 1]);
    erase(&pool, "anna").await;
    let of_anna = async || {
        let request = pb::ListRemindersRequest { recipient: "anna".into(), ..Default::default() };
        list(&sandbox, request).await.reminders.remove(0)
    };
    assert_eq!((of_anna().await.subject, of_anna().await.text), (String::new(), String::new()));
    sandbox.clock.advance(DAY);
    let storage = sandbox.reminding(|_| ()).await;
    assert_eq!(round(&storage).await, [0, 1, 0]);
    assert_eq!(received(&sandbox), ["bert@example.nl plan/2021 -14 beta/1"]);
    let sql = "SELECT COUNT(*) AS n FROM reminders WHERE recipient = 'anna' AND text <> ''";
    let left: i64 = sqlx::query(sql).fetch_one(&pool).await.unwrap().get("n");
    assert_eq!((left, entries(&pool, "reminder.erase").await), (0, 1));
    assert_eq!(of_anna().await.send_time, None);
    assert_eq!(round(&storage).await, [0, 0, 0]);
    // A mail that lies in the folder goes too.
    erase(&pool, "bert").await;
    assert_eq!(round(&storage).await, [0, 0, 0]);
    assert_eq!(received(&sandbox), Vec::<String>::new());
}

pub(crate) async fn what_could_not_be_sent_is_tried_again_later_and_given_up_in_the_end(
    sandbox: Sandbox,
) {
    story(&sandbox).await;
    let broken = sandbox.reminding(|config| config.folder = PathBuf::from("/dev/null/mail")).await;
    // Where nothing can be written the round ends with the first; the next has its turn with the next round.
    assert_eq!(round(&broken).await, [2, 0, 1]);
    assert_eq!(round(&broken).await, [0, 0, 1]);
    assert_eq!(round(&broken).await, [0, 0, 0]);
    let waiting = all(&sandbox).await;
    assert!(waiting.iter().all(|r| r.send_time.is_none() && r.error.starts_with("folder: ")));
    sandbox.clock.advance(60_000);
    assert_eq!(round(&broken).await, [0, 0, 1]);
    sandbox.clock.advance(60_000);
    assert_eq!(round(&broken).await, [0, 0, 1]);
    let storage = sandbox.reminding(|_| ()).await;
    sandbox.clock.advance(120_000);
    assert_eq!(round(&storage).await, [0, 2, 0]);
    assert!(all(&sandbox).await.iter().all(|r| r.send_time.is_some() && r.error.is_empty()));
    assert_eq!(received(&sandbox).len(), 2);
    // Two more are decided, and nothing can be written for more than five days.
    sandbox.clock.advance(7 * DAY);
    assert_eq!(round(&broken).await, [2, 0, 1]);
    sandbox.clock.advance(5 * DAY + 1);
    assert_eq!(round(&broken).await, [0, 0, 1]);
    assert_eq!(round(&broken).await, [0, 0, 1]);
    let given_up = all(&sandbox).await;
    let given_up = given_up.iter().filter(|r| r.error.starts_with("given up: "));
    assert_eq!(given_up.count(), 2);
    assert_eq!(round(&storage).await, [0, 0, 0]);
}

pub(crate) async fn a_clock_that_goes_back_sends_nothing_twice(sandbox: Sandbox) {
    story(&sandbox).await;
    let storage = sandbox.reminding(|_| ()).await;
    sandbox.clock.advance(8 * DAY);
    assert_eq!(round(&storage).await, [2, 2, 0]);
    for _ in 0..8 {
        sandbox.clock.advance(-DAY);
        assert_eq!(round(&storage).await, [0, 0, 0]);
    }
    let found = received(&sandbox);
    sandbox.clock.advance(12 * DAY);
    assert_eq!(round(&storage).await, [0, 0, 0]);
    assert_eq!(received(&sandbox), found);
    sandbox.clock.advance(DAY);
    assert_eq!(round(&storage).await, [2, 2, 0]);
}

pub(crate) async fn replicas_at_the_same_time_send_nothing_twice(sandbox: Sandbox) {
    story(&sandbox).await;
    let (one, two) = (sandbox.reminding(|_| ()).await, sandbox.reminding(|_| ()).await);
    for _ in 0..3 {
        let (first, second) = tokio::join!(one.remind_once(), two.remind_once());
        assert_eq!(first.unwrap().decided + second.unwrap().decided, 2);
        sandbox.clock.advance(7 * DAY);
    }
    let found = received(&sandbox);
    assert_eq!(found.len(), 6, "{found:?}");
    assert!(found.windows(2).all(|pair| pair[0] != pair[1]), "{found:?}");
}

pub(crate) async fn a_running_storage_reminds_by_itself(sandbox: Sandbox) {
    story(&sandbox).await;
    sandbox.replica_that_reminds().await;
    for expected in [2, 4] {
        let end = Instant::now() + TIMEOUT;
        while received(&sandbox).len() < expected {
            assert!(Instant::now() < end, "nobody is reminded");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(received(&sandbox).len(), expected);
        sandbox.clock.advance(7 * DAY);
    }
}

/// A process that hands mail to a server of the test.
async fn with_server(sandbox: &Sandbox, port: u16) -> Storage {
    sandbox
        .reminding(|config| {
            config.sender = "Plan <plan@example.nl>".into();
            config.smtp.host = "127.0.0.1".into();
            config.smtp.port = port;
            config.smtp.encryption = Encryption::None;
        })
        .await
}

pub(crate) async fn a_mail_server_takes_each_mail_and_a_failing_one_is_asked_again(
    sandbox: Sandbox,
) {
    story(&sandbox).await;
    let server = Server::default();
    let storage = with_server(&sandbox, server.listen().await).await;
    server.meets(&[Mood::HangsUp, Mood::RefusesRecipient]);
    // A server that gives no answer ends the round; one that refuses a recipient does not.
    assert_eq!(round(&storage).await, [2, 0, 1]);
    assert_eq!(round(&storage).await, [0, 0, 1]);
    assert_eq!(server.taken(), []);
    let errors: Vec<String> = all(&sandbox).await.into_iter().map(|r| r.error).collect();
    assert!(errors.iter().any(|error| error.contains("is unknown here")), "{errors:?}");
    assert!(errors.iter().all(|error| !error.is_empty() && !error.contains('@')), "{errors:?}");
    sandbox.clock.advance(60_000);
    assert_eq!(round(&storage).await, [0, 2, 0]);
    let mut taken: Vec<String> = server.taken().iter().map(post::Mail::shown).collect();
    taken.sort();
    assert_eq!(
        taken,
        [
            "anna@example.nl plan/2021 -14 alfa/1.1 alfa/1/1-a",
            "bert@example.nl plan/2021 -14 beta/1",
        ]
    );
    let kept: Vec<String> =
        all(&sandbox).await.iter().map(|r| format!("<{}@example.nl>", r.id)).collect();
    assert!(server.taken().iter().all(|mail| kept.contains(&mail.id)));
    assert!(all(&sandbox).await.iter().all(|r| r.send_time.is_some() && r.error.is_empty()));
    assert!(mails(&folder(&sandbox)).is_empty());
}

pub(crate) async fn a_kill_after_the_server_took_a_mail_repeats_it_under_the_same_id(
    sandbox: Sandbox,
) {
    story(&sandbox).await;
    let server = Server::default();
    let port = server.listen().await;
    server.meets(&[Mood::TakesInSilence]);
    let storage = with_server(&sandbox, port).await;
    let end = Instant::now() + TIMEOUT;
    tokio::select! {
        done = storage.remind_once() => panic!("the server said nothing, yet {done:?}"),
        () = async {
            while server.taken().is_empty() {
                assert!(Instant::now() < end, "the server takes nothing");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        } => {}
    }
    drop(storage);
    let storage = with_server(&sandbox, port).await;
    assert_eq!(round(&storage).await, [0, 2, 0]);
    let taken = server.taken();
    assert_eq!((taken.len(), &taken[0]), (3, &taken[1]));
}
