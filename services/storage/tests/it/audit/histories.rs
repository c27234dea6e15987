//! Random histories: whenever a table of the record changes, an entry was added; and it never loses one.

mod steps;

use std::{collections::BTreeMap, fmt::Write as _};

use model::Hash;
use sqlx::{AnyPool, AssertSqlSafe, Row as _};

use crate::{
    audit::{Random, count, histories::steps::Steps, key, pool, verified},
    calls,
    database::Database,
    sandbox::Sandbox,
};

const STEPS: usize = 1_000;
/// Calls that change something in every history of that length.
const BUSY: [&str; 7] = ["register", "open", "save", "publish", "upload", "remark", "person"];
/// Tables that are no record: the log itself, what was sent of it and to whom, and answers to request ids.
const WORK: [&str; 7] =
    ["_sqlx_migrations", "audit", "checkpoints", "dead_letters", "events", "relay", "requests"];
/// Who renders a file at the moment is work.
const WORK_OF_JOBS: [&str; 3] = ["state", "lease", "leased_until"];

/// Statements that read every row of the record; a table that is new is among them.
async fn statements(sandbox: &Sandbox, pool: &AnyPool) -> Vec<String> {
    let is_sqlite = sandbox.database.is_sqlite();
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column) in sandbox.database.columns(pool).await {
        let is_work = table == "jobs" && WORK_OF_JOBS.contains(&&*column);
        if !WORK.contains(&&*table) && !is_work {
            tables.entry(table).or_default().push(column);
        }
    }
    let statement = |(table, columns): (&String, &Vec<String>)| {
        let row = if is_sqlite {
            let quoted: Vec<String> =
                columns.iter().map(|column| format!("quote({column})")).collect();
            quoted.join(" || ',' || ")
        } else {
            format!("CAST(ROW({}) AS text)", columns.join(", "))
        };
        format!("SELECT '{table} ' || {row} AS row FROM {table} ORDER BY 1")
    };
    tables.iter().map(statement).collect()
}

/// A hash over every row of the record.
async fn record(pool: &AnyPool, statements: &[String]) -> Hash {
    let mut text = String::new();
    for statement in statements {
        let rows = sqlx::query(AssertSqlSafe(statement.clone())).fetch_all(pool).await.unwrap();
        for row in rows {
            writeln!(text, "{}", row.get::<String, _>("row")).unwrap();
        }
    }
    Hash::of(text.as_bytes())
}

async fn no_history_changes_the_record_without_an_entry(database: Database) {
    let sandbox = Sandbox::on(database).await;
    let pool = pool(&sandbox).await;
    let statements = statements(&sandbox, &pool).await;
    let mut steps = Steps::new(&sandbox, &pool, Random::new("history"));
    let (mut before, mut entries) = (record(&pool, &statements).await, count(&pool).await);
    let mut changes: BTreeMap<&str, usize> = BTreeMap::new();
    for at in 0..STEPS {
        let name = steps.next().await;
        let (after, now) = (record(&pool, &statements).await, count(&pool).await);
        if after != before {
            assert!(entries < now, "step {at}, {name}: the record changed without an entry");
            *changes.entry(name).or_default() += 1;
        }
        assert!(entries <= now, "step {at}, {name}: entries are gone");
        (before, entries) = (after, now);
    }
    eprintln!("{} tables, changes by {changes:?}", statements.len());
    for name in BUSY {
        assert!(changes.contains_key(name), "`{name}` never changed anything: {changes:?}");
    }
    assert_eq!(verified(&sandbox, &[key(&sandbox)], &[]).await.finding, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_history_changes_the_record_without_an_entry_on_sqlite() {
    no_history_changes_the_record_without_an_entry(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_history_changes_the_record_without_an_entry_on_postgres() {
    no_history_changes_the_record_without_an_entry(Database::postgres().await).await;
}

/// The control: what changes behind storage's back changes the hash, whatever the table.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_without_an_entry_is_seen() {
    let sandbox = Sandbox::on(Database::sqlite()).await;
    calls::prepared(&sandbox).await;
    let pool = pool(&sandbox).await;
    let statements = statements(&sandbox, &pool).await;
    let mut before = record(&pool, &statements).await;
    for sql in [
        "UPDATE cycles SET body = x'00'",
        "INSERT INTO people (id, subject, name, email, language, create_time, erase_time) VALUES ('1', '', '', '', 'nl', 0, 0)",
        "DELETE FROM organisations",
    ] {
        sqlx::query(sql).execute(&pool).await.unwrap();
        let after = record(&pool, &statements).await;
        assert_ne!(after, before, "{sql}");
        before = after;
    }
}
