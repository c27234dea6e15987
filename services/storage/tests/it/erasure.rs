//! Erasing the text of a contribution: promises of every database, each a story played through the calls.

use sqlx::{AnyPool, Row as _};
use tonic::{Code, Status};
use wire::{EventBody, v1 as pb};

use crate::{
    audit::{self, pool},
    calls::{self, changes, reason},
    database::Database,
    editions::withdrawal::{publish_all, withdraw},
    sandbox::{Client, Review, Sandbox, operator},
};

const SECRET: &str = "Zilverberk";

/// Names of the tables of which a row holds a text, in whatever column.
pub(crate) async fn tables_that_hold(pool: &AnyPool, sandbox: &Sandbox, text: &str) -> Vec<String> {
    let is_sqlite = sandbox.database.is_sqlite();
    let mut found = Vec::new();
    for (table, column) in sandbox.database.columns(pool).await {
        let holds = if is_sqlite {
            format!("instr(CAST({column} AS BLOB), $1) > 0")
        } else {
            // A row as text shows bytes in hexadecimal.
            format!(
                "position(encode($1, 'escape') IN {column}::text) > 0 OR position(encode($1, 'hex') IN {column}::text) > 0"
            )
        };
        let sql = format!("SELECT COUNT(*) AS n FROM {table} WHERE {holds}");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(text.as_bytes().to_vec());
        let count: i64 = query.fetch_one(pool).await.unwrap().get("n");
        if count != 0 {
            found.push(table);
        }
    }
    found.dedup();
    found
}

/// SQLite's files have nothing of a text, its log and its free pages included.
pub(crate) fn assert_not_in_files(sandbox: &Sandbox, text: &str) {
    let Database::Sqlite(folder) = &sandbox.database else { return };
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!found, "`{text}` is in {}", path.display());
    }
}

pub(crate) async fn erase(sandbox: &Sandbox, id: &str) -> Result<u32, Status> {
    let request = pb::EraseContributionRequest {
        id: id.to_owned(),
        reason: "Order of the court.".into(),
        ..Default::default()
    };
    Ok(sandbox.people.contributions().erase_contribution(request).await?.into_inner().revisions)
}

/// A save of the contribution `a-1` under a request id.
fn asked(request_id: &str, text: &str) -> pb::Save {
    pb::Save { request_id: request_id.into(), ..testkit::save("a-1", text) }
}

pub(crate) async fn an_erased_text_is_nowhere_any_more(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    let pool = pool(&sandbox).await;
    let first = calls::save(&mut client, asked("r-1", &format!("{SECRET} een."))).await;
    let before = first.contribution.unwrap();
    calls::save(&mut client, asked("r-2", &format!("{SECRET} twee."))).await;
    calls::save(&mut client, testkit::save("a-2", "Een ander verhaal.")).await;
    assert_eq!(tables_that_hold(&pool, &sandbox, SECRET).await, ["requests", "revisions"]);
    assert_eq!(erase(&sandbox, &before.id).await.unwrap(), 2);
    assert!(tables_that_hold(&pool, &sandbox, SECRET).await.is_empty());
    assert_not_in_files(&sandbox, SECRET);
    let sql = "SELECT COUNT(*) AS n FROM audit WHERE object = $1 AND salt <> '' AND action <> 'contribution.erase'";
    let salted: i64 = sqlx::query(sql).bind(&before.id).fetch_one(&pool).await.unwrap().get("n");
    assert_eq!(salted, 0);
    let request =
        pb::GetContributionRequest { id: before.id.clone(), version: 1, ..Default::default() };
    let tombstone = client.contributions().get_contribution(request).await.unwrap().into_inner();
    let tombstone = tombstone.contribution.unwrap();
    let content = pb::Content {
        kind: pb::ContributionKind::Erased.into(),
        note: "Order of the court.".into(),
        ..pb::Content::default()
    };
    let expected = pb::Contribution {
        content: Some(content),
        passages: Vec::new(),
        findings: Vec::new(),
        ..before.clone()
    };
    assert_eq!(tombstone, expected, "ids, states, times and hashes stay");
    audit::assert_sound(&sandbox).await;
    let event = changes(&mut client).await.pop().unwrap();
    let Ok(EventBody::ContributionWithdrawn(body)) =
        EventBody::decode(&event.topic, &event.payload)
    else {
        panic!("{event:?}")
    };
    assert_eq!((body.contribution, body.version), (before.id.clone(), 2));
    let entries = audit::count(&pool).await;
    assert_eq!(erase(&sandbox, &before.id).await.unwrap(), 0);
    assert_eq!(audit::count(&pool).await, entries);
    let other = pb::ListContributionsRequest { cycle: "plan/2021".into(), ..Default::default() };
    let listed =
        client.contributions().list_contributions(other).await.unwrap().into_inner().contributions;
    assert_eq!(listed[1].content.as_ref().unwrap().narratives[0].markdown, "Een ander verhaal.");
    let unknown = erase(&sandbox, &uuid::Uuid::max().to_string()).await.unwrap_err();
    assert_eq!(reason(&unknown), "CONTRIBUTION_NOT_FOUND");
    // By the names that its organisation knows it by, the same one.
    let named = pb::EraseContributionRequest {
        reason: "Order of the court.".into(),
        cycle: "plan/2021".into(),
        organisation: "alfa".into(),
        external_id: "a-1".into(),
        ..Default::default()
    };
    let answer =
        sandbox.people.contributions().erase_contribution(named).await.unwrap().into_inner();
    assert_eq!((answer.contribution, answer.revisions), (before.id, 0));
}

pub(crate) async fn what_was_said_of_an_erased_text_goes_with_it(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    let review = Review::new(operator(&sandbox.channel));
    let pool = pool(&sandbox).await;
    let saved = calls::save(&mut client, testkit::save("a-1", SECRET)).await;
    let pb::Contribution { id, etag, .. } = saved.contribution.unwrap();
    let quoted = |request_id: &str| (format!("Wie is {SECRET}?"), request_id.to_owned());
    let (text, request_id) = quoted("remark-1");
    let remark = pb::AddRemarkRequest { contribution: id.clone(), text, request_id, target: None };
    let remark = review.remarks().add_remark(remark).await.unwrap().into_inner().remark.unwrap().id;
    let (text, request_id) = quoted("answer-1");
    let answer = pb::AnswerRemarkRequest { remark: remark.clone(), text, request_id };
    review.remarks().answer_remark(answer).await.unwrap();
    let back = pb::ReturnContributionRequest {
        id: id.clone(),
        etag,
        reason: pb::ReturnReason::Other.into(),
        text: format!("Laat {SECRET} weg."),
        ..Default::default()
    };
    review.reviews().return_contribution(back).await.unwrap();
    let holding = tables_that_hold(&pool, &sandbox, SECRET).await;
    for table in ["decisions", "remark_answers", "remarks", "revisions"] {
        assert!(holding.iter().any(|held| held == table), "{table}: {holding:?}");
    }
    assert_eq!(erase(&sandbox, &id).await.unwrap(), 1);
    assert!(tables_that_hold(&pool, &sandbox, SECRET).await.is_empty());
    assert_not_in_files(&sandbox, SECRET);
    audit::assert_sound(&sandbox).await;
    let request = pb::ListRemarksRequest { contribution: id.clone(), show_resolved: true };
    let remarks = review.remarks().list_remarks(request).await.unwrap().into_inner().remarks;
    assert_eq!((remarks[0].id.as_str(), remarks[0].text.as_str()), (remark.as_str(), ""));
    assert_eq!(remarks[0].answers.len(), 1);
    assert_eq!(erase(&sandbox, &id).await.unwrap(), 0);
}

pub(crate) async fn a_text_in_a_public_edition_is_not_erased_until_that_is_withdrawn(
    sandbox: Sandbox,
) {
    let mut client = calls::prepared(&sandbox).await;
    let saved = calls::save(&mut client, testkit::save("a-1", SECRET)).await;
    let id = saved.contribution.unwrap().id;
    let save = testkit::save("a-2", "Een ander verhaal.");
    calls::save(&mut client, save).await;
    calls::publish(&mut client, "2022-01-01").await;
    let status = erase(&sandbox, &id).await.unwrap_err();
    assert!(status.message().contains("`plan/2021/1` (being rendered)"), "{status}");
    publish_all(&sandbox, "plan/2021/1").await;
    let status = erase(&sandbox, &id).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "PUBLISHED"));
    assert!(status.message().contains("`plan/2021/1` (published)"), "{status}");
    let pool = pool(&sandbox).await;
    assert_eq!(tables_that_hold(&pool, &sandbox, SECRET).await, ["revisions"]);
    withdraw(&mut client, "plan/2021/1").await.unwrap();
    assert_eq!(erase(&sandbox, &id).await.unwrap(), 1);
    assert!(tables_that_hold(&pool, &sandbox, SECRET).await.is_empty());
    // A tombstone is not printed.
    let next = calls::publish(&mut client, "2022-01-01").await.edition.unwrap();
    assert_eq!((next.name.as_str(), next.contribution_count), ("plan/2021/2", 1));
}

pub(crate) async fn an_erased_text_does_not_come_back_and_another_takes_its_place(
    sandbox: Sandbox,
) {
    let mut client = calls::prepared(&sandbox).await;
    let draft = pb::Save { mode: pb::SaveMode::Draft.into(), ..asked("r-1", SECRET) };
    let saved = calls::save(&mut client, draft.clone()).await;
    let id = saved.contribution.unwrap().id;
    let later = testkit::save("a-1", &format!("{SECRET} en meer."));
    calls::save(&mut client, later.clone()).await.contribution.unwrap();
    erase(&sandbox, &id).await.unwrap();
    let erased = [draft, testkit::save("a-1", SECRET), later];
    refuses(&mut client, &erased).await;
    assert!(tables_that_hold(&pool(&sandbox).await, &sandbox, SECRET).await.is_empty());
    let cleaned = calls::save(&mut client, testkit::save("a-1", "Zonder namen.")).await;
    let cleaned = cleaned.contribution.unwrap();
    assert_eq!((cleaned.id.as_str(), cleaned.version), (id.as_str(), 3));
    refuses(&mut client, &erased).await;
    assert_eq!(erase(&sandbox, &id).await.unwrap(), 1, "the new revision alone");
}

async fn refuses(client: &mut Client, erased: &[pb::Save]) {
    for again in erased {
        let refused = calls::save(client, again.clone()).await;
        assert_eq!(refused.error.unwrap().reason, "ERASED");
    }
}

pub(crate) async fn nobody_saves_a_tombstone(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    let mut save = testkit::save("a-1", "Tekst.");
    save.content.as_mut().unwrap().kind = pb::ContributionKind::Erased.into();
    let refused = calls::save(&mut client, save).await.error.unwrap();
    assert_eq!(
        (refused.reason.as_str(), refused.field_violations[0].field.as_str()),
        ("TOMBSTONE", "save.content.kind")
    );
}
