//! Rows that were changed behind the back of storage: found and named. Rows that were erased by a call: no finding.

use audit::{Finding, Reason};
use sqlx::{AnyPool, AssertSqlSafe, Row as _};
use wire::v1 as pb;

use crate::{
    audit::{coverage::make_every_call, pool, verified_alone},
    calls,
    editions::withdrawal::publish_all,
    erasure::erase,
    sandbox::{Review, Sandbox, operator},
};

/// Tables whose rows entries bind, each with its key, and with what another table refers to or what changes.
const BOUND: [(&str, &[&str]); 19] = [
    ("frameworks", &["code", "version"]),
    ("organisations", &["code", "version"]),
    ("cycles", &["name"]),
    ("revisions", &["contribution", "version"]),
    ("contributions", &["id", "cycle"]),
    ("rolled_forward", &["contribution", "source", "cycle"]),
    ("obligation_changes", &["cycle", "number"]),
    ("deadline_changes", &["cycle", "number"]),
    ("decisions", &["contribution", "number"]),
    ("overrides", &["id", "cycle"]),
    ("override_confirmations", &["override_id"]),
    ("remarks", &["id", "contribution"]),
    ("remark_answers", &["remark", "number"]),
    ("remark_resolutions", &["remark"]),
    ("editions", &["name", "cycle"]),
    ("pins", &["edition", "ordinal"]),
    ("artefacts", &["edition", "format", "language"]),
    ("publications", &["edition"]),
    ("withdrawals", &["edition", "are_files_gone"]),
];

/// A record with rows in all of them.
async fn record(sandbox: &Sandbox) -> AnyPool {
    make_every_call(sandbox).await;
    let mut client = sandbox.client.clone();
    calls::save(&mut client, testkit::save("r-9", "Tekst.")).await;
    let edition = calls::publish(&mut client, "2022-01-02").await.edition.unwrap();
    publish_all(sandbox, &edition.name).await;
    let pool = pool(sandbox).await;
    for (table, _) in BOUND {
        assert_ne!(count(&pool, table).await, 0, "no row in {table}");
    }
    pool
}

async fn count(pool: &AnyPool, table: &str) -> i64 {
    crate::audit::count_of(pool, table).await
}

async fn execute(pool: &AnyPool, sql: &str) {
    sqlx::query(AssertSqlSafe(sql))
        .execute(pool)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

async fn found(sandbox: &Sandbox) -> Option<Finding> {
    verified_alone(sandbox).await.finding
}

pub(crate) async fn an_untouched_record_is_sound_with_all_its_rows(sandbox: Sandbox) {
    let pool = record(&sandbox).await;
    let report = verified_alone(&sandbox).await;
    assert_eq!(report.finding, None);
    let mut rows = 0;
    for (table, _) in BOUND.into_iter().filter(|(table, _)| *table != "contributions") {
        rows += count(&pool, table).await;
    }
    // An erasure binds what it leaves once more; what it emptied is no longer compared with what was written.
    assert!(u64::try_from(rows).unwrap() <= report.rows, "{rows} rows, {report:?}");
}

/// Each column of each table, one after the other.
pub(crate) async fn every_column_that_is_altered_is_found(sandbox: Sandbox) {
    let pool = record(&sandbox).await;
    let mut altered = 0;
    for (table, column) in sandbox.database.columns(&pool).await {
        let Some((_, fixed)) = BOUND.iter().find(|(bound, _)| *bound == table) else { continue };
        if !fixed.contains(&column.as_str()) {
            alter(&sandbox, &pool, &table, &column, fixed[0]).await;
            altered += 1;
        }
    }
    assert!(30 < altered, "{altered} columns");
    assert_eq!(found(&sandbox).await, None, "all is as it was");
}

/// Alters a value of a column, sees it found, and puts it back.
async fn alter(sandbox: &Sandbox, pool: &AnyPool, table: &str, column: &str, key: &str) {
    let erased = "SELECT object FROM audit WHERE action LIKE '%.erase'";
    let sql =
        format!("SELECT {column} AS value FROM {table} WHERE {key} NOT IN ({erased}) LIMIT 1");
    let row = sqlx::query(AssertSqlSafe(sql)).fetch_one(pool).await.unwrap();
    let sql = format!("UPDATE {table} SET {column} = $1 WHERE {column} = $2");
    let set = || sqlx::query(AssertSqlSafe(sql.clone()));
    let (there, back) = if let Ok(text) = row.try_get::<String, _>("value") {
        let other = format!("{text}x");
        (set().bind(other.clone()).bind(text.clone()), set().bind(text).bind(other))
    } else if let Ok(number) = row.try_get::<i64, _>("value") {
        (set().bind(number + 1_000).bind(number), set().bind(number).bind(number + 1_000))
    } else {
        let bytes: Vec<u8> = row.get("value");
        let other = [&bytes[..], b"x"].concat();
        (set().bind(other.clone()).bind(bytes.clone()), set().bind(bytes).bind(other))
    };
    there.execute(pool).await.unwrap();
    let finding = found(sandbox).await.unwrap_or_else(|| panic!("{table}.{column} is not found"));
    assert_eq!(finding.reason, Reason::RowAltered, "{table}.{column}: {finding}");
    back.execute(pool).await.unwrap();
}

pub(crate) async fn a_row_that_is_gone_or_that_nobody_wrote_is_named(sandbox: Sandbox) {
    let pool = record(&sandbox).await;
    let kept = "CREATE TABLE kept AS SELECT * FROM override_confirmations";
    execute(&pool, kept).await;
    execute(&pool, "DELETE FROM override_confirmations").await;
    let finding = found(&sandbox).await.unwrap();
    assert_eq!(finding.reason, Reason::RowMissing, "{finding}");
    assert!(finding.message.contains("`override-confirmation "), "{finding}");
    execute(&pool, "INSERT INTO override_confirmations SELECT * FROM kept").await;
    execute(&pool, "DROP TABLE kept").await;
    assert_eq!(found(&sandbox).await, None);
    execute(&pool, "INSERT INTO revisions SELECT contribution, version + 100, state, content_hash, body FROM revisions WHERE version = 1").await;
    let finding = found(&sandbox).await.unwrap();
    assert_eq!(finding.reason, Reason::RowUnrecorded, "{finding}");
    assert!(
        finding.message.contains("`revision ") && finding.message.contains("/101`"),
        "{finding}"
    );
}

pub(crate) async fn a_row_may_be_erased_by_a_call_and_by_nothing_else(sandbox: Sandbox) {
    let mut client = calls::prepared(&sandbox).await;
    let pool = pool(&sandbox).await;
    let saved = calls::save(&mut client, testkit::save("a-1", "Een.")).await.contribution.unwrap();
    calls::save(&mut client, testkit::save("a-1", "Twee.")).await;
    let kept = calls::save(&mut client, testkit::save("a-2", "Drie.")).await.contribution.unwrap();
    let remark = pb::AddRemarkRequest {
        contribution: saved.id.clone(),
        target: None,
        text: "Waarom?".into(),
        request_id: String::new(),
    };
    Review::new(operator(&sandbox.channel)).remarks().add_remark(remark).await.unwrap();
    erase(&sandbox, &saved.id).await.unwrap();
    assert_eq!(found(&sandbox).await, None);
    // What is left of it is bound again.
    let alter = format!("UPDATE revisions SET state = 9 WHERE contribution = '{}'", saved.id);
    execute(&pool, &alter).await;
    assert_eq!(found(&sandbox).await.unwrap().reason, Reason::RowAltered);
    let back = alter.replace("state = 9", &format!("state = {}", saved.state));
    execute(&pool, &back).await;
    assert_eq!(found(&sandbox).await, None);
    execute(&pool, &format!("UPDATE audit SET salt = '' WHERE object = '{}'", kept.id)).await;
    let finding = found(&sandbox).await.unwrap();
    assert_eq!(finding.reason, Reason::RowAltered, "{finding}");
    assert!(finding.message.contains("no entry says"), "{finding}");
}

pub(crate) async fn what_an_earlier_version_wrote_is_bound_at_the_next_start(sandbox: Sandbox) {
    let pool = record(&sandbox).await;
    for table in ["audit", "checkpoints"] {
        execute(&pool, &format!("DELETE FROM {table}")).await;
    }
    assert_eq!(found(&sandbox).await.unwrap().reason, Reason::RowUnrecorded);
    sandbox
        .replica()
        .await
        .operations()
        .get_storage_status(pb::GetStorageStatusRequest {})
        .await
        .unwrap();
    let report = verified_alone(&sandbox).await;
    assert!(report.finding.is_none() && 0 < report.rows, "{report:?}");
    execute(&pool, "UPDATE cycles SET framework = 'x'").await;
    assert_eq!(found(&sandbox).await.unwrap().reason, Reason::RowAltered);
}
