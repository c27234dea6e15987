//! Random histories: whenever a table of the record changes, an entry was added; and it never loses one.

use std::fmt::Write as _;

use model::Hash;
use sqlx::{AnyPool, Row as _};
use wire::storage as pb;

use crate::{
    audit::{Random, count, key, pool, verified},
    contract,
    database::Database,
    sandbox::{Client, Sandbox},
};

const STEPS: usize = 400;
/// What is record. A remembered answer to a request id, a lease and a place of the relay are work.
const TABLES: [(&str, &str); 10] = [
    ("frameworks", "code, version, content_hash, body"),
    ("organisations", "code, version, content_hash, body"),
    ("cycles", "name, framework, body"),
    ("contributions", "id, cycle, organisation, external_id"),
    ("revisions", "contribution, version, state, content_hash, body"),
    ("passage_ids", "contribution, id"),
    ("editions", "name, cycle, number, content_key, body"),
    ("artefacts", "edition, format, language, body"),
    ("publications", "edition, publish_time"),
    ("jobs", "name, error"),
];

/// A hash over every row of the record.
async fn record(pool: &AnyPool) -> Hash {
    let mut text = String::new();
    for (table, columns) in TABLES {
        let quoted: Vec<String> =
            columns.split(", ").map(|column| format!("quote({column})")).collect();
        let sql = format!("SELECT {} AS row FROM {table} ORDER BY 1", quoted.join(" || ',' || "));
        for row in sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(pool).await.unwrap() {
            writeln!(text, "{table} {}", row.get::<String, _>("row")).unwrap();
        }
    }
    Hash::of(text.as_bytes())
}

/// Makes a random call, which may well be refused; returns its name.
#[expect(clippy::too_many_lines, reason = "one arm for each call")]
async fn step(
    client: &mut Client,
    rendering: &mut Client,
    random: &mut Random,
    clock: &testkit::TestClock,
) -> &'static str {
    clock.advance(i64::try_from(random.below(30_000)).unwrap());
    let number = random.below(4);
    let job = format!("plan/2021/{}/{}/nl", 1 + random.below(3), ["html", "json"][random.below(2)]);
    match random.below(10) {
        0 => {
            let mut framework = testkit::framework();
            framework.title = model::LocalizedText::of("nl", &format!("Plan {number}"));
            let validate_only = random.below(2) == 0;
            let request =
                pb::RegisterFrameworkRequest { framework: Some(framework.into()), validate_only };
            let _ = client.register_framework(request).await;
            "register"
        }
        1 => {
            let mut cycle: pb::Cycle = testkit::cycle().into();
            let mut choices = vec![vec![], vec!["alfa".to_owned()], vec!["gamma".to_owned()]];
            cycle.organisations = choices.swap_remove(random.below(3));
            let _ = client.open_cycle(pb::OpenCycleRequest { cycle: Some(cycle) }).await;
            "open"
        }
        2..=4 => {
            save(client, random, number).await;
            "save"
        }
        5 => {
            let request = pb::PublishEditionRequest {
                cycle: "plan/2021".into(),
                date: format!("2022-01-0{}", 1 + number),
                formats: vec![pb::Format::Html.into()],
                ..pb::PublishEditionRequest::default()
            };
            let _ = client.publish_edition(request).await;
            "publish"
        }
        6 => {
            let _ = contract::lease(rendering, &job).await;
            "lease"
        }
        7 => {
            let request = pb::FailJobRequest {
                name: job,
                lease: 1 + number as u64,
                error: format!("error {number}"),
            };
            let _ = rendering.fail_job(request).await;
            "fail"
        }
        8 => {
            let name = format!("plan/2021/{}", 1 + random.below(3));
            let _ = client.retry_edition(pb::RetryEditionRequest { name }).await;
            "retry"
        }
        _ => {
            let bytes: &[u8] = [b"a", b"b"][random.below(2)];
            let said = [Hash::of(bytes), Hash::of(b"other")][random.below(4).saturating_sub(2)];
            let lease = contract::lease(rendering, &job).await.unwrap_or(number as u64);
            let _ = contract::upload(rendering, &job, lease, bytes, said).await;
            "upload"
        }
    }
}

async fn save(client: &mut Client, random: &mut Random, number: usize) {
    let mode = [pb::SaveMode::Draft, pb::SaveMode::Submit][random.below(2)];
    let saves = (0..=random.below(3)).map(|_| pb::CheckedSave {
        save: Some(pb::Save {
            mode: mode.into(),
            etag: ["", "1"][random.below(8) / 7].to_owned(),
            request_id: ["", "request-1", "request-2"][random.below(3)].to_owned(),
            ..testkit::save(&format!("a-{}", random.below(5)), &format!("Tekst {number}."))
        }),
        findings: Vec::new(),
    });
    let saves: Vec<pb::CheckedSave> = saves.collect();
    let validate_only = random.below(4) == 0;
    let _ = client.save_contributions(pb::SaveContributionsRequest { saves, validate_only }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_history_changes_the_record_without_an_entry() {
    let sandbox = Sandbox::on(Database::sqlite()).await;
    let pool = pool(&sandbox).await;
    let mut client = sandbox.client.clone();
    let mut random = Random::new("history");
    let (mut before, mut entries) = (record(&pool).await, count(&pool).await);
    let mut changes = std::collections::BTreeMap::new();
    for at in 0..STEPS {
        let mut rendering = sandbox.rendering.clone();
        let name = step(&mut client, &mut rendering, &mut random, &sandbox.clock).await;
        let (after, now) = (record(&pool).await, count(&pool).await);
        if after != before {
            assert!(entries < now, "step {at}, {name}: the record changed without an entry");
            *changes.entry(name).or_insert(0) += 1;
        }
        assert!(entries <= now, "step {at}, {name}: entries are gone");
        (before, entries) = (after, now);
    }
    for name in ["register", "open", "save", "publish", "upload"] {
        assert!(changes.contains_key(name), "`{name}` never changed anything: {changes:?}");
    }
    assert_eq!(verified(&sandbox, &[key(&sandbox)], &[]).await.finding, None);
}
